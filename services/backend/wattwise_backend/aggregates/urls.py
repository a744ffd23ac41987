"""Addresses of this app."""

from django.urls import URLPattern, path

from . import api as people
from . import data_api
from .health_api import MeterHealth

api: list[URLPattern] = [
    path("series/", people.SeriesOfMeters.as_view()),
    path("series/file/", people.SeriesFile.as_view()),
    path("meters/<int:meter_id>/series/", people.MeterSeries.as_view()),
    path("meters/<int:meter_id>/profile/", people.MeterProfile.as_view()),
    path("meters/<int:meter_id>/heatmap/", people.MeterHeatmap.as_view()),
    path("meters/<int:meter_id>/health/", MeterHealth.as_view()),
]
data: list[URLPattern] = [
    path("dirty-ranges/", data_api.DirtyRangesView.as_view()),
    path("rollups/", data_api.RollupsView.as_view()),
    path("profiles/", data_api.ProfilesView.as_view()),
]
