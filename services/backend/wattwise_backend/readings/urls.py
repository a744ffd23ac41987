"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [
    path("readings/", data_api.Readings.as_view()),
]
