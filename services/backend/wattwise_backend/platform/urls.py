"""Addresses of the platform itself."""

from django.urls import URLPattern, path

from . import api as views

api: list[URLPattern] = [path("health/", views.Health.as_view())]
data: list[URLPattern] = []
