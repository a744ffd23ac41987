"""Sources and imports: where readings and details come from, and what each run did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wattwise_backend.platform.access import Access
from wattwise_contract.imports import ImportStage
from wattwise_contract.recipes import ImportKind
from wattwise_contract.sources import SourceState

# A default that the database has too lets the release before this one go on writing while a new one starts.
_EMPTY = models.Value({}, output_field=models.JSONField())


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, access: Access) -> SourceQuerySet:
        return self.filter(access.visible())

    def living(self) -> SourceQuerySet:
        """All but the removed ones, whose names are free again."""
        return self.exclude(state=SourceState.REMOVED.value)


class SourceKindDeclared(models.Model):
    """A kind of source that some worker has; `info` is its contract SourceKindInfo, as text: JSONB would forget the order of
    its settings, which is that of a page's form."""

    kind = models.CharField(max_length=40, primary_key=True)
    info = models.TextField()
    declared_at = models.DateTimeField()

    class Meta:
        db_table = "source_kinds"
        ordering: ClassVar = ["kind"]

    def __str__(self) -> str:
        return self.kind


class Source(models.Model):
    """Where readings come from, with its configuration. `secrets` is sealed (see secrets.py) and never leaves the platform
    but for the worker that needs it."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="sources")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)  # a SourceKind, or one that a worker declared
    state = models.CharField(
        max_length=20,
        choices=[(each.value, each.value) for each in SourceState],
        default=SourceState.ACTIVE.value,
        db_default=SourceState.ACTIVE.value,
    )
    config = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True, default="", db_default="")
    recipe = models.JSONField(default=dict, blank=True)  # contract Recipe; remembered for the next files
    every = models.CharField(
        max_length=20, blank=True, default="", db_default=""
    )  # ISO 8601; empty: only when somebody asks
    cursor = models.JSONField(default=dict, db_default=_EMPTY, blank=True)  # where the next fetch goes on
    due_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # last asked, however that ended, or heard
    brought_at = models.DateTimeField(null=True, blank=True)  # last brought something new
    failures = models.IntegerField(default=0, db_default=0)  # in a row
    last_error = models.TextField(blank=True, default="", db_default="")
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="sources")
    created_at = models.DateTimeField()
    listener = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # the worker that listens to it …
    listener_lease = models.UUIDField(null=True, blank=True)
    listener_lease_expires_at = models.DateTimeField(null=True, blank=True)  # … until then

    objects = SourceQuerySet.as_manager()

    class Meta:
        db_table = "sources"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=~models.Q(state=SourceState.REMOVED.value),
                name="one_living_source_per_name",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state=SourceState.ACTIVE.value), name="sources_due")
        ]

    def __str__(self) -> str:
        return self.name


class SpooledMessage(models.Model):
    """What a listener heard and acknowledged, until it is cut off into an import."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="spool")
    line = models.TextField()

    class Meta:
        db_table = "spooled_messages"
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["source", "id"], name="spool_of_source")]

    def __str__(self) -> str:
        return f"message {self.pk} of source {self.source_id}"


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, access: Access) -> ImportQuerySet:
        return self.filter(access.visible())


class Import(models.Model):
    """One run of a source; `receipt` (contract Receipt) is kept for good."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="imports")
    source = models.ForeignKey(Source, models.CASCADE, related_name="imports")
    recipe = models.JSONField(default=dict)  # contract Recipe
    kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.value) for kind in ImportKind], default=ImportKind.AUTO.value
    )
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="imports")
    created_at = models.DateTimeField()
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="imports")
    stage = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in ImportStage], default=ImportStage.IMPORT.value
    )
    preview = models.JSONField(null=True, blank=True)  # contract Preview
    began_with = models.JSONField(null=True, blank=True)  # the source's cursor at its start; null: it does not move it
    cursor = models.JSONField(default=dict, db_default=_EMPTY, blank=True)  # where fetching came to
    landed_files = models.IntegerField(default=0, db_default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)  # all that there was is landed
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    receipt = models.JSONField(null=True, blank=True)
    fixes = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="fixed_by")
    put_right = models.JSONField(null=True, blank=True)  # of `fixes`: the rows that it put right, by file

    objects = ImportQuerySet.as_manager()

    class Meta:
        db_table = "imports"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def was_started(self) -> bool:
        return self.stage != ImportStage.PREVIEW and self.undone_at is None


class ImportFile(models.Model):
    """A file as it was uploaded; `file` is its path inside the files folder."""

    import_run = models.ForeignKey(Import, models.CASCADE, related_name="files", db_column="import_id")
    number = models.IntegerField()  # from 0
    name = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=255)

    class Meta:
        db_table = "import_files"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["import_run", "number"], name="one_file_per_number"),
        ]

    def __str__(self) -> str:
        return self.name


class RejectedFile(models.Model):
    """All rejected rows of an import, whole, as its worker wrote them for people to put right; `file` as of ImportFile."""

    import_run = models.OneToOneField(Import, models.CASCADE, related_name="rejected_file", db_column="import_id")
    name = models.CharField(max_length=255)
    rows = models.BigIntegerField()
    left_out = models.BigIntegerField(default=0, db_default=0)  # rejected rows that it does not hold
    bytes = models.BigIntegerField()
    file = models.CharField(max_length=255)

    class Meta:
        db_table = "rejected_files"

    def __str__(self) -> str:
        return self.name


class ImportPart(models.Model):
    """A stored part of an import; `receipt` is its PartReceipt or DetailsReceipt, with what it touched beside it."""

    import_run = models.ForeignKey(Import, models.CASCADE, related_name="parts", db_column="import_id")
    key = models.CharField(max_length=200)
    receipt = models.JSONField()

    class Meta:
        db_table = "import_parts"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["import_run", "key"], name="one_receipt_per_part")]

    def __str__(self) -> str:
        return self.key


class RejectedRow(models.Model):
    """A row that was not stored, with the reason and the remedy."""

    id = models.BigAutoField(primary_key=True)
    import_run = models.ForeignKey(Import, models.CASCADE, related_name="rejected_rows", db_column="import_id")
    part = models.CharField(max_length=200)
    file = models.CharField(max_length=255, blank=True, default="")
    line = models.IntegerField(default=0)
    column = models.CharField(max_length=200, blank=True, default="")
    value = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "rejected_rows"
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"
