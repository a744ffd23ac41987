"""Meters: one measured series of a consumer, or of the organization itself (weather, price)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wattwise_backend.platform.access import Access
from wattwise_contract.quantities import Quantity


class MeterQuerySet(models.QuerySet["Meter"]):
    def visible_to(self, access: Access) -> MeterQuerySet:
        return self.filter(access.visible(consumer="consumer_id"))


class Meter(models.Model):
    """`readings_count`, `first_reading_at` and `last_reading_at` are kept with every write of readings."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="meters")
    consumer = models.ForeignKey("consumers.Consumer", models.CASCADE, null=True, blank=True, related_name="meters")
    key = models.CharField(max_length=200)  # how the source calls it
    name = models.CharField(max_length=200, blank=True, default="")
    quantity = models.CharField(max_length=30, choices=[(each.value, each.value) for each in Quantity])
    timezone = models.CharField(max_length=60)  # IANA: its days, weeks and months are local ones
    resolution = models.CharField(max_length=20)  # ISO 8601 duration
    is_simulated = models.BooleanField(default=False)
    first_reading_at = models.DateTimeField(null=True, blank=True)
    last_reading_at = models.DateTimeField(null=True, blank=True)
    made_by_import_id = models.IntegerField(null=True, blank=True)  # goes with its undo, where nothing else is in it
    readings_count = models.BigIntegerField(default=0)

    objects = MeterQuerySet.as_manager()

    class Meta:
        db_table = "meters"
        ordering: ClassVar = ["organization_id", "key", "quantity"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "key", "quantity"], name="one_meter_per_key_and_quantity"),
        ]

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def unit(self) -> str:
        return Quantity(self.quantity).unit
