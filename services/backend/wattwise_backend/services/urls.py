"""Addresses of this app."""

from django.urls import URLPattern, path

from . import api as people
from . import data_api

api: list[URLPattern] = [path("services/", people.Services.as_view())]
data: list[URLPattern] = [
    path("heartbeats/", data_api.HeartbeatsView.as_view()),
    path("services/", data_api.ServicesView.as_view()),
    path("scheduler/facts/", data_api.SchedulerFactsView.as_view()),
]
