"""Storing pushed readings: those of a UTC day belong to one import, whose receipt grows with each push."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction

from wattwise_backend.accounts.models import Organization
from wattwise_backend.meters.models import Meter
from wattwise_backend.meters.operations import ensure_meters
from wattwise_backend.platform.errors import BadRequest, Conflict
from wattwise_backend.readings.operations import write_readings
from wattwise_contract.imports import ImportStage, Receipt, RejectedRow, SourceKind
from wattwise_contract.meters import MeterWanted
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import ImportKind, Recipe
from wattwise_contract.schemas import READINGS

from .models import Import, ImportPart, Source
from .models import RejectedRow as StoredRejectedRow
from .push_bodies import Rows
from .push_judging import Judged, Wrong, compute, judge, mapped, sorted_out
from .requests import PUSHES

_PART = "pushed"
_MOST_KEPT = 1_000  # rejected rows of a push that are kept with the import; the answer has them all
_MOST_KEPT_OF_A_DAY = 20_000
_COUNTS = ("read", "stored", "unchanged", "corrected", "duplicate", "rejected")


@dataclass(frozen=True)
class Pushed:
    """What a push did: read = stored + unchanged + corrected + duplicate + the number of rejected rows."""

    import_id: int | None  # None where nothing was sent
    read: int
    stored: int = 0
    unchanged: int = 0
    corrected: int = 0
    duplicate: int = 0
    rejected: Sequence[RejectedRow] = ()


class NothingStored(BadRequest):
    """A row is wrong, and the sender wanted all or nothing."""

    remedy = "Correct or leave out what is rejected, or push without strict: then the other rows are stored."

    def __init__(self, rejected: Sequence[RejectedRow], *, read: int) -> None:
        super().__init__(f"{len(rejected)} of {read} rows are wrong, so nothing was stored.")
        self.rejected = rejected


def push(
    *, organization: Organization, rows: Rows, create: bool, strict: bool, user_id: int | None, now: datetime
) -> Pushed:
    """Store what can be stored, at once or not at all. The same rows again change nothing. `create` makes meters that
    are not there. Raises NothingStored where `strict` and a row is wrong, Conflict."""
    if not rows.read:
        return Pushed(None, 0)
    judged = judge(rows, now=now)
    with transaction.atomic():
        import_run = _import_of_the_day(organization, user_id=user_id, now=now)
        meters = _meters(import_run, judged.good, create=create, now=now)
        readings, rejected = _of_meters(judged, meters)
        if strict and rejected:
            raise NothingStored(rejected, read=rows.read)
        last = _last_of_each(readings)
        written, changed = write_readings(
            organization_id=organization.pk, import_id=import_run.pk, readings=last, now=now, known_at=now
        )
        pushed = Pushed(
            import_run.pk,
            rows.read,
            written.stored,
            written.unchanged,
            written.corrected,
            readings.num_rows - last.num_rows,
            rejected,
        )
        _add_to_receipt(import_run, pushed, last, changed, now=now)
        _keep_rejected(import_run, rejected, now=now)
    return pushed


def _import_of_the_day(organization: Organization, *, user_id: int | None, now: datetime) -> Import:
    """The import that today's pushes belong to, held until the end of the transaction, so that pushes of an
    organization, and the undoing of that import, come one after the other. What is pushed after an undo was asked for
    belongs to a new one."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    todays: Callable[[], Import | None] = lambda: (  # noqa: E731 - asked twice, the second time under the lock
        Import.objects.select_for_update(of=("self",), no_key=True)
        .filter(organization=organization, source__kind=SourceKind.PUSH)
        .filter(stage=ImportStage.IMPORT.value, undone_at=None)
        .filter(created_at__gte=day, created_at__lt=day + timedelta(days=1))
        .order_by("id")
        .first()
    )
    if found := todays():
        return found
    source, _ = Source.objects.living().get_or_create(
        organization=organization, name=PUSHES, defaults={"kind": SourceKind.PUSH.value, "created_at": now}
    )
    if source.kind != SourceKind.PUSH:
        raise Conflict(f"A source of another kind is called {PUSHES}.", remedy="Give that source another name.")
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    return todays() or _made(source, user_id=user_id, now=now)


