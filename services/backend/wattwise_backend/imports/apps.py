"""Imports."""

from django.apps import AppConfig

from wattwise_contract.jobs import JobKind


class ImportsConfig(AppConfig):
    name = "wattwise_backend.imports"

    def ready(self) -> None:
        from wattwise_backend.jobs.publishers import MOURNERS, PUBLISHERS

        from . import operations, source_health, undoing

        PUBLISHERS[JobKind.IMPORT] = operations.publish_receipt
        PUBLISHERS[JobKind.PREVIEW_IMPORT] = operations.publish_preview
        PUBLISHERS[JobKind.UNDO_IMPORT] = undoing.publish_undo
        MOURNERS[JobKind.IMPORT] = source_health.note_death
