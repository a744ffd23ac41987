"""A source begins: what was previewed of it was a sample, now it brings everything."""

from datetime import datetime

from django.db import transaction

from wattwise_backend.platform.errors import Conflict
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import Brings, SourceState

from .kinds import kind_named
from .models import Import, Source
from .queries import files_folder, live_imports_of
from .rhythm import next_due


def start_source(import_run: Import, recipe: Recipe, *, now: datetime) -> None:
    """Make the source of a preview active, by the recipe that was chosen; the import becomes its next one. In the caller's
    transaction; raises Conflict."""
    source = Source.objects.select_for_update(of=("self",)).get(pk=import_run.source_id)
    if live_imports_of(source.pk).exists():
        raise Conflict("This source is being asked just now.", remedy="Wait for the end of that import, then start.")
    source.recipe, source.state = recipe.model_dump(mode="json"), SourceState.ACTIVE.value
    source.due_at = next_due(source, now=now)
    source.save(update_fields=["recipe", "state", "due_at"])
    import_run.source = source
    _forget_sample(import_run)
    import_run.cursor = import_run.began_with = source.cursor
    # Of a source that is listened to there is nothing to fetch: its worker holds it from now on.
    import_run.fetched_at = now if kind_named(source.kind).brings is Brings.LISTENS else None


def _forget_sample(import_run: Import) -> None:
    """It lies apart from what an import lands (see landing.keep_file), which a worker may do as soon as this is committed."""
    paths = [files_folder() / file.file for file in import_run.files.all()]
    import_run.files.all().delete()
    import_run.landed_files = 0

    def forget() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(forget)
