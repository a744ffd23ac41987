"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [
    path("models/", data_api.ModelsView.as_view()),
    path("models/<int:model_id>/artefact/", data_api.ModelArtefactView.as_view()),
    path("forecast-runs/", data_api.ForecastRunsView.as_view()),
    path("forecasts/", data_api.ForecastsView.as_view()),
]
