"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [path("meters/", data_api.Meters.as_view())]
