"""/data/: dirty ranges, and rollups and profiles in and out."""

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.jobs import leases
from wattwise_backend.jobs.leased import LeasedView
from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.arrow import read_table, stream_query
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import integers
from wattwise_backend.platform.sql import load_sql
from wattwise_backend.platform.views import DataView, answer, read_message
from wattwise_contract.jobs import LEASE_HEADER, JobKind
from wattwise_contract.profiles import Profile
from wattwise_contract.rollups import DirtyRange, RollupPublication
from wattwise_contract.schemas import PROFILES, ROLLUPS
from wattwise_contract.scopes import PEOPLES, Scope

from . import operations, publication, queries
from .models import GRAIN_POSITIONS
from .wanted import meter_ids_of, wanted_of

MOST_WHOLE = 500  # profiles as JSON in one answer


class TooManyProfiles(BadRequest):
    remedy = f"Name {MOST_WHOLE} meters at most, or leave format=json out for a row of figures of each."

    def __init__(self, count: int) -> None:
        super().__init__(f"Whole profiles of {count:,} meters were asked for.")


class DirtyRangesView(DataView):
    may = {"GET": {Scope.WORK_AGGREGATION}}

    def get(self, request: Request) -> HttpResponse:
        """?meter=1&meter=2: what of these meters has to be rolled up again."""
        found = queries.dirty_ranges(integers(request.query_params, "meter"))
        return answer(
            [
                DirtyRange(id=each.id, meter_id=each.meter_id, starts_at=each.starts_at, ends_at=each.ends_at)
                for each in found
            ]
        )


class RollupsView(DataView):
    may = dict.fromkeys(
        ("GET", "POST"), {*PEOPLES, Scope.WORK_AGGREGATION, Scope.WORK_CLUSTERING, Scope.WORK_FORECASTING}
    )

    def get(self, request: Request) -> HttpResponseBase:
        """?grain=hour&meter=1&meter=2 or ?organization=1, &quantity=&start=&end=: Arrow ROLLUPS."""
        access = access_of(request)
        wanted = wanted_of(request)
        params = {
            "meter_ids": meter_ids_of(access, wanted),
            "grain": GRAIN_POSITIONS[wanted.grain],
            **wanted.bounds,
        }
        return stream_query(
            request, load_sql("aggregates", "stream_rollups"), params, ROLLUPS, name=f"rollups-{wanted.grain}"
        )

    def post(self, request: Request) -> HttpResponseBase:
        """With a lease: rollups to publish. Without one: as GET, for long lists of meters."""
        if LEASE_HEADER not in request.headers:
            return self.get(request)
        access_of(request).require_scope(Scope.WORK_AGGREGATION)
        leases.check(request, {JobKind.ROLL_UP})
        rollups = read_table(request, publication.ROLLUPS_WITH_GRAIN)
        said = RollupPublication.model_validate_json((rollups.schema.metadata or {}).get(b"publication", b""))
        return answer({"rows": publication.publish(request, rollups, said, now=timezone.now())})


class ProfilesView(LeasedView):
    may = {
        **dict.fromkeys(("GET", "POST"), {*PEOPLES, Scope.WORK_CLUSTERING, Scope.WORK_FORECASTING}),
        "PUT": {Scope.WORK_AGGREGATION},
    }
    leased = {"PUT": {JobKind.PROFILE_METERS}}

    def get(self, request: Request) -> HttpResponseBase:
        """?meter=1&meter=2 or ?organization=1, &quantity=: Arrow PROFILES, a row of figures each; with format=json
        everything of MOST_WHOLE meters at most."""
        meter_ids = meter_ids_of(access_of(request), wanted_of(request))
        if request.query_params.get("format") == "json":
            if len(meter_ids) > MOST_WHOLE:
                raise TooManyProfiles(len(meter_ids))
            return answer(queries.profiles_of(meter_ids))
        sql = load_sql("aggregates", "stream_profiles")
        return stream_query(request, sql, {"meter_ids": meter_ids}, PROFILES, name="profiles")

    def post(self, request: Request) -> HttpResponseBase:
        """As GET, for long lists of meters."""
        return self.get(request)

    def put(self, request: Request) -> HttpResponse:
        """Profiles of a job, in place of those that their meters had."""
        profiles = read_message(request, list[Profile])
        return answer({"profiles": operations.store_profiles(request, profiles, now=timezone.now())})
