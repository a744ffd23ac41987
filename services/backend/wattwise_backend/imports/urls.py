"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [
    path("imports/<int:import_id>/", data_api.Task.as_view()),
    path("imports/<int:import_id>/files/<int:number>/", data_api.File.as_view()),
    path("imports/<int:import_id>/meters/", data_api.Meters.as_view()),
    path("imports/<int:import_id>/parts/<path:key>/", data_api.Part.as_view()),
    path("imports/<int:import_id>/details/<path:key>/", data_api.Details.as_view()),
]
