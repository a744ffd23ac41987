"""Starting imports: files or a simulation become an import, and a job that carries it out."""

import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from wattwise_backend.accounts.models import Organization
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.platform.errors import BadRequest, Conflict, NotFound, TooLarge
from wattwise_backend.platform.uploads import HashedUpload
from wattwise_backend.platform.zones import check_timezone
from wattwise_contract.imports import ImportStage, SourceKind
from wattwise_contract.jobs import LIVE_STATES, JobKind, JobRequest
from wattwise_contract.recipes import Recipe

from .keeping import check_files_are_there, check_room
from .models import Import, ImportFile, RejectedFile, Source
from .queries import files_folder
from .source_starting import start_source

BROUGHT_BY_PEOPLE = (SourceKind.FILES.value, SourceKind.SIMULATION.value, SourceKind.PUSH.value)
FILES, SIMULATION, PUSHES = "Files", "Simulated neighbourhood", "Pushed readings"  # the names of the platform's own
_PRIORITY = 10  # imports before what is computed from them
_PREVIEWS_LAST = timedelta(days=7)
_JOB_KINDS = {
    ImportStage.PREVIEW: JobKind.PREVIEW_IMPORT,
    ImportStage.IMPORT: JobKind.IMPORT,
    ImportStage.UNDO: JobKind.UNDO_IMPORT,
}


@transaction.atomic
def import_files(
    *,
    organization: Organization,
    files: Sequence[HashedUpload],
    recipe: Recipe,
    user_id: int | None,
    limit_files: int,
    now: datetime,
    preview: bool = False,
    source_id: int | None = None,
) -> Import:
    """Keep the uploads and ask for the job that reads them, or only previews what it would store. A source's remembered
    recipe says what `recipe` leaves open. Raises BadRequest, NotFound, TooLarge."""
    check_files(files, limit_files=limit_files)
    check_room(organization.pk, sum(file.size or 0 for file in files))
    source = _files_source(organization, source_id, now=now)
    recipe = recipe.stated_over(Recipe.model_validate(source.recipe))
    _check_zones(recipe)
    remove_forgotten(now=now, organization_id=organization.pk)
    stage = ImportStage.PREVIEW if preview else ImportStage.IMPORT
    import_run = started_import(source=source, recipe=recipe, user_id=user_id, now=now, stage=stage)
    for number, upload in enumerate(files):
        place = f"imports/{import_run.pk}/{number}"
        upload.keep(files_folder() / place)
        ImportFile.objects.create(
            import_run=import_run,
            number=number,
            name=plain_name(upload.name or ""),
            bytes=upload.size or 0,
            sha256=upload.digest.hexdigest(),
            file=place,
        )
    return import_run


def check_files(files: Sequence[HashedUpload], *, limit_files: int) -> None:
    """Raises BadRequest or TooLarge."""
    if not files:
        raise BadRequest("There is no file in the upload.", remedy="Send one or more parts named `file`.")
    if len(files) > limit_files:
        raise TooLarge(f"{len(files)} files are too many at once.", remedy=f"Send at most {limit_files}, or a zip.")


@transaction.atomic
def import_simulation(
    *, organization: Organization, config: Mapping[str, Any], user_id: int | None, now: datetime
) -> Import:
    """Ask for a simulated neighbourhood. Raises BadRequest unless the organization is a simulated one: simulated
    homes never mix with real ones."""
    if not organization.is_simulated:
        raise BadRequest(
            f"{organization.name} holds real consumers.",
            remedy="Make an organization with is_simulated for simulated homes.",
        )
    source, _ = Source.objects.living().update_or_create(
        organization=organization,
        name=SIMULATION,
        defaults={"kind": SourceKind.SIMULATION.value, "config": dict(config)},
        create_defaults={"kind": SourceKind.SIMULATION.value, "config": dict(config), "created_at": now},
    )
    return started_import(source=source, recipe=Recipe(), user_id=user_id, now=now)


