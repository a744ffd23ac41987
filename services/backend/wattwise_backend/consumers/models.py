"""Consumers (households and buildings) and the details an organization keeps of them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from wattwise_backend.platform.access import Access
from wattwise_contract.meters import AttributeGroup, AttributeType


class AttributeDefinitionQuerySet(models.QuerySet["AttributeDefinition"]):
    def visible_to(self, access: Access) -> AttributeDefinitionQuerySet:
        return self.filter(access.visible_to_all_members())


class AttributeDefinition(models.Model):
    """One detail that consumers of an organization may have: its name, type and unit."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="attribute_definitions")
    key = models.SlugField(max_length=80)
    label = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in AttributeType])
    group = models.CharField(
        max_length=20,
        choices=[(group.value, group.value) for group in AttributeGroup],
        default=AttributeGroup.OTHER.value,
    )
    unit = models.CharField(max_length=40, blank=True, default="")
    choices = models.JSONField(default=list, blank=True)
    description = models.CharField(max_length=500, blank=True, default="")
    clustering = models.BooleanField(default=True)  # whether clusters may be built on it
    position = models.IntegerField(default=0)

    objects = AttributeDefinitionQuerySet.as_manager()

    class Meta:
        db_table = "attribute_definitions"
        ordering: ClassVar = ["organization_id", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "key"], name="one_definition_per_key"),
        ]

    def __str__(self) -> str:
        return self.label


class ConsumerQuerySet(models.QuerySet["Consumer"]):
    def visible_to(self, access: Access) -> ConsumerQuerySet:
        return self.filter(access.visible(consumer="id"))


class Consumer(models.Model):
    """A household or building. `attributes` maps keys of the organization's definitions to values."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="consumers")
    key = models.CharField(max_length=200)  # how the source calls it
    name = models.CharField(max_length=200, blank=True, default="")
    timezone = models.CharField(max_length=60)  # IANA
    country = models.CharField(max_length=2, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_simulated = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict, blank=True)
    attributes_changed_at = models.DateTimeField(null=True, blank=True)
    made_by_import_id = models.IntegerField(null=True, blank=True)  # goes with its undo, where nothing else is in it
    created_at = models.DateTimeField()

    objects = ConsumerQuerySet.as_manager()

    class Meta:
        db_table = "consumers"
        ordering: ClassVar = ["organization_id", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "key"], name="one_consumer_per_key")]
        indexes: ClassVar = [GinIndex(fields=["attributes"], opclasses=["jsonb_path_ops"], name="consumers_attributes")]

    def __str__(self) -> str:
        return self.name or self.key
