"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [
    path("heartbeats/", data_api.HeartbeatsView.as_view()),
    path("services/", data_api.ServicesView.as_view()),
    path("scheduler/facts/", data_api.SchedulerFactsView.as_view()),
]
