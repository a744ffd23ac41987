"""Addresses of this app."""

from django.urls import URLPattern, path

from . import api as people
from . import data_api

api: list[URLPattern] = [
    path("clustering-runs/", people.ClusteringRuns.as_view({"get": "list"})),
    path("clustering-runs/<int:pk>/", people.ClusteringRuns.as_view({"get": "retrieve"})),
]
data: list[URLPattern] = [path("clusterings/", data_api.ClusteringsView.as_view())]
