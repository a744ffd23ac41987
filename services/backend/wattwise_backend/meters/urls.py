"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api
from .api import Meters

api: list[URLPattern] = [
    path("meters/", Meters.as_view({"get": "list"})),
    path("meters/<int:pk>/", Meters.as_view({"get": "retrieve", "patch": "partial_update"})),
]
data: list[URLPattern] = [path("meters/", data_api.Meters.as_view())]