def plain_name(name: str) -> str:
    """A file's name without folders and control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip()
    return visible[-200:] or "file"


@transaction.atomic
def preview_again(*, import_run: Import, recipe: Recipe, now: datetime) -> Import:
    """Preview under another recipe; what was previewed before is forgotten. Raises Conflict once it was started."""
    import_run = _locked(import_run)
    if import_run.stage != ImportStage.PREVIEW:
        raise Conflict("This import was started already.", remedy="Send the files again to preview them anew.")
    _check_zones(recipe)
    cancel_job(import_run, now=now)
    import_run.recipe, import_run.preview = recipe.model_dump(mode="json"), None
    return _ask(import_run, ImportStage.PREVIEW, now=now)


@transaction.atomic
def start(*, import_run: Import, recipe: Recipe, remember_as: str, now: datetime) -> Import:
    """Import what was only previewed, or was undone. Raises BadRequest, and Conflict where it was started already."""
    import_run = _locked(import_run)
    _check_startable(import_run, remember_as)
    if recipe == Recipe():  # nothing was said: as it was previewed, or imported before
        recipe = Recipe.model_validate(import_run.recipe)
    _check_zones(recipe)
    cancel_job(import_run, now=now)
    if remember_as:
        import_run.source = _remembering(import_run, recipe, remember_as, now=now)
    if import_run.stage == ImportStage.PREVIEW and import_run.source.kind not in BROUGHT_BY_PEOPLE:
        start_source(import_run, recipe, now=now)
    begin_again(import_run, recipe=recipe, now=now)
    return import_run


def _check_startable(import_run: Import, remember_as: str) -> None:
    if import_run.was_started:
        raise Conflict("This import was started already.", remedy="Undo it first to start it again.")
    if import_run.source.kind == SourceKind.PUSH:
        raise Conflict("Pushed readings have no files to import again.", remedy="Push them again.")
    check_files_are_there(import_run)
    if remember_as and import_run.source.kind not in BROUGHT_BY_PEOPLE:
        raise Conflict("A source remembers by itself how it is read.", remedy="Leave the name out.")


def begin_again(import_run: Import, *, recipe: Recipe, now: datetime) -> int:
    """Give an import its job anew, with another recipe; in the caller's transaction. Answers 1, for counting."""
    import_run.recipe, import_run.kind = recipe.model_dump(mode="json"), recipe.kind.value
    import_run.receipt = import_run.finished_at = import_run.undone_at = import_run.put_right = None
    import_run.rejected_rows.all().delete()
    RejectedFile.objects.filter(import_run=import_run).delete()  # the next attempt's takes its place
    _ask(import_run, ImportStage.IMPORT, now=now)
    return 1


@transaction.atomic
def undo(*, import_run: Import, now: datetime) -> Import:
    """Ask for the job that takes back what an import stored, or what a failed one stored until then. Raises Conflict."""
    import_run = _locked(import_run)
    if not import_run.was_started:
        raise Conflict("There is nothing to undo: this import stores nothing now.", remedy="Reload the import.")
    if import_run.job and import_run.job.state in LIVE_STATES:
        raise Conflict("This import is still under way.", remedy="Wait for its end, or cancel its job first.")
    if any("rejected_cells" in part.receipt and "changes" not in part.receipt for part in import_run.parts.all()):
        raise Conflict(
            "This import of details did not keep what it replaced.", remedy="Import the details as they were before."
        )
    return _ask(import_run, ImportStage.UNDO, now=now)


@transaction.atomic
def discard(*, import_run: Import, now: datetime) -> None:
    """Remove an import that was never started, with its files. Raises Conflict."""
    import_run = _locked(import_run)
    if import_run.stage != ImportStage.PREVIEW:
        raise Conflict("Only an import that was never started is discarded.", remedy="Undo it to take it back.")
    drop(import_run, now=now)


