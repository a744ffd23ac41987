"""Starting imports: files or a simulation become an import, and a job that carries it out."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from wattwise_backend.accounts.models import Organization
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.platform.errors import BadRequest, TooLarge
from wattwise_backend.platform.uploads import HashedUpload
from wattwise_backend.platform.zones import check_timezone
from wattwise_contract.imports import SourceKind
from wattwise_contract.jobs import JobKind, JobRequest
from wattwise_contract.recipes import Recipe

from .models import Import, ImportFile, Source
from .queries import files_folder

_PRIORITY = 10  # imports before what is computed from them


@transaction.atomic
def import_files(
    *,
    organization: Organization,
    files: Sequence[HashedUpload],
    recipe: Recipe,
    user_id: int | None,
    limit_files: int,
    now: datetime,
) -> Import:
    """Keep the uploads and ask for the job that reads them. Raises BadRequest, TooLarge."""
    if not files:
        raise BadRequest("There is no file in the upload.", remedy="Send one or more parts named `file`.")
    if len(files) > limit_files:
        raise TooLarge(f"{len(files)} files are too many at once.", remedy=f"Send at most {limit_files}, or a zip.")
    for zone in filter(None, (recipe.timezone, recipe.stamps_in)):
        check_timezone(zone)
    source, _ = Source.objects.get_or_create(
        organization=organization, name="Files", defaults={"kind": SourceKind.FILES.value, "created_at": now}
    )
    import_run = _started(source=source, recipe=recipe, user_id=user_id, now=now)
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
    source, _ = Source.objects.update_or_create(
        organization=organization,
        name="Simulated neighbourhood",
        defaults={"kind": SourceKind.SIMULATION.value, "config": dict(config)},
        create_defaults={"kind": SourceKind.SIMULATION.value, "config": dict(config), "created_at": now},
    )
    return _started(source=source, recipe=Recipe(), user_id=user_id, now=now)


def plain_name(name: str) -> str:
    """A file's name without folders and control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip()
    return visible[-200:] or "file"


def _started(*, source: Source, recipe: Recipe, user_id: int | None, now: datetime) -> Import:
    import_run = Import.objects.create(
        organization_id=source.organization_id,
        source=source,
        recipe=recipe.model_dump(mode="json"),
        kind=recipe.kind.value,
        created_by_id=user_id,
        created_at=now,
    )
    request = JobRequest(
        kind=JobKind.IMPORT,
        organization_id=source.organization_id,
        scope={"import_id": import_run.pk},
        dedupe_key=f"import:{import_run.pk}",
        priority=_PRIORITY,
    )
    import_run.job = jobs.request(request, now=now)
    import_run.save(update_fields=["job"])
    return import_run
