"""Changes of sources that fetch or listen: making, starting, asking, pausing, removing them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_duration

from wattwise_backend.accounts.models import Organization
from wattwise_backend.platform.errors import BadRequest, Conflict
from wattwise_contract.imports import ImportStage
from wattwise_contract.jobs import LIVE_STATES, JobState
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import Brings, SourceKindInfo, SourceState

from . import kinds, requests
from .due import fetch_now, live_imports_of
from .models import Import, Source
from .rhythm import SHORTEST, next_due
from .secrets import SecretsUnreadable, opened, sealed

Settings = Mapping[str, Any]


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
    config, secrets = _apart(info, config, secrets)
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
    info = _fetching_kind(source.kind)
    if "config" in wish or "secrets" in wish:
        config = wish.get("config", source.config)
        config, given = _apart(info, config, wish.get("secrets") or {})
        known = {name: value for name, value in ({**_opened(source), **given}).items() if value is not None}
        kinds.check_settings(info, {**config, **known})
        source.config, source.secrets = config, sealed(known)
    if "name" in wish:
        source.name = _named(wish["name"])
    if "recipe" in wish:
        source.recipe = wish["recipe"].model_dump(mode="json")
    if "every" in wish:
        source.every = _checked_every(info, wish["every"])
    if "state" in wish:
        _set_state(source, SourceState(wish["state"]))
    if {"every", "state"} & set(wish):
        source.due_at = None if source.state != SourceState.ACTIVE else _first_due(source, now=now)
    return _saved(source)


@transaction.atomic
def preview(*, source: Source, user_id: int | None, now: datetime) -> Import:
    """An import that only shows a sample of what the source would bring. Raises Conflict."""
    source = _locked(source)
    _fetching_kind(source.kind)
    requests.remove_forgotten(organization_id=source.organization_id, now=now)
    recipe = Recipe.model_validate(source.recipe)
    return requests.started_import(source=source, recipe=recipe, user_id=user_id, now=now, stage=ImportStage.PREVIEW)


@transaction.atomic
def start(*, source: Source, recipe: Recipe, user_id: int | None, now: datetime) -> Import | None:
    """Make the source active; its first import begins at once. None where it is listened to: then its worker begins."""
    source = _locked(source)
    info = _fetching_kind(source.kind)
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
    """Ask the source now, or once more for everything since a day. Raises Conflict."""
    source = _locked(source)
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
def read_again(*, source: Source, now: datetime) -> int:
    """Read what was fetched but could not be understood once more, with the source's present recipe. Answers how many
    imports that are; those that had stored something before they failed are left to a person."""
    source = _locked(source)
    failed = Import.objects.select_for_update(of=("self",)).filter(
        source=source, stage=ImportStage.IMPORT, undone_at=None, job__state=JobState.DEAD, parts=None
    ).exclude(fetched_at=None)  # fmt: skip
    recipe = Recipe.model_validate(source.recipe)
    return sum(requests.begin_again(import_run, recipe=recipe, now=now) for import_run in failed.order_by("pk"))


@transaction.atomic
def remove(*, source: Source, now: datetime) -> None:
    """A source that brought something stays for its imports, hidden and without its secrets; another one goes for good."""
    source = _locked(source)
    _fetching_kind(source.kind, known=False)
    for import_run in source.imports.select_related("job").filter(job__state__in=LIVE_STATES):
        requests.cancel_job(import_run, now=now)
    for import_run in source.imports.filter(stage=ImportStage.PREVIEW):
        requests.drop(import_run, now=now)
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


def _apart(info: SourceKindInfo, config: Settings, secrets: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Secrets that came among the settings are secrets all the same. Raises WrongSettings for a setting among secrets."""
    names = kinds.secret_names(info)
    if strangers := {name: ["This is no secret of this kind."] for name in secrets if name not in names}:
        raise kinds.WrongSettings(strangers)
    found = {name: value for name, value in config.items() if name in names}
    return {name: value for name, value in config.items() if name not in names}, {**found, **secrets}


def _opened(source: Source) -> dict[str, Any]:
    """What is sealed; nothing where it cannot be read any more: then all of it has to be entered anew."""
    try:
        return dict(opened(source.secrets))
    except SecretsUnreadable:
        return {}


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > 200:
        raise BadRequest("A source needs a name of at most 200 characters.", fields={"name": ["Give it a name."]})
    return plain


def _checked_every(info: SourceKindInfo, every: str) -> str:
    if not every or info.brings is Brings.LISTENS:
        return ""
    length = parse_duration(every) if every.startswith("P") else None
    if length is None or length < SHORTEST:
        sentence = "Give an ISO 8601 duration of a minute or more, such as PT15M, PT1H or P1D; empty: only by hand."
        raise BadRequest(f"{every} is no rhythm for a source.", remedy=sentence, fields={"every": [sentence]})
    return every


def _first_due(source: Source, *, now: datetime) -> datetime | None:
    """When a source that was paused or got another rhythm is asked next: at once where that is overdue."""
    if not source.every or kinds.kind_named(source.kind).brings is not Brings.FETCHES:
        return None
    if source.checked_at is None or not (length := parse_duration(source.every)):
        return now
    return max(now, source.checked_at + length)


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
