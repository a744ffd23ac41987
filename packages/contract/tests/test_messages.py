"""What both sides of the door rely on."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from wattwise_contract import schemas
from wattwise_contract.imports import PartNotes, RejectedRow
from wattwise_contract.jobs import LEASE_DURATION, LEASE_RENEWAL, RETRY_POLICIES, Claim, Job, JobKind, Queue
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe
from wattwise_contract.rollups import DirtyRange
from wattwise_contract.scopes import SERVICE_SCOPES, Scope

JOB = {
    "id": "7f4df2a8-6a6c-4a5e-8f0c-2a1d7a6b9c11",
    "kind": "roll_up",
    "organization_id": 1,
    "scope": {"meter_ids": [1]},
    "state": "running",
    "created_at": "2026-03-29T03:00:00+02:00",
}


@pytest.mark.parametrize("kind", JobKind)
def test_every_kind_of_job_has_a_queue_a_task_and_a_retry_policy(kind: JobKind):
    assert kind.queue in Queue
    assert kind.task_name == f"wattwise.{kind.value}"
    assert RETRY_POLICIES[kind].max_attempts >= 2


def test_a_lease_outlives_several_missed_renewals():
    assert LEASE_DURATION >= 3 * LEASE_RENEWAL


def test_moments_arrive_in_utc():
    assert Job.model_validate(JOB).created_at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert Job.model_validate(JOB).created_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone"):
        DirtyRange(id=1, meter_id=1, starts_at=datetime(2026, 1, 1), ends_at=datetime(2026, 1, 2))  # noqa: DTZ001


def test_an_old_reader_understands_a_newer_writer():
    assert Job.model_validate(JOB | {"added_next_year": True}).kind is JobKind.ROLL_UP


def test_the_lease_names_job_and_token():
    claim = Claim(
        job=Job.model_validate(JOB),
        lease_token="e1b6d1a8-3f8b-4f43-9d86-0f3a6b1c2d3e",
        lease_expires_at=datetime(2026, 3, 29, 1, 1, tzinfo=UTC),
    )
    assert claim.lease == f"{JOB['id']}:e1b6d1a8-3f8b-4f43-9d86-0f3a6b1c2d3e"


@given(st.text(), st.integers(0, 2**40), st.text())
def test_notes_survive_the_wire(value: str, line: int, reason: str):
    row = RejectedRow(file="readings.csv", line=line, value=value, reason=reason)
    notes = PartNotes(read=1, rejected_count=1, rejected=[row])
    assert PartNotes.model_validate_json(notes.model_dump_json()) == notes


def test_an_empty_recipe_means_find_out():
    assert Recipe.model_validate({}) == Recipe()


@pytest.mark.parametrize("schema", [schemas.READINGS, schemas.ROLLUPS, schemas.FORECASTS])
def test_streams_name_their_meter_and_start_in_utc_and_know_no_null(schema: pa.Schema):
    assert schema.names[:2] == ["meter_id", "starts_at"]
    assert schema.field("starts_at").type == pa.timestamp("us", tz="UTC")
    assert not any(field.nullable for field in schema)


def test_quantiles_include_the_50_80_and_90_percent_bands():
    assert {"q05", "q10", "q25", "q50", "q75", "q90", "q95"} <= set(schemas.QUANTILE_COLUMNS)
    assert len(schemas.QUANTILE_COLUMNS) == 9


def test_energy_adds_up_and_temperature_does_not():
    assert [quantity.value for quantity in Quantity if not quantity.adds_up] == [
        "temperature",
        "price",
        "carbon_intensity",
    ]


def test_no_worker_may_do_another_workers_work():
    workers = {name: set(scopes) for name, scopes in SERVICE_SCOPES.items() if name != "operator"}
    assert all(len(scopes) == 1 for scopes in workers.values())
    assert len(set.union(*workers.values())) == len(workers)
    assert Scope.OPERATE not in set.union(*workers.values())