def remove_forgotten(*, now: datetime, organization_id: int | None = None) -> None:
    """Discard the previews, of an organization or of all, that nobody started for a week. In the caller's transaction."""
    forgotten = Import.objects.select_for_update(of=("self",), skip_locked=True).filter(
        stage=ImportStage.PREVIEW.value, created_at__lt=now - _PREVIEWS_LAST
    )
    if organization_id is not None:
        forgotten = forgotten.filter(organization_id=organization_id)
    for import_run in forgotten:
        drop(import_run, now=now)


def drop(import_run: Import, *, now: datetime) -> None:
    folder = files_folder() / "imports" / str(import_run.pk)
    cancel_job(import_run, now=now)
    import_run.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def _locked(import_run: Import) -> Import:
    return Import.objects.select_for_update(of=("self",)).select_related("source", "job").get(pk=import_run.pk)


def _check_zones(recipe: Recipe) -> None:
    for zone in filter(None, (recipe.timezone, recipe.stamps_in)):
        check_timezone(zone)


def _files_source(organization: Organization, source_id: int | None, *, now: datetime) -> Source:
    if source_id is None:
        defaults = {"kind": SourceKind.FILES.value, "created_at": now}
        return Source.objects.living().get_or_create(organization=organization, name=FILES, defaults=defaults)[0]
    found = Source.objects.filter(organization=organization, pk=source_id, kind=SourceKind.FILES.value).first()
    if found is None:
        raise NotFound("source")
    return found


def _remembering(import_run: Import, understood: Recipe, name: str, *, now: datetime) -> Source:
    kind, recipe = SourceKind.FILES.value, understood.model_dump(mode="json")
    living = Source.objects.living()
    if living.filter(organization_id=import_run.organization_id, name=name).exclude(kind=kind).exists():
        raise BadRequest(f"{name} is another kind of source.", remedy="Remember the recipe under another name.")
    return living.update_or_create(
        organization_id=import_run.organization_id,
        name=name,
        defaults={"recipe": recipe},
        create_defaults={"recipe": recipe, "kind": kind, "created_at": now},
    )[0]


def cancel_job(import_run: Import, *, now: datetime) -> None:
    if import_run.job and import_run.job.state in LIVE_STATES:
        try:
            jobs.cancel(job=import_run.job, now=now)
        except jobs.NotCancellable:  # it ended meanwhile
            return


def started_import(
    *,
    source: Source,
    recipe: Recipe,
    user_id: int | None,
    now: datetime,
    stage: ImportStage = ImportStage.IMPORT,
    cursor: Mapping[str, object] | None = None,
    began_with: Mapping[str, object] | None = None,
    fixes: Import | None = None,
) -> Import:
    """An import of a source, with the job of its stage. One that fetches goes on from `cursor`; `began_with` is what the
    source's own cursor must still be for this import to move it."""
    import_run = Import.objects.create(
        organization_id=source.organization_id,
        source=source,
        recipe=recipe.model_dump(mode="json"),
        kind=recipe.kind.value,
        created_by_id=user_id,
        created_at=now,
        cursor=cursor or {},
        began_with=began_with,
        fixes=fixes,
    )
    return _ask(import_run, stage, now=now)


def _ask(import_run: Import, stage: ImportStage, *, now: datetime) -> Import:
    """Give the import the job of a stage. A new preview never finds the job of the one that it replaces."""
    nth = f":{now.timestamp()}" if stage is ImportStage.PREVIEW else ""
    request = JobRequest(
        kind=_JOB_KINDS[stage],
        organization_id=import_run.organization_id,
        scope={"import_id": import_run.pk},
        dedupe_key=f"{stage.value}:{import_run.pk}{nth}",
        priority=_PRIORITY,
    )
    import_run.stage = stage.value
    import_run.job = jobs.request(request, now=now)
    import_run.save()
    return import_run
