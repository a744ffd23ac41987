"""Sources as people see them: never with their secrets."""

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from wattwise_contract.sources import Brings, SourceState

from . import source_queries
from .models import Source
from .serializers import parsed_recipe

_BRINGS = [each.value for each in Brings]


class SourceKindSerializer(serializers.Serializer[Any]):
    """A kind of source that some worker has."""

    kind = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    brings = serializers.ChoiceField(choices=_BRINGS)
    settings_schema = serializers.DictField(help_text="JSON Schema of its settings; `writeOnly` marks a secret.")
    every = serializers.CharField(help_text="How often it is asked where nobody says otherwise, ISO 8601.")


class LastImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    stage = serializers.CharField()
    job_state = serializers.CharField(allow_null=True)
    stored = serializers.IntegerField()
    rejected = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class SourceSerializer(serializers.ModelSerializer[Source]):
    """`context` has what is known beside the rows: standings, kinds (by name) and now."""

    kind_title = serializers.SerializerMethodField()
    brings = serializers.SerializerMethodField()
    secrets_set = serializers.SerializerMethodField(help_text="The secrets that are kept; their values never leave.")
    imports_count = serializers.SerializerMethodField()
    last_import = serializers.SerializerMethodField()
    is_late = serializers.SerializerMethodField(help_text="Silent for longer than it usually is.")
    config = serializers.DictField(read_only=True)
    recipe = serializers.DictField(read_only=True)

    class Meta:
        model = Source
        fields = [
            "id", "organization", "name", "kind", "kind_title", "brings", "state", "config", "secrets_set", "recipe",
            "every", "due_at", "checked_at", "brought_at", "failures", "last_error", "imports_count", "last_import",
            "is_late", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_kind_title(self, source: Source) -> str:
        infos = self.context["kinds"]
        return infos[source.kind].title if source.kind in infos else source.kind.capitalize()

    @extend_schema_field(serializers.ChoiceField(choices=_BRINGS))
    def get_brings(self, source: Source) -> str:
        return source_queries.brings(source, self.context["kinds"]).value

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_secrets_set(self, source: Source) -> list[str]:
        return source_queries.secrets_set(source)

    @extend_schema_field(OpenApiTypes.INT)
    def get_imports_count(self, source: Source) -> int:
        return int(self.context["standings"][source.pk].imports_count)

    @extend_schema_field(LastImportSerializer(allow_null=True))
    def get_last_import(self, source: Source) -> dict[str, Any] | None:
        newest = self.context["standings"][source.pk].last_import
        if newest is None:
            return None
        receipt = newest.receipt or {}
        found = {
            "id": newest.pk, "stage": newest.stage, "job_state": newest.job.state if newest.job else None,
            "stored": receipt.get("stored", 0), "rejected": receipt.get("rejected", 0), "created_at": newest.created_at,
        }  # fmt: skip
        return dict(LastImportSerializer(found).data)

    @extend_schema_field(OpenApiTypes.BOOL)
    def get_is_late(self, source: Source) -> bool:
        brings = source_queries.brings(source, self.context["kinds"])
        usual_pause = self.context["standings"][source.pk].usual_pause
        return source_queries.is_late(source, usual_pause, brings, now=self.context["now"])


@extend_schema_field(OpenApiTypes.OBJECT)
class _RecipeField(serializers.JSONField):
    """Becomes a contract Recipe."""

    def run_validation(self, data: Any = empty) -> Any:
        return parsed_recipe(json.dumps(super().run_validation(data)))


class _SourceFields(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    config = serializers.DictField(help_text="Its settings, as the kind's schema has them.")
    secrets = serializers.DictField(
        child=serializers.CharField(allow_null=True), write_only=True, help_text="Those marked writeOnly in the schema."
    )
    recipe = _RecipeField(help_text="How its numbers are to be understood; empty: find out.")
    every = serializers.CharField(
        allow_blank=True, max_length=20, help_text="ISO 8601; empty: only when somebody asks."
    )


class NewSourceSerializer(_SourceFields):
    organization = serializers.IntegerField()
    kind = serializers.CharField()
    config = serializers.DictField(required=False, default=dict)
    secrets = serializers.DictField(
        child=serializers.CharField(allow_null=True), required=False, default=dict, write_only=True
    )
    recipe = _RecipeField(required=False, default=dict)
    every = serializers.CharField(required=False, allow_blank=True, allow_null=True, default=None, max_length=20)


class SourceChangeSerializer(_SourceFields):
    state = serializers.ChoiceField(choices=[SourceState.ACTIVE.value, SourceState.PAUSED.value])


class FetchSerializer(serializers.Serializer[Any]):
    since = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Everything from then, again."
    )


class StartSourceSerializer(serializers.Serializer[Any]):
    recipe = _RecipeField(required=False, default=dict)


class ReadAgainSerializer(serializers.Serializer[Any]):
    started = serializers.IntegerField()
    undo_first = serializers.ListField(
        child=serializers.IntegerField(), help_text="Imports that had stored something before they failed."
    )
