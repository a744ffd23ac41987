"""Registers what makes this app's results visible when their job succeeds."""

from django.apps import AppConfig

from wattwise_contract.jobs import JobKind


class ForecastsConfig(AppConfig):
    name = "wattwise_backend.forecasts"

    def ready(self) -> None:
        from wattwise_backend.jobs.publishers import PUBLISHERS

        from . import operations

        PUBLISHERS[JobKind.TRAIN_FORECASTERS] = operations.publish_model_of_job
        PUBLISHERS[JobKind.FORECAST_METERS] = operations.publish_run_of_job
