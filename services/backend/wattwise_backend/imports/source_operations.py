"""Changes of sources that fetch or listen: making, starting, asking, pausing, removing them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from wattwise_backend.accounts.models import Organization
from wattwise_backend.platform.errors import BadRequest, Conflict
from wattwise_contract.imports import ImportStage
from wattwise_contract.jobs import LIVE_STATES, JobState
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import Brings, SourceKindInfo, SourceState

from . import kinds, requests
from .due import fetch_now
from .models import Import, Source
from .queries import live_imports_of
from .rhythm import apart, length_of, next_due
from .secrets import opened, sealed
from .source_settings import Settings, changed_settings, parted


@dataclass(frozen=True)
class ReadAgain:
    """How many imports are read again, and which had stored something before they failed: a person undoes those first."""

    started: int
    undo_first: list[int]


class NameTaken(BadRequest):
    """Another source of the organization has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is a source called {name} already.",
            remedy="Give it another name.",
            fields={"name": ["This name is taken."]},
        )


def make(
    *,
    organization: Organization,
    kind: str,
    name: str,
    config: Settings,
    secrets: Settings,
    recipe: Recipe,
    every: str | None,
    user_id: int | None,
    now: datetime,
) -> Source:
    """A draft: nothing is asked before it is started. `every` None is as often as its kind says. Raises BadRequest."""
    info = _fetching_kind(kind)
    config, secrets = parted(info, config, secrets)
    secrets = {name: value for name, value in secrets.items() if value is not None}
    kinds.check_settings(info, {**config, **secrets})
    source = Source(
        organization=organization,
        name=_named(name),
        kind=kind,
        state=SourceState.DRAFT.value,
        config=config,
        secrets=sealed(secrets),
        recipe=recipe.stated_over(info.recipe).model_dump(mode="json"),
        every=_checked_every(info, info.every if every is None else every),
        created_by_id=user_id,
        created_at=now,
    )
    return _saved(source)


@transaction.atomic
def change(*, source: Source, wish: Settings, now: datetime) -> Source:
    """Change what `wish` names of name, config, secrets, recipe, every and state. A secret that is null is removed, one that
    is not named stays. Raises BadRequest, Conflict."""
    source = _locked(source)
    needs_worker = not {"config", "secrets", "every"}.isdisjoint(wish)  # a source whose worker is gone can still rest
    info = _fetching_kind(source.kind, known=needs_worker)
    if "config" in wish or "secrets" in wish:
        config, secrets = changed_settings(source, info, wish)
        source.config, source.secrets = config, sealed(secrets)
    if "name" in wish:
        source.name = _named(wish["name"])
    if "recipe" in wish:
        source.recipe = wish["recipe"].model_dump(mode="json")
    if "every" in wish:
        source.every = _checked_every(info, wish["every"])
    if "state" in wish:
        _set_state(source, SourceState(wish["state"]))
    if {"every", "state"} & set(wish):
        source.due_at = _first_due(source, now=now) if source.state == SourceState.ACTIVE else None
    return _saved(source)


@transaction.atomic
def preview(*, source: Source, user_id: int | None, now: datetime) -> Import:
    """An import that only shows a sample of what the source would bring. Raises BadRequest, Conflict."""
    source = _locked(source)
    _fetching_kind(source.kind)
    opened(source.secrets)
    requests.remove_forgotten(now=now, organization_id=source.organization_id)
    recipe = Recipe.model_validate(source.recipe)
    return requests.started_import(source=source, recipe=recipe, user_id=user_id, now=now, stage=ImportStage.PREVIEW)


@transaction.atomic
def start(*, source: Source, recipe: Recipe, user_id: int | None, now: datetime) -> Import | None:
    """Make the source active; its first import begins at once. None where it is listened to: then its worker begins."""
    source = _locked(source)
    info = _fetching_kind(source.kind)
    opened(source.secrets)
    if source.state != SourceState.DRAFT:
        raise Conflict("This source was started already.", remedy="Ask it now, or let it go on.")
    if recipe != Recipe():
        source.recipe = recipe.model_dump(mode="json")
    source.state, source.due_at = SourceState.ACTIVE.value, None
    source.due_at = next_due(source, now=now) if info.brings is Brings.FETCHES else None
    source.save()
    return fetch_now(source, user_id=user_id, cursor=None, now=now) if info.brings is Brings.FETCHES else None


