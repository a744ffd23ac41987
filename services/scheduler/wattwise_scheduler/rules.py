"""What is due: from facts and a moment to wishes for jobs. Pure, and safe to ask every second: a wish for a job that is
already live finds that job by its dedupe key."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wattwise_contract.jobs import JobKind, JobRequest
from wattwise_contract.scheduling import OrganizationFacts, SchedulerFacts

SHARD = 50  # meters of a roll-up or profile job
QUIET = timedelta(seconds=1)  # no reading arrived for so long: roll up
LONGEST_WAIT = timedelta(seconds=10)  # roll up even while readings keep arriving …
LONGEST_WAIT_IN_IMPORT = timedelta(seconds=60)  # … and while an import, which brings them in bulk, is running
FEWEST_TO_CLUSTER = 8
MODEL_LASTS = timedelta(days=7)
FORECAST_STEP = timedelta(hours=1)
FORECAST_LASTS = timedelta(hours=6)
LIVE = timedelta(days=7)  # a feed whose newest reading is older is historical: time alone makes no forecast stale
SOON, SOMETIME = 1, 0  # priorities: people wait for rollups and forecasts


def due(facts: SchedulerFacts) -> list[JobRequest]:
    """Wishes, in no order. A dedupe key whose last job died within the hour is left alone."""
    blocked = set(facts.blocked_dedupe_keys)
    wishes = [wish for organization in facts.organizations for wish in _of(organization, facts.now, blocked)]
    return [wish.model_copy(update={"as_of": facts.now}) for wish in wishes if wish.dedupe_key not in blocked]


def _of(facts: OrganizationFacts, now: datetime, blocked: set[str]) -> Iterator[JobRequest]:
    shards = _shards("roll_up", facts, facts.dirty_meter_ids)
    if shards and _time_to_roll_up(facts, now):
        for key, meter_ids in shards.items():
            yield _wish(facts, JobKind.ROLL_UP, key, priority=SOON, scope={"meter_ids": meter_ids})
    yield from _profiles(facts)
    # Ranges that cannot be rolled up must not hold back everything else for ever.
    unsettled = facts.live_imports or facts.live_roll_ups or shards.keys() - blocked
    if unsettled:
        return
    if _clusters_are_stale(facts):
        yield _wish(facts, JobKind.CLUSTER_CONSUMERS, f"cluster:{facts.organization_id}")
    if _model_is_stale(facts):
        yield _wish(facts, JobKind.TRAIN_FORECASTERS, f"train:{facts.organization_id}")
    if _forecast_is_stale(facts, now):
        yield _wish(facts, JobKind.FORECAST_METERS, f"forecast:{facts.organization_id}", priority=SOON)


def _profiles(facts: OrganizationFacts) -> Iterator[JobRequest]:
    """Each meter's profile waits for that meter's own readings, and for imports, which may change many."""
    if not facts.live_imports:
        for key, meter_ids in _shards("profile", facts, facts.meters_to_profile).items():
            yield _wish(facts, JobKind.PROFILE_METERS, key, scope={"meter_ids": meter_ids})


def _shards(word: str, facts: OrganizationFacts, meter_ids: list[int]) -> dict[str, list[int]]:
    """By dedupe key. A meter is always of the same shard."""
    shards: dict[str, list[int]] = {}
    for meter_id in sorted(meter_ids):
        shards.setdefault(f"{word}:{facts.organization_id}:{meter_id // SHARD}", []).append(meter_id)
    return shards


def _time_to_roll_up(facts: OrganizationFacts, now: datetime) -> bool:
    if facts.oldest_dirty_at is None or facts.newest_dirty_at is None:
        return False
    if facts.live_imports:
        return now - facts.oldest_dirty_at >= LONGEST_WAIT_IN_IMPORT
    return now - facts.newest_dirty_at >= QUIET or now - facts.oldest_dirty_at >= LONGEST_WAIT


def _clusters_are_stale(facts: OrganizationFacts) -> bool:
    if facts.consumers_with_details < FEWEST_TO_CLUSTER or facts.details_changed_at is None:
        return False
    return facts.clustered_at is None or facts.details_changed_at > facts.clustered_at


def _model_is_stale(facts: OrganizationFacts) -> bool:
    if not facts.energy_meters or facts.readings_until is None:
        return False
    return facts.model_trained_until is None or facts.readings_until - facts.model_trained_until >= MODEL_LASTS


def _forecast_is_stale(facts: OrganizationFacts, now: datetime) -> bool:
    """A first model, newer readings, a newer model, a meter that nobody forecast, or time itself on a live feed."""
    if facts.model_trained_at is None or facts.readings_until is None:
        return False
    issued_at, knew_until = facts.forecast_issued_at, facts.forecast_readings_until
    if issued_at is None or knew_until is None:
        return True
    is_live = now - facts.readings_until < LIVE
    return (
        facts.readings_until - knew_until >= FORECAST_STEP
        or facts.model_trained_at > issued_at
        or facts.meters_without_forecast > 0
        or (is_live and now - issued_at >= FORECAST_LASTS)
    )


def _wish(
    facts: OrganizationFacts,
    kind: JobKind,
    key: str,
    *,
    priority: int = SOMETIME,
    scope: dict[str, object] | None = None,
) -> JobRequest:
    return JobRequest(
        kind=kind, organization_id=facts.organization_id, scope=scope or {}, dedupe_key=key, priority=priority
    )
