"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [
    path("dirty-ranges/", data_api.DirtyRangesView.as_view()),
    path("rollups/", data_api.RollupsView.as_view()),
]
