"""Rollups: one row per meter, grain and local period, written by publication.py alone. Profiles: one row per meter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wattwise_contract.rollups import Grain

GRAIN_POSITIONS = {grain: position for position, grain in enumerate(Grain)}  # as stored, and as sent


class Rollup(models.Model):
    """Statistics of a meter's local hour, day, week, month or year: a TimescaleDB hypertable (see the migration), without
    foreign keys, which would cost on every row.

    `total` and `mean` are in the unit of the meter's quantity; `total` is NaN where values do not add up.
    """

    pk = models.CompositePrimaryKey("meter_id", "grain", "starts_at")
    meter_id = models.IntegerField()
    grain = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    total = models.FloatField()
    mean = models.FloatField()
    minimum = models.FloatField()
    maximum = models.FloatField()
    minimum_at = models.DateTimeField()
    maximum_at = models.DateTimeField()
    standard_deviation = models.FloatField()
    count = models.IntegerField()
    expected_count = models.IntegerField()
    estimated_count = models.IntegerField()

    class Meta:
        db_table = "rollups"

    def __str__(self) -> str:
        return f"meter {self.meter_id}, {list(Grain)[self.grain]} from {self.starts_at:%Y-%m-%d %H:%M}"


class MeterRollups(models.Model):
    """How far a meter is rolled up, so that nobody has to search millions of rows for it."""

    meter = models.OneToOneField("meters.Meter", models.CASCADE, primary_key=True, related_name="rollups")
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    hours_from = models.DateTimeField()  # start of the first rolled-up hour
    hours_until = models.DateTimeField()  # start of the last
    rolled_up_at = models.DateTimeField()

    class Meta:
        db_table = "meter_rollups"
        indexes: ClassVar = [models.Index(fields=["organization", "hours_until"], name="rollups_until")]

    def __str__(self) -> str:
        return f"meter {self.meter_id}: hours {self.hours_from:%Y-%m-%d} to {self.hours_until:%Y-%m-%d %H:%M}"


class MeterProfile(models.Model):
    """What a meter of energy is like: contract Profile, replaced as a whole."""

    meter = models.OneToOneField("meters.Meter", models.CASCADE, primary_key=True, related_name="profile")
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+")
    computed_at = models.DateTimeField()  # when its job began: what was rolled up later is not in it
    covers_from = models.DateTimeField(null=True)
    covers_until = models.DateTimeField(null=True)
    knows_weather = models.BooleanField()  # whether it has a thermal model, so that nobody opens the JSON to see
    profile = models.JSONField()

    class Meta:
        db_table = "meter_profiles"

    def __str__(self) -> str:
        return f"profile of meter {self.meter_id}, computed {self.computed_at:%Y-%m-%d %H:%M}"
