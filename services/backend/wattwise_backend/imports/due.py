"""Sources that are due: each gets an import, whose worker fetches what is new."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from wattwise_backend.jobs.models import Job
from wattwise_contract.jobs import LIVE_STATES, JobKind
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import SourceState

from .models import Import, Source
from .queries import live_imports_of
from .requests import started_import
from .rhythm import next_due
from .secrets import SecretsUnreadable, opened

MOST_LIVE_IMPORTS = 100  # of all organizations: while so many wait, due sources wait too, the longest due first


@transaction.atomic
def start_due_sources(*, now: datetime, most_live: int = MOST_LIVE_IMPORTS) -> int:
    """Start an import for every source that is due and has none under way, and answer their number. What an outage missed is
    caught up by one import: its cursor covers it. Safe against two callers at once."""
    room = most_live - Job.objects.filter(kind=JobKind.IMPORT, state__in=LIVE_STATES).count()
    if room <= 0:
        return 0
    due = (
        Source.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(~Exists(live_imports_of(OuterRef("pk"))), state=SourceState.ACTIVE, due_at__lte=now)
        .select_related("organization")
        .order_by("due_at")[:room]
    )
    return sum(_start(source, now=now) for source in due)


def fetch_now(source: Source, *, user_id: int | None, cursor: Mapping[str, object] | None, now: datetime) -> Import:
    """An import that fetches what is new, or everything since another `cursor`, which leaves the source's own alone."""
    return started_import(
        source=source, recipe=Recipe.model_validate(source.recipe), user_id=user_id, now=now,
        cursor=source.cursor if cursor is None else cursor,
        began_with=source.cursor if cursor is None else None,
    )  # fmt: skip


def _start(source: Source, *, now: datetime) -> int:
    """1, or 0 where somebody asked it while it was being locked, or where its secrets are lost."""
    if live_imports_of(source.pk).exists():
        return 0
    source.due_at = next_due(source, now=now)
    source.save(update_fields=["due_at"])
    try:
        opened(source.secrets)
    except SecretsUnreadable as error:
        told = f"{error.error} {error.remedy}"
        Source.objects.filter(pk=source.pk).update(failures=F("failures") + 1, last_error=told)
        return 0
    fetch_now(source, user_id=None, cursor=None, now=now)
    return 1
