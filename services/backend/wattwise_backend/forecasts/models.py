"""Models, forecast runs and forecasts. A run becomes the current one when its job succeeds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wattwise_backend.platform.access import Access


def artefact_name(model: Model, filename: str) -> str:
    return f"models/{model.organization_id}/{model.pk}-{filename}"


class ModelQuerySet(models.QuerySet["Model"]):
    def visible_to(self, access: Access) -> ModelQuerySet:
        return self.filter(access.visible())

    def finished(self) -> ModelQuerySet:
        """Models whose training job succeeded."""
        return self.filter(published_at__isnull=False)


class Model(models.Model):
    """A trained forecaster with the backtest that chose it. The champion is what forecasts are made with."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="models")
    job = models.OneToOneField("jobs.Job", models.CASCADE, related_name="model")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    is_champion = models.BooleanField(default=False)
    forecaster = models.CharField(max_length=100)
    trained_from = models.DateTimeField()
    trained_until = models.DateTimeField()
    resolution = models.CharField(max_length=32)
    horizon_steps = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    data_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    scores = models.JSONField(default=list)
    artefact = models.FileField(upload_to=artefact_name, null=True, blank=True, max_length=300)
    artefact_bytes = models.PositiveBigIntegerField(default=0)

    objects = ModelQuerySet.as_manager()

    class Meta:
        db_table = "models"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], condition=Q(is_champion=True), name="one_champion")
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "-created_at"], name="models_newest")]

    def __str__(self) -> str:
        return f"{self.forecaster}, trained until {self.trained_until:%Y-%m-%d}"


class ForecastRunQuerySet(models.QuerySet["ForecastRun"]):
    def visible_to(self, access: Access) -> ForecastRunQuerySet:
        return self.filter(access.visible())

    def finished(self) -> ForecastRunQuerySet:
        """Runs whose job succeeded."""
        return self.filter(published_at__isnull=False)


class ForecastRun(models.Model):
    """One issue of forecasts for an organization's meters."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="forecast_runs")
    job = models.OneToOneField("jobs.Job", models.CASCADE, related_name="forecast_run")
    model = models.ForeignKey(Model, models.SET_NULL, null=True, blank=True, related_name="forecast_runs")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    resolution = models.CharField(max_length=32)
    horizon_steps = models.PositiveIntegerField()
    readings_until = models.DateTimeField(null=True, blank=True)  # the newest rolled-up hour when it was issued

    objects = ForecastRunQuerySet.as_manager()

    class Meta:
        db_table = "forecast_runs"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_current=True), name="one_current_forecast_run"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "-created_at"], name="forecast_runs_newest")]

    def __str__(self) -> str:
        return f"forecasts issued {self.issued_at:%Y-%m-%d %H:%M}"


class MeterForecast(models.Model):
    """How a run went for a meter: forecast, fallback or refused, and why."""

    run = models.ForeignKey(ForecastRun, models.CASCADE, related_name="meters", db_index=False)
    meter = models.ForeignKey("meters.Meter", models.CASCADE, related_name="forecast_statuses")
    status = models.CharField(max_length=16)
    forecaster = models.CharField(max_length=100, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    basis = models.CharField(max_length=16, default="", blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "meter_forecasts"
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "meter"], name="one_status_per_meter_and_run")]

    def __str__(self) -> str:
        return f"meter {self.meter_id}: {self.status}"


class Forecast(models.Model):
    """One interval ahead: its mean and quantiles, in the unit of the meter's quantity. Without foreign
    keys, which would cost on every row: triggers (see the migration) delete it with its run and its meter."""

    pk = models.CompositePrimaryKey("run_id", "meter_id", "starts_at")
    run_id = models.IntegerField()
    meter_id = models.IntegerField()
    starts_at = models.DateTimeField()
    mean = models.FloatField()
    q05 = models.FloatField()
    q10 = models.FloatField()
    q25 = models.FloatField()
    q40 = models.FloatField()
    q50 = models.FloatField()
    q60 = models.FloatField()
    q75 = models.FloatField()
    q90 = models.FloatField()
    q95 = models.FloatField()

    class Meta:
        db_table = "forecasts"
        indexes: ClassVar = [models.Index(fields=["meter_id", "starts_at"], name="forecasts_of_a_meter")]

    def __str__(self) -> str:
        return f"meter {self.meter_id} from {self.starts_at:%Y-%m-%d %H:%M}"