def _made(source: Source, *, user_id: int | None, now: datetime) -> Import:
    import_run = Import.objects.create(
        organization_id=source.organization_id,
        source=source,
        recipe=Recipe(kind=ImportKind.READINGS).model_dump(mode="json"),
        kind=ImportKind.READINGS.value,
        created_by_id=user_id,
        created_at=now,
        finished_at=now,
    )
    ImportPart.objects.create(import_run=import_run, key=_PART, receipt={})
    return import_run


def _meters(import_run: Import, good: pa.Table, *, create: bool, now: datetime) -> dict[tuple[str, str], Meter]:
    """The meters that the rows name, by key and quantity; with `create` those too that had to be made."""
    named = good.select(["meter", "quantity"]).group_by(["meter", "quantity"]).aggregate([]).to_pylist()
    pairs = {(row["meter"], row["quantity"]) for row in named}
    keys = {key for key, _ in pairs}
    organization = import_run.organization

    def known() -> dict[tuple[str, str], Meter]:
        found = Meter.objects.filter(organization=organization, key__in=keys)
        return {pair: meter for meter in found if (pair := (meter.key, meter.quantity)) in pairs}

    meters = known() if keys else {}
    wanted = _wanted(organization, good, known=meters) if create and len(meters) < len(pairs) else []
    if not wanted:
        return meters
    ensure_meters(
        organization_id=organization.pk,
        wanted=wanted,
        is_simulated=organization.is_simulated,
        import_id=import_run.pk,
        now=now,
    )
    return known()


def _wanted(organization: Organization, good: pa.Table, *, known: dict[tuple[str, str], Meter]) -> list[MeterWanted]:
    """The meters to make: those that are missing, as their first row that says a resolution describes them."""
    described = good.filter(compute.not_equal(good["resolution"], ""))
    columns = ("consumer", "timezone", "resolution")
    first = described.group_by(["meter", "quantity"], use_threads=False).aggregate(
        [(name, "first") for name in columns]
    )
    return [
        MeterWanted(
            meter_key=row["meter"],
            consumer_key=row["consumer_first"] or (row["meter"] if Quantity(row["quantity"]).adds_up else ""),
            quantity=Quantity(row["quantity"]),
            timezone=row["timezone_first"] or organization.timezone,
            resolution=row["resolution_first"],
        )
        for row in first.to_pylist()
        if (row["meter"], row["quantity"]) not in known
    ]


def _of_meters(judged: Judged, meters: dict[tuple[str, str], Meter]) -> tuple[pa.Table, list[RejectedRow]]:
    """Contract READINGS, in the order of the rows; and all rejected rows, those included whose meter is not there."""
    good = judged.good
    ids = {f"{key}\n{quantity}": meter.pk for (key, quantity), meter in meters.items()}
    joined = compute.binary_join_element_wise(good["meter"], good["quantity"], "\n")
    meter_ids = mapped(joined, lambda pair: ids.get(pair, 0), np.int32)
    table = good.append_column("meter_id", pa.array(meter_ids, pa.int32()))
    unknown = Wrong(
        meter_ids == 0,
        "meter",
        "There is no such meter of this quantity in the organization.",
        "Check the key, or push with ?create=true and give the resolution: then it is made.",
    )
    sent = good.select(["meter", "sent_time"]).rename_columns(["meter", "starts_at"])
    found, rejected = sorted_out(table, [unknown, _off_the_grid(table, meters.values())], sent)
    together = sorted([*judged.rejected, *rejected], key=lambda row: row.line)
    return found.select(READINGS.names).cast(READINGS), together


def _off_the_grid(table: pa.Table, meters: Iterable[Meter]) -> Wrong:
    """Times that are no whole number of intervals from what the meter has; of intervals that divide an hour, for longer
    ones may follow the local clock."""
    steps = {meter.pk: _step(meter.resolution) if meter.first_reading_at else 1 for meter in meters}
    firsts = {meter.pk: _since_1970(meter.first_reading_at) if meter.first_reading_at else 0 for meter in meters}
    meter_ids = table["meter_id"].to_numpy()
    known, places = np.unique(meter_ids, return_inverse=True)
    step = np.array([steps.get(int(meter_id), 1) for meter_id in known], np.int64)[places]
    first = np.array([firsts.get(int(meter_id), 0) for meter_id in known], np.int64)[places]
    return Wrong(
        (table["starts_at"].cast(pa.int64()).to_numpy() - first) % step != 0,
        "starts_at",
        "The time is off the meter's grid: it is no whole number of intervals from its other readings.",
        "Push the start of the interval, or such readings as a meter of their own.",
    )


