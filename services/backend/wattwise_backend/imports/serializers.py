"""Imports as people see them."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from pydantic import ValidationError
from rest_framework import serializers

from wattwise_contract.imports import SourceKind
from wattwise_contract.recipes import Recipe

from .fixing import rows_put_right
from .models import Import, ImportFile, RejectedFile, RejectedRow, Source


class SourceBriefSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["id", "name", "kind"]


class ImportFileSerializer(serializers.ModelSerializer[ImportFile]):
    class Meta:
        model = ImportFile
        fields = ["number", "name", "bytes"]


class SeriesEventSerializer(serializers.Serializer[Any]):
    meter_key = serializers.CharField()
    quantity = serializers.CharField()
    kind = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[dict[str, Any]]):
    """What an import did: read = stored + unchanged + corrected + duplicate + rejected + skipped."""

    kind = serializers.CharField()
    read = serializers.IntegerField()
    stored = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    corrected = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = serializers.IntegerField()
    skipped = serializers.IntegerField()
    consumers = serializers.IntegerField()
    meters = serializers.IntegerField()
    first_reading_at = serializers.DateTimeField(allow_null=True)
    last_reading_at = serializers.DateTimeField(allow_null=True)
    totals = serializers.DictField(child=serializers.FloatField(), help_text="Sum of the values by unit.")
    seconds = serializers.FloatField()
    interpretation = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    events = SeriesEventSerializer(many=True, default=list, help_text="What happened to the series; the first 1,000.")
    events_count = serializers.DictField(
        child=serializers.IntegerField(), default=dict, help_text="All of them, by kind."
    )


class ImportJobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField()
    progress = serializers.FloatField()
    message = serializers.CharField()
    error = serializers.CharField()


class FixSerializer(serializers.ModelSerializer[Import]):
    """An import that puts rejected rows of another one right."""

    state = serializers.CharField(source="job.state", read_only=True, default="", help_text="Of its latest job.")
    put_right = serializers.SerializerMethodField(help_text="So many rows.")

    class Meta:
        model = Import
        fields = ["id", "created_at", "finished_at", "undone_at", "state", "put_right"]
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField())
    def get_put_right(self, import_run: Import) -> int:
        return rows_put_right([import_run])


class RejectedFileSerializer(serializers.ModelSerializer[RejectedFile]):
    class Meta:
        model = RejectedFile
        fields = ["name", "rows", "left_out", "bytes"]
        read_only_fields = fields


class ImportSerializer(serializers.ModelSerializer[Import]):
    source = SourceBriefSerializer(read_only=True)  # type: ignore[assignment]  # a field may be named as DRF's own attribute
    files = ImportFileSerializer(many=True, read_only=True)
    job = ImportJobSerializer(read_only=True, allow_null=True)
    receipt = ReceiptSerializer(read_only=True, allow_null=True)
    created_by = serializers.SerializerMethodField(help_text="Who started it; empty for a program.")
    recipe = serializers.DictField(read_only=True)
    preview = serializers.SerializerMethodField(help_text="What it would store; null in lists and before it is known.")
    rejected_file = serializers.SerializerMethodField(help_text="Its rejected rows, whole, to put right and send back.")
    fixed_by = FixSerializer(many=True, read_only=True)
    put_right = serializers.SerializerMethodField(help_text="How many of those rows are right by now.")

    class Meta:
        model = Import
        fields = [
            "id", "organization", "kind", "source", "created_at", "created_by", "finished_at", "files", "recipe",
            "job", "receipt", "stage", "preview", "undone_at", "fixes", "fixed_by", "rejected_file", "put_right",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_created_by(self, import_run: Import) -> str:
        return (import_run.created_by.name or import_run.created_by.email) if import_run.created_by else ""

    @extend_schema_field(RejectedFileSerializer(allow_null=True))
    def get_rejected_file(self, import_run: Import) -> Any:
        file = getattr(import_run, "rejected_file", None)
        return None if file is None else RejectedFileSerializer(file).data

    @extend_schema_field(serializers.IntegerField())
    def get_put_right(self, import_run: Import) -> int:
        return rows_put_right(import_run.fixed_by.all())

    @extend_schema_field({"type": "object", "additionalProperties": {}, "nullable": True})
    def get_preview(self, import_run: Import) -> Any:
        return None if "preview" in import_run.get_deferred_fields() else import_run.preview


class CorrectionSerializer(serializers.Serializer[Any]):
    meter = serializers.IntegerField()
    meter_key = serializers.CharField()
    starts_at = serializers.DateTimeField()
    old_value = serializers.FloatField()
    new_value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()


class RecipeSerializer(serializers.Serializer[Any]):
    recipe = serializers.DictField(required=False, default=dict)

    def validate_recipe(self, recipe: dict[str, Any]) -> Recipe:
        return parsed_recipe(json.dumps(recipe))


class StartSerializer(RecipeSerializer):
    remember_as = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class RejectedRowSerializer(serializers.ModelSerializer[RejectedRow]):
    class Meta:
        model = RejectedRow
        fields = ["file", "line", "column", "value", "reason", "remedy"]


class UploadSerializer(serializers.Serializer[Any]):
    """A multipart upload: `file` may be repeated."""

    organization = serializers.IntegerField()
    recipe = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="JSON of a recipe; empty: find out."
    )
    preview = serializers.BooleanField(required=False, default=False, help_text="Store nothing until it is started.")
    source = serializers.IntegerField(  # type: ignore[assignment]  # a field may be named as DRF's own attribute
        required=False, allow_null=True, default=None, help_text="Whose remembered recipe is used where recipe is open."
    )
    fixes = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="The import whose rejected rows the files put right."
    )
    file = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=False)

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        if form["fixes"] is not None and (form["preview"] or form["source"] is not None or form["recipe"] != Recipe()):
            raise serializers.ValidationError(
                "Corrected rows are read as the import was that rejected them: leave out recipe, source and preview."
            )
        return form

    def validate_recipe(self, text: str) -> Recipe:
        return parsed_recipe(text)


def parsed_recipe(text: str) -> Recipe:
    try:
        return Recipe.model_validate_json(text) if text.strip() else Recipe()
    except ValidationError as error:
        raise serializers.ValidationError(
            [f"{'.'.join(map(str, each['loc'])) or 'recipe'}: {each['msg']}." for each in error.errors()]
        ) from error


class SimulationConfigSerializer(serializers.Serializer[Any]):
    homes = serializers.IntegerField(min_value=1, max_value=5000, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    days = serializers.IntegerField(min_value=1, max_value=3660, required=False)


class SimulationSerializer(serializers.Serializer[Any]):
    """A simulated neighbourhood, for an organization that is marked as simulated."""

    organization = serializers.IntegerField()
    source_kind = serializers.ChoiceField(choices=[kind.value for kind in SourceKind])
    config = SimulationConfigSerializer(required=False)

    def validate_source_kind(self, kind: str) -> str:
        if kind != SourceKind.SIMULATION:
            raise serializers.ValidationError("Files are sent as multipart form data; here only simulation fits.")
        return kind
