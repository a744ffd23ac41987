"""Questions about sources: how fresh they are, against their own habit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from wattwise_backend.platform.access import Access
from wattwise_backend.platform.errors import NotFound
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.imports import ImportStage
from wattwise_contract.sources import Brings, SourceKindInfo, SourceState

from .models import Import, Source
from .requests import BROUGHT_BY_PEOPLE
from .rhythm import length_of
from .secrets import SecretsUnreadable, opened

LEARNED_FROM = timedelta(days=60)
LEAST_PATIENCE = timedelta(hours=1)
PATIENCE_WITHOUT_HABIT = timedelta(days=2)  # many bring a day's readings on the day after


@dataclass(frozen=True)
class Standing:
    """What is known of a source beside its own row."""

    imports_count: int
    last_import: Import | None
    usual_pause: timedelta | None


def visible_source(access: Access, source_id: int) -> Source:
    """Raises NotFound, also for one that was removed."""
    found = Source.objects.visible_to(access).exclude(state=SourceState.REMOVED).filter(pk=source_id).first()
    if found is None:
        raise NotFound("source")
    return found


def standings(sources: Sequence[Source], *, now: datetime) -> dict[int, Standing]:
    """By source, in three statements for all of them."""
    ids = [source.pk for source in sources]
    started = Import.objects.filter(source__in=ids).exclude(stage=ImportStage.PREVIEW)
    counts = dict(started.order_by().values_list("source").annotate(Count("pk")))
    newest = {
        each.source_id: each
        for each in started.select_related("job").order_by("source_id", "-pk").distinct("source_id")
    }
    pauses = usual_pauses(ids, now=now)
    return {pk: Standing(counts.get(pk, 0), newest.get(pk), pauses.get(pk)) for pk in ids}


def usual_pauses(source_ids: Sequence[int], *, now: datetime) -> dict[int, timedelta]:
    """By source, where it has a habit: the pause between two imports that brought something; 95 of 100 were shorter."""
    rows = rows_of("imports", "usual_pauses", {"source_ids": list(source_ids), "since": now - LEARNED_FROM})
    return {row["source_id"]: timedelta(seconds=row["seconds"]) for row in rows}


def is_late(source: Source, usual_pause: timedelta | None, brings: Brings, *, now: datetime) -> bool:
    """Silent for longer than it usually is: twice its usual longest pause, and three times its rhythm. What is asked by
    hand alone is never late."""
    every = length_of(source.every)
    if source.state != SourceState.ACTIVE or brings is Brings.UPLOADS or (brings is Brings.FETCHES and not every):
        return False
    habit = 2 * usual_pause if usual_pause else PATIENCE_WITHOUT_HABIT
    patience = max(LEAST_PATIENCE, habit, 3 * every if every else habit)
    return now - (source.brought_at or source.created_at) > patience


def secrets_set(source: Source) -> list[str]:
    """The names of the secrets that are kept; none where they cannot be read any more."""
    try:
        return sorted(opened(source.secrets))
    except SecretsUnreadable:
        return []


def brings(source: Source, infos: dict[str, SourceKindInfo]) -> Brings:
    if source.kind in BROUGHT_BY_PEOPLE:
        return Brings.UPLOADS
    return infos[source.kind].brings if source.kind in infos else Brings.FETCHES


def shown(access: Access) -> Any:
    """The sources that a person sees in lists."""
    return Source.objects.visible_to(access).filter(~Q(state=SourceState.REMOVED))
