"""What every app stands on."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "wattwise_backend.platform"

    def ready(self) -> None:
        from . import openapi  # noqa: F401  (registers how callers sign in, for the schema)
