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

    pk = models.CompositePrimaryKey("meter_id", "starts_at", "id")
    id = models.BigIntegerField()  # rises with every version and arrival of a meter; the database gives it
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
        indexes: ClassVar = [  # an undo writes a row for each reading that it takes back: into none of these
            models.Index(
                fields=["replaced_by_import_id"],
                condition=Q(replaced_by_import_id__isnull=False),
                name="revisions_by_an_import",
            ),
            models.Index(fields=["old_import_id"], condition=Q(old_stored_at=None), name="revisions_of_an_import"),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.starts_at}: was {self.old_value}"


class Arrival(models.Model):
    """That an import brought the readings first_at, first_at + step … last_at of a meter, where `readings` alone does not
    tell: those of a push, of which many make one import, and those that were there already."""

    pk = models.CompositePrimaryKey("import_id", "meter_id", "first_at", "id")
    id = models.BigIntegerField()  # in one order with the revisions of the meter; the database gives it
    import_id = models.IntegerField()
    meter_id = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    step = models.BigIntegerField()  # µs; 0 where there is one reading
    confirms = models.BooleanField()  # some were there already, of another import
    known_at = models.DateTimeField(null=True)  # none: known as a whole, when the import ended

    class Meta:
        db_table = "arrivals"
        indexes: ClassVar = [
            models.Index(fields=["meter_id", "first_at"], condition=Q(confirms=True), name="arrivals_that_confirm"),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.first_at} – {self.last_at} of import {self.import_id}"


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
