"""Something of every kind in Alice's community, each with a word that must not reach the wrong eyes."""

from typing import Any

from django.apps import apps

from wattwise_backend.aggregates.models import MeterProfile, MeterRollups, Rollup
from wattwise_backend.clusters.models import Cluster, ClusteringRun, Membership
from wattwise_backend.forecasts.models import Forecast, ForecastRun, MeterForecast, Model
from wattwise_backend.imports.models import ImportFile, RejectedFile, RejectedRow
from wattwise_backend.jobs import operations as jobs
from wattwise_contract.jobs import JobKind, JobRequest
from wattwise_contract.profiles import Profile
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .estate import NOON
from .sources import KEY, active_source, declare

SECRET = "lilas-secret"  # of the organization: nobody outside may read it, nor a household inside
MARTIN = "martin-secret"  # of the consumer Martin: the household Dupont may not read it
SEALED = KEY  # a source's key: nobody at all may read it
VALUE = 0.123456  # of Martin's readings, rollups and forecasts


def fill(community: Community) -> dict[str, Any]:
    """Make it all; answers what stands for the parameter of an address, by the word before it."""
    where = community.organization
    where.attribute_definitions.filter(key="tariff").update(label=SECRET)
    community.martin.name = community.martin_meter.name = MARTIN
    community.martin.save()
    community.martin_meter.save()
    token = estate.token_of(estate.machine(Scope.READ, where=where))
    token.name = SECRET
    token.save()
    import_run, _ = estate.started_import(where)
    import_run.source.name = SECRET
    import_run.source.save()
    source = active_source(where, name=f"{SECRET} API", last_error=SECRET, listener=SECRET)
    declare(estate.service("consumption"))
    ImportFile.objects.create(import_run=import_run, number=0, name=f"{SECRET}.csv", bytes=1, sha256="", file="none")
    RejectedRow.objects.create(import_run=import_run, part="p", file=SECRET, reason=SECRET)
    RejectedFile.objects.create(import_run=import_run, name=f"{SECRET}.csv", rows=1, bytes=1, file="rejected")
    job = _job(community, JobKind.CLUSTER_CONSUMERS)
    run = _clustering(community, job)
    model = _forecasts(community)
    return {
        "organizations": where.pk,
        "members": where.members.get(user=community.bob).pk,
        "tokens": token.pk,
        "consumers": community.martin.pk,
        "attribute-definitions": where.attribute_definitions.get(key="tariff").pk,
        "meters": community.martin_meter.pk,
        "imports": import_run.pk,
        "sources": source.pk,
        "listeners": source.pk,
        "files": 0,
        "parts": "part-1",
        "details": "part-1",
        "clustering-runs": run.pk,
        "jobs": job.pk,
        "models": model.pk,
    }


def snapshot() -> dict[str, list[Any]]:
    """Every row of ours that a request might change (but not who used what last)."""
    ours = [each for each in apps.get_models() if each.__module__.startswith("wattwise_backend")]
    left_out = {"User", "Token", "ServiceInstance", "QueueSample"}
    return {
        each.__name__: sorted(map(str, each._default_manager.values_list()))
        for each in ours
        if each.__name__ not in left_out
    }


def _job(community: Community, kind: JobKind) -> Any:
    wish = JobRequest(kind=kind, organization_id=community.organization.pk, dedupe_key=kind.value)
    job = jobs.request(wish, now=NOON)
    job.message = job.error = SECRET
    job.save()
    return job


def _clustering(community: Community, job: Any) -> ClusteringRun:
    run = ClusteringRun.objects.create(
        organization=community.organization, job=job, created_at=NOON, published_at=NOON, is_current=True, k=2,
        silhouette=0.5, notes=[SECRET],
    )  # fmt: skip
    for number, consumer in enumerate((community.dupont, community.martin), start=1):
        label = "Own cluster" if consumer == community.dupont else MARTIN
        cluster = Cluster.objects.create(run=run, number=number, label=label, sentence=label, size=1)
        Membership.objects.create(run=run, cluster=cluster, consumer=consumer, silhouette=0.5, x=0.0, y=0.0)
    return run


def _forecasts(community: Community) -> Model:
    where, martin = community.organization, community.martin_meter
    model = Model.objects.create(
        organization=where, job=_job(community, JobKind.TRAIN_FORECASTERS), created_at=NOON, published_at=NOON,
        is_champion=True, forecaster=SECRET, trained_from=NOON, trained_until=NOON, resolution="PT1H",
        horizon_steps=48, data_sha256="", reason=SECRET, scores=[],
    )  # fmt: skip
    run = ForecastRun.objects.create(
        organization=where, job=_job(community, JobKind.FORECAST_METERS), model=model, created_at=NOON,
        published_at=NOON, is_current=True, issued_at=NOON, resolution="PT1H", horizon_steps=48,
    )  # fmt: skip
    MeterForecast.objects.create(run=run, meter=martin, status="forecast", forecaster=MARTIN, starts_at=NOON)
    quantiles = {f"q{level:02}": VALUE for level in (5, 10, 25, 40, 50, 60, 75, 90, 95)}
    Forecast.objects.create(run_id=run.pk, meter_id=martin.pk, starts_at=NOON, mean=VALUE, **quantiles)
    Rollup.objects.create(
        meter_id=martin.pk, grain=1, starts_at=NOON, total=VALUE, mean=VALUE, minimum=VALUE, maximum=VALUE,
        minimum_at=NOON, maximum_at=NOON, standard_deviation=0.0, count=1, expected_count=1, estimated_count=0,
    )  # fmt: skip
    MeterRollups.objects.create(meter=martin, organization=where, hours_from=NOON, hours_until=NOON, rolled_up_at=NOON)
    profile = Profile(meter_id=martin.pk, timezone=martin.timezone, duration_kw=[VALUE] * 101)
    MeterProfile.objects.create(
        meter=martin, organization=where, computed_at=NOON, knows_weather=False, profile=profile.model_dump(mode="json")
    )
    return model
