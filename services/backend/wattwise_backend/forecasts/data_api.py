"""/data/: models and forecasts, in and out."""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.aggregates.wanted import meter_ids_of, wanted_of
from wattwise_backend.jobs.leased import LeasedView
from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.arrow import read_table, stream_query
from wattwise_backend.platform.filters import one_integer, one_word
from wattwise_backend.platform.sql import load_sql
from wattwise_backend.platform.views import DataView, answer, read_message
from wattwise_contract.forecasts import ForecastOut, ModelOut
from wattwise_contract.jobs import JobKind
from wattwise_contract.schemas import FORECASTS
from wattwise_contract.scopes import PEOPLES, Scope

from . import operations, queries


class ModelsView(LeasedView):
    may = {"GET": {*PEOPLES, Scope.WORK_FORECASTING}, "PUT": {Scope.WORK_FORECASTING}}
    leased = {"PUT": {JobKind.TRAIN_FORECASTERS}}

    def get(self, request: Request) -> HttpResponse:
        """?organization=&champion=true: models whose training succeeded, newest first."""
        params = request.query_params
        champion = one_word(params, "champion", ["true", "false", "True", "False"])
        models = queries.models_of_access(
            access_of(request),
            organization_id=one_integer(params, "organization"),
            champion=None if champion is None else champion.lower() == "true",
        )
        return answer([queries.message(model) for model in models])

    def put(self, request: Request) -> HttpResponse:
        """The model of a training job; its artefact follows."""
        model = operations.store_model(request, read_message(request, ModelOut), now=timezone.now())
        return answer({"id": model.pk})


class ModelArtefactView(LeasedView):
    may = {"GET": {*PEOPLES, Scope.WORK_FORECASTING}, "PUT": {Scope.WORK_FORECASTING}}
    leased = {"PUT": {JobKind.TRAIN_FORECASTERS}}

    def get(self, request: Request, model_id: int) -> FileResponse:
        return FileResponse(
            queries.artefact_of_access(access_of(request), model_id), content_type="application/octet-stream"
        )

    def put(self, request: Request, model_id: int) -> HttpResponse:
        operations.store_artefact(request, model_id=model_id, content=request.body)
        return HttpResponse(status=204)


class ForecastRunsView(LeasedView):
    may = {"PUT": {Scope.WORK_FORECASTING}}
    leased = {"PUT": {JobKind.FORECAST_METERS}}

    def put(self, request: Request) -> HttpResponse:
        """The forecasts of a job: Arrow FORECASTS, the run itself in the metadata `run`."""
        forecasts = read_table(request, FORECASTS)
        run = ForecastOut.model_validate_json((forecasts.schema.metadata or {}).get(b"run", b""))
        return answer({"id": operations.store_run(request, forecasts, run, now=timezone.now()).pk})


class ForecastsView(DataView):
    may = dict.fromkeys(("GET", "POST"), PEOPLES)

    def get(self, request: Request) -> HttpResponseBase:
        """?meter=1&meter=2 or ?organization=1, &run=: Arrow FORECASTS, of the newest run unless one is named."""
        access = access_of(request)
        wanted = wanted_of(request)
        meter_ids = meter_ids_of(access, wanted)
        run_ids = queries.run_ids_of_meters(meter_ids, run_id=wanted.run)
        params = {"meter_ids": meter_ids, "run_ids": run_ids, **wanted.bounds}
        return stream_query(request, load_sql("forecasts", "stream_forecasts"), params, FORECASTS, name="forecasts")

    def post(self, request: Request) -> HttpResponseBase:
        """As GET, for long lists of meters."""
        return self.get(request)