def _step(resolution: str) -> int:
    """An interval in microseconds; 1 where it does not divide an hour."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", resolution)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    step = hours * 3600 + minutes * 60 + seconds
    return step * 1_000_000 if step and 3600 % step == 0 else 1


def _since_1970(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def _last_of_each(readings: pa.Table) -> pa.Table:
    """Of the readings of one meter and moment the one that was sent last."""
    backwards = np.arange(readings.num_rows)[::-1]
    meters, moments = readings["meter_id"].to_numpy(), readings["starts_at"].cast(pa.int64()).to_numpy()
    places = np.stack([meters[backwards].astype(np.int64), moments[backwards]])
    _, first = np.unique(places, axis=1, return_index=True)
    return readings.take(np.sort(backwards[first]))


def _add_to_receipt(
    import_run: Import, pushed: Pushed, readings: pa.Table, meters: Sequence[Meter], *, now: datetime
) -> None:
    """Add a push to the receipt of its day. The import is held, so nobody else does at the same time. Its end moves with
    what it stores; since when each of its readings was known is told by its arrivals."""
    part = ImportPart.objects.get(import_run=import_run, key=_PART)
    before: dict[str, Any] = part.receipt
    counts = {name: before.get(name, 0) + getattr(pushed, name) for name in _COUNTS[:-1]}
    counts["rejected"] = before.get("rejected", 0) + len(pushed.rejected)
    part.receipt = counts | _extent(before, readings, meters) | {"pushes": before.get("pushes", 0) + 1}
    part.save(update_fields=["receipt"])
    import_run.receipt = _receipt(part.receipt).model_dump(mode="json")
    if pushed.stored or pushed.corrected:
        import_run.finished_at = now
    import_run.save(update_fields=["receipt", "finished_at"])


def _extent(before: dict[str, Any], readings: pa.Table, meters: Sequence[Meter]) -> dict[str, Any]:
    """What the pushes of the day held, stored or not, as it is kept beside the receipt of every part."""
    quantities = {meter.pk: Quantity(meter.quantity) for meter in meters}
    totals = Counter(before.get("totals", {}))
    for row in readings.group_by("meter_id").aggregate([("value", "sum")]).to_pylist():
        quantity = quantities[row["meter_id"]]
        if quantity.adds_up:
            totals[quantity.unit] += row["value_sum"]
    extent = compute.min_max(readings["starts_at"]).as_py()
    first = [before.get("first"), extent["min"] and extent["min"].isoformat()]
    last = [before.get("last"), extent["max"] and extent["max"].isoformat()]
    consumers = {meter.consumer_id for meter in meters if meter.consumer_id is not None}
    return {
        "totals": dict(totals),
        "meter_ids": sorted({*before.get("meter_ids", []), *quantities}),
        "consumer_ids": sorted({*before.get("consumer_ids", []), *consumers}),
        "first": min(filter(None, first), default=None),
        "last": max(filter(None, last), default=None),
    }


def _receipt(part: dict[str, Any]) -> Receipt:
    return Receipt(
        kind=ImportKind.READINGS,
        **{name: part[name] for name in _COUNTS},
        consumers=len(part["consumer_ids"]),
        meters=len(part["meter_ids"]),
        first_reading_at=part["first"],
        last_reading_at=part["last"],
        totals={unit: round(total, 6) for unit, total in part["totals"].items()},
        interpretation=[f"Programs pushed these readings, in {part['pushes']:,} requests of one day."],
    )


def _keep_rejected(import_run: Import, rejected: Sequence[RejectedRow], *, now: datetime) -> None:
    """Keep the first of them with the import, under the time of the push, so far as the day's are not too many."""
    if not rejected:
        return
    room = _MOST_KEPT_OF_A_DAY - StoredRejectedRow.objects.filter(import_run=import_run).count()
    StoredRejectedRow.objects.bulk_create(
        [
            StoredRejectedRow(
                import_run=import_run, part=_PART, **(row.model_dump() | {"file": f"push of {now:%H:%M:%S} UTC"})
            )
            for row in rejected[: max(0, min(room, _MOST_KEPT))]
        ],
        batch_size=1000,
    )