@transaction.atomic
def fetch(*, source: Source, since: date | None, user_id: int | None, now: datetime) -> Import:
    """Ask the source now, or once more for everything since a day. Raises BadRequest, Conflict."""
    source = _locked(source)
    opened(source.secrets)
    if _fetching_kind(source.kind).brings is not Brings.FETCHES:
        raise Conflict(
            "This source is listened to: it is not asked.", remedy="Its messages become imports by themselves."
        )
    if source.state == SourceState.DRAFT:
        raise Conflict("This source was never started.", remedy="Preview what it would bring, then start it.")
    if live_imports_of(source.pk).exists():
        raise Conflict("This source is being asked already.", remedy="Wait for its end, or cancel its job.")
    cursor = None if since is None else {"since": since.isoformat()}
    return fetch_now(source, user_id=user_id, cursor=cursor, now=now)


@transaction.atomic
def read_again(*, source: Source, now: datetime) -> ReadAgain:
    """Read what was fetched but could not be understood once more, with the source's present recipe."""
    failed = Import.objects.select_for_update(of=("self",)).filter(
        source=source, stage=ImportStage.IMPORT, undone_at=None, job__state=JobState.DEAD, fetched_at__isnull=False
    )
    dead = list(failed.order_by("pk"))
    recipe = Recipe.model_validate(_locked(source).recipe)
    half = set(
        Import.objects.filter(pk__in=[each.pk for each in dead], parts__isnull=False).values_list("pk", flat=True)
    )
    for import_run in dead:
        if import_run.pk not in half:
            requests.begin_again(import_run, recipe=recipe, now=now)
    return ReadAgain(started=len(dead) - len(half), undo_first=sorted(half))


@transaction.atomic
def remove(*, source: Source, now: datetime) -> None:
    """A source that brought something stays for its imports, hidden and without its secrets; another one goes for good."""
    _fetching_kind(source.kind, known=False)
    is_preview = Q(stage=ImportStage.PREVIEW)
    is_live = Q(stage=ImportStage.IMPORT, job__state__in=LIVE_STATES)
    # Imports first, then their source, as landing does: so that neither waits for the other.
    open_imports = list(
        Import.objects.select_for_update(of=("self",)).filter(is_preview | is_live, source=source).order_by("pk")
    )
    source = _locked(source)
    for import_run in open_imports:
        if import_run.stage == ImportStage.PREVIEW:
            requests.drop(import_run, now=now)
        else:
            requests.cancel_job(import_run, now=now)
    if not source.imports.exists():
        source.delete()
        return
    source.state, source.secrets, source.due_at = SourceState.REMOVED.value, "", None
    source.listener, source.listener_lease, source.listener_lease_expires_at = "", None, None
    source.spool.all().delete()
    source.save()


def _fetching_kind(kind: str, *, known: bool = True) -> SourceKindInfo:
    """Raises Conflict for sources that people bring, and BadRequest where no worker knows the kind and it must be known."""
    if kind in requests.BROUGHT_BY_PEOPLE:
        raise Conflict(
            "This source is made by uploads or pushes: it is not asked.", remedy="Upload files, or push readings."
        )
    return kinds.kind_named(kind) if known else SourceKindInfo(kind=kind, title=kind)


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > 200:
        raise BadRequest("A source needs a name of at most 200 characters.", fields={"name": ["Give it a name."]})
    if plain in (requests.FILES, requests.SIMULATION, requests.PUSHES):
        raise NameTaken(plain)
    return plain


def _checked_every(info: SourceKindInfo, every: str) -> str:
    if not every or info.brings is Brings.LISTENS:
        return ""
    if length_of(every) is None:
        sentence = "Give an ISO 8601 duration of a minute to a year, such as PT15M, PT1H or P1D; empty: only by hand."
        raise BadRequest(f"{every} is no rhythm for a source.", remedy=sentence, fields={"every": [sentence]})
    return every


def _first_due(source: Source, *, now: datetime) -> datetime | None:
    """When a source that was paused or got another rhythm is asked next: at once where that is overdue."""
    every = length_of(source.every)
    if every is None:
        return None
    return (max(now, source.checked_at + every) if source.checked_at else now) + apart(source)


def _set_state(source: Source, state: SourceState) -> None:
    if source.state == SourceState.DRAFT or state not in (SourceState.ACTIVE, SourceState.PAUSED):
        raise Conflict("A source that was never started is neither paused nor active.", remedy="Start it first.")
    source.state = state.value


def _locked(source: Source) -> Source:
    found = Source.objects.select_for_update(of=("self",)).select_related("organization").get(pk=source.pk)
    if found.state == SourceState.REMOVED:
        raise Conflict("This source was removed.", remedy="Connect it anew.")
    return found


def _saved(source: Source) -> Source:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise NameTaken(source.name) from None
    return source
