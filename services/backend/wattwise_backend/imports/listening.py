"""Sources that are listened to: which worker holds which, what it heard, and how that becomes imports."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from wattwise_backend.jobs.leases import LeaseLost
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.uploads import HashedUpload
from wattwise_contract.imports import ImportStage
from wattwise_contract.jobs import LEASE_DURATION
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import Cut, ListenerReport, ListenerTask, ListenerWish, SourceState, SpooledLine

from .landing import keep_file
from .models import Import, Source, SpooledMessage
from .requests import started_import
from .secrets import SecretsUnreadable, opened

MOST_LINES = 10_000  # in one answer


@transaction.atomic
def hold(wish: ListenerWish, *, now: datetime) -> list[ListenerTask]:
    """The sources that a worker holds from now on: those it had, and free ones up to its most; the oldest free first."""
    _note_reports(wish, now=now)
    listened = Source.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=SourceState.ACTIVE, kind__in=wish.kinds
    )
    mine = Q(listener=wish.worker, listener_lease_expires_at__gt=now)
    free = Q(listener_lease_expires_at=None) | Q(listener_lease_expires_at__lte=now)
    own = list(listened.filter(mine).select_related("organization").order_by("pk")[: wish.most])
    more = list(listened.filter(free).select_related("organization").order_by("pk")[: wish.most - len(own)])
    _let_go_of_others(wish.worker, [source.pk for source in own])
    return [task for source in (*own, *more) if (task := _held(source, wish.worker, now=now))]


def _let_go_of_others(worker: str, kept: Sequence[int]) -> None:
    others = Source.objects.filter(listener=worker).exclude(pk__in=kept)
    others.update(listener="", listener_lease=None, listener_lease_expires_at=None)


def _held(source: Source, worker: str, *, now: datetime) -> ListenerTask | None:
    """The lease, renewed where the worker had it. None where the secrets cannot be read: that is told beside the source."""
    try:
        secrets = opened(source.secrets)
    except SecretsUnreadable as error:
        source.last_error, source.failures = f"{error.error} {error.remedy}", 1
        source.save(update_fields=["last_error", "failures"])
        return None
    if source.listener != worker or source.listener_lease is None:
        source.listener, source.listener_lease = worker, uuid4()
    source.listener_lease_expires_at = now + LEASE_DURATION
    source.save(update_fields=["listener", "listener_lease", "listener_lease_expires_at"])
    return ListenerTask(
        source_id=source.pk,
        organization_id=source.organization_id,
        organization_timezone=source.organization.timezone,
        kind=source.kind,
        settings=source.config | secrets,
        recipe=Recipe.model_validate(source.recipe),
        cursor=source.cursor,
        identity=f"wattwise-{_platform_mark()}-{source.pk}",
        lease=str(source.listener_lease),
        expires_at=source.listener_lease_expires_at,
    )


def _platform_mark() -> str:
    """Tells this platform from others at the same broker, and stays the same for good."""
    return sha256(b"wattwise platform" + settings.SECRET_KEY.encode()).hexdigest()[:12]


def _note_reports(wish: ListenerWish, *, now: datetime) -> None:
    held = Source.objects.select_for_update().filter(listener=wish.worker)
    reports = {report.source_id: report for report in wish.reports}
    for source in held.filter(pk__in=reports).order_by("pk"):
        _note(source, reports[source.pk], now=now)


def _note(source: Source, report: ListenerReport, *, now: datetime) -> None:
    was_failing = bool(source.last_error)
    source.last_error = report.error
    if report.error:
        source.failures += 0 if was_failing else 1  # one absence of the broker is one failure, however often it is told
    else:
        source.failures, source.checked_at = 0, now
    source.save(update_fields=["last_error", "failures", "checked_at"])


def check_lease(source_id: int, lease: str) -> None:
    """Raise LeaseLost where `held_source` would, as far as can be told before the transaction."""
    if not _under_lease(source_id, lease).exists():
        raise LeaseLost(f"of source {source_id}")


def held_source(source_id: int, lease: str) -> Source:
    """The source, held until the end of the transaction. Raises LeaseLost."""
    found = _under_lease(source_id, lease).select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise LeaseLost(f"of source {source_id}")
    return found


def _under_lease(source_id: int, lease: str) -> QuerySet[Source]:
    try:
        token = UUID(lease)
    except ValueError:
        raise LeaseLost(f"of source {source_id}") from None
    return Source.objects.filter(pk=source_id, listener_lease=token, state=SourceState.ACTIVE)


@transaction.atomic
def spool(*, source_id: int, lease: str, lines: Sequence[SpooledLine]) -> list[int]:
    """Keep what was heard, in order, and answer the ids. Only then may it be acknowledged to the broker."""
    source = held_source(source_id, lease)
    made = SpooledMessage.objects.bulk_create(
        [SpooledMessage(source=source, line=each.line.replace("\0", "�")) for each in lines], batch_size=5_000
    )
    return [each.pk for each in made]


def spooled(*, source_id: int, lease: str, after: int) -> list[SpooledLine]:
    """A page of what was heard and is not cut off yet."""
    with transaction.atomic():
        source = held_source(source_id, lease)
        rows: QuerySet[SpooledMessage] = source.spool.filter(pk__gt=after).order_by("pk")[:MOST_LINES]
        return [SpooledLine(id=row.pk, line=row.line) for row in rows]


@transaction.atomic
def cut(*, source_id: int, lease: str, cut: Cut, upload: HashedUpload, now: datetime) -> Import:
    """Make an import of the file, with its job, and let the spool forget the lines that it holds. The same cut again answers
    the import that it made the first time."""
    source = held_source(source_id, lease)
    if cut.sha256 and cut.sha256 != upload.digest.hexdigest():
        raise BadRequest("The file did not arrive as it was sent.", remedy="Send it again.")
    # A later cut may end at the same line: a power that is held goes on without a message.
    cursor = cut.cursor | {"wattwise_cut": cut.through_id}
    again = source.imports.filter(cursor=cursor, stage=ImportStage.IMPORT.value).first()
    if again is not None:
        return again
    import_run = started_import(
        source=source, recipe=Recipe.model_validate(source.recipe), user_id=None, now=now, cursor=cursor,
    )  # fmt: skip
    keep_file(import_run, 0, cut.name, upload)
    import_run.landed_files, import_run.fetched_at = 1, now
    import_run.save(update_fields=["landed_files", "fetched_at"])
    source.spool.filter(pk__lte=cut.through_id).exclude(pk__in=cut.keep_ids).delete()
    source.cursor = cut.cursor
    source.save(update_fields=["cursor"])
    return import_run
