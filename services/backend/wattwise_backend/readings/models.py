"""Readings, what they replaced, and what has to be computed again. Written by `operations` alone, in bulk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Reading(models.Model):
    """One interval's value. A hypertable (see the migration); without foreign keys, which would cost on every row."""

    pk = models.CompositePrimaryKey("meter_id", "starts_at")
    meter_id = models.IntegerField()
    starts_at = models.DateTimeField()  # UTC, the start of the interval
    value = models.FloatField()  # in the unit of the meter's quantity
    quality = models.SmallIntegerField()  # contract Quality
    import_id = models.IntegerField()

    class Meta:
        db_table = "readings"

    def __str__(self) -> str:
        return f"{self.meter_id} {self.starts_at}: {self.value}"


class ReadingRevision(models.Model):
    """A value that a later import replaced, or an undo took back: enough to undo imports, and to show a series as it was
    known. `old_stored_at` is set once the import of the old value was undone: nothing restores that value again."""

    id = models.BigAutoField(primary_key=True)
    meter_id = models.IntegerField()
    starts_at = models.DateTimeField()
    old_value = models.FloatField()
    old_quality = models.SmallIntegerField()
    old_import_id = models.IntegerField()
    old_stored_at = models.DateTimeField(null=True)
    replaced_by_import_id = models.IntegerField(null=True)  # none: an undo took it back
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "reading_revisions"
        indexes: ClassVar = [
            models.Index(fields=["meter_id", "starts_at", "replaced_at"], name="revisions_of_a_reading"),
            models.Index(fields=["replaced_by_import_id"], name="revisions_by_an_import"),
            models.Index(fields=["old_import_id"], name="revisions_of_an_import"),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.starts_at}: was {self.old_value}"


class DirtyRange(models.Model):
    """Readings of a meter in [starts_at, ends_at) changed since they were last rolled up."""

    id = models.BigAutoField(primary_key=True)
    organization_id = models.IntegerField()
    meter_id = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    marked_at = models.DateTimeField()

    class Meta:
        db_table = "dirty_ranges"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_dirty_range_is_not_empty"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["meter_id"], name="dirty_ranges_of_a_meter"),
            models.Index(fields=["organization_id", "marked_at"], name="dirty_ranges_by_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.starts_at} – {self.ends_at}"
