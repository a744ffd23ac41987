"""Addresses of this app."""

from django.urls import URLPattern, path

from . import api as people
from . import data_api

api: list[URLPattern] = [
    path("meters/<int:meter_id>/forecast/", people.MeterForecast.as_view()),
    path("models/", people.Models.as_view({"get": "list"})),
    path("forecast-runs/", people.ForecastRuns.as_view({"get": "list"})),
]
data: list[URLPattern] = [
    path("models/", data_api.ModelsView.as_view()),
    path("models/<int:model_id>/artefact/", data_api.ModelArtefactView.as_view()),
    path("forecast-runs/", data_api.ForecastRunsView.as_view()),
    path("forecasts/", data_api.ForecastsView.as_view()),
]
