"""What needs somebody: dead jobs, failed imports, rejected rows, sources that fail or fell silent, late feeds of meters,
silent meters and silent services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from wattwise_backend.imports.kinds import declared
from wattwise_backend.imports.models import Import, Source
from wattwise_backend.imports.requests import BROUGHT_BY_PEOPLE
from wattwise_backend.imports.source_queries import brings, is_late, usual_pauses
from wattwise_backend.jobs.models import Job
from wattwise_backend.platform.access import Access
from wattwise_backend.readings.delays import Delay, late_feeds
from wattwise_backend.services.health import State
from wattwise_backend.services.queries import beating_services
from wattwise_contract.jobs import JobKind, JobState
from wattwise_contract.sources import SourceState

JOBS_WITHIN = timedelta(days=7)
IMPORTS_WITHIN = timedelta(days=30)
MOST_OF_A_KIND = 5
DANGER, WARNING = "danger", "warning"
_IMPORT_TITLES: dict[str, str] = {
    JobKind.IMPORT: "Import {} failed",
    JobKind.PREVIEW_IMPORT: "The preview of import {} failed",
    JobKind.UNDO_IMPORT: "Import {} could not be undone",
}
KINDS = (
    "dead_job", "failed_import", "failing_source", "late_feed", "late_source", "rejected_rows", "silent_meters", "silent_service",
)  # fmt: skip


@dataclass(frozen=True)
class Attention:
    """`link` is the page of the browser where one can act."""

    kind: str
    severity: str
    title: str
    detail: str
    link: str


def attention(
    access: Access, *, organization_id: int, silent_meters: int, is_live: bool, now: datetime
) -> list[Attention]:
    """The most urgent first; at most MOST_OF_A_KIND of each kind."""
    items = [
        *_silent_services(now=now),
        *(sources := _sources(access, organization_id, now=now)),
        *_late_feeds(organization_id, sources, now=now),
        *_failed_jobs(access, organization_id, now=now),
        *_rejected_rows(access, organization_id, now=now),
    ]
    if is_live and silent_meters:
        items.append(_silent_meters(silent_meters))
    return sorted(items, key=lambda item: item.severity != DANGER)


def _silent_services(*, now: datetime) -> list[Attention]:
    return [
        Attention(
            "silent_service", DANGER, f"The {health.service} service is silent", health.detail, link="/operations"
        )
        for health in beating_services(now=now)
        if health.state == State.SILENT
    ]


def _failed_jobs(access: Access, organization_id: int, *, now: datetime) -> list[Attention]:
    # An import that was started again, or whose source is said to fail, needs nobody a second time.
    is_open = Exists(Import.objects.filter(job=OuterRef("pk")).exclude(source__failures__gt=0))
    dead = (
        Job.objects.visible_to(access)
        .filter(organization_id=organization_id, state=JobState.DEAD, finished_at__gte=now - JOBS_WITHIN)
        .filter(~Q(kind__in=_IMPORT_TITLES) | is_open)
        .order_by("-finished_at")[:MOST_OF_A_KIND]
    )
    return [_failed_job(job) for job in dead]


def _sources(access: Access, organization_id: int, *, now: datetime) -> list[Attention]:
    active = Source.objects.visible_to(access).filter(organization_id=organization_id, state=SourceState.ACTIVE)
    fetching = list(active.exclude(kind__in=BROUGHT_BY_PEOPLE))
    failing = [source for source in fetching if source.failures]
    healthy = [source for source in fetching if not source.failures]
    pauses = usual_pauses([source.pk for source in healthy], now=now)
    infos = {info.kind: info for info in declared()}
    late = [each for each in healthy if is_late(each, pauses.get(each.pk), brings(each, infos), now=now)]
    return [
        *(
            _source("failing_source", DANGER, "{} brings nothing", each, each.last_error)
            for each in failing[:MOST_OF_A_KIND]
        ),
        *(_source("late_source", WARNING, "{} is silent", each, _silence(each, now)) for each in late[:MOST_OF_A_KIND]),
    ]


def _late_feeds(organization_id: int, sources: list[Attention], *, now: datetime) -> list[Attention]:
    """Not those whose source is said to fail or to be silent: that says it once for all of them."""
    said = {item.link for item in sources}
    late = [feed for feed in late_feeds(organization_id, now=now) if _link(feed.source_id) not in said]
    return [_late_feed(feed, now) for feed in late[:MOST_OF_A_KIND]]


def _late_feed(feed: Delay, now: datetime) -> Attention:
    since = feed.late_since(now) or now
    detail = f"Its next reading should have come {_length(now - since)} ago, going by twice its usual longest delay."
    return Attention("late_feed", WARNING, f"{feed.meter} is late", detail, link=f"/meters/{feed.meter_id}?tab=data")


def _source(kind: str, severity: str, title: str, source: Source, detail: str) -> Attention:
    return Attention(kind, severity, title.format(source.name), detail, link=_link(source.pk))


def _link(source_id: int) -> str:
    return f"/sources/{source_id}"


def _silence(source: Source, now: datetime) -> str:
    length = _length(now - (source.brought_at or source.created_at))
    if source.brought_at is None:
        return f"It has brought nothing since it was connected {length} ago. Are its settings right?"
    return f"It last brought something {length} ago, longer ago than is usual for it."


def _length(time: timedelta) -> str:
    hours = int(time / timedelta(hours=1))
    if hours < 2:
        minutes = int(time / timedelta(minutes=1))
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def _failed_job(job: Job) -> Attention:
    if title := _IMPORT_TITLES.get(job.kind):
        number = job.scope.get("import_id")
        return Attention("failed_import", DANGER, title.format(number), job.error, link=f"/imports/{number}")
    what = job.kind.replace("_", " ").capitalize()
    tries = "try" if job.attempts == 1 else "tries"
    title = f"{what} gave up after {job.attempts} {tries}"
    return Attention("dead_job", DANGER, title, job.error, link=f"/operations?job={job.id}")


def _rejected_rows(access: Access, organization_id: int, *, now: datetime) -> list[Attention]:
    imports = (
        Import.objects.visible_to(access)
        .filter(organization_id=organization_id, created_at__gte=now - IMPORTS_WITHIN, receipt__rejected__gt=0)
        .order_by("-created_at")[:MOST_OF_A_KIND]
    )
    return [
        Attention(
            "rejected_rows",
            WARNING,
            f"{each.receipt['rejected']:,} rows of import {each.pk} were rejected",
            "They are listed with their lines, reasons and remedies.",
            link=f"/imports/{each.pk}",
        )
        for each in imports
        if each.receipt
    ]


def _silent_meters(count: int) -> Attention:
    title = "1 meter is silent" if count == 1 else f"{count:,} meters are silent"
    detail = "The newest reading is more than two days older than that of the others."
    return Attention("silent_meters", WARNING, title, detail, link="/consumers")
