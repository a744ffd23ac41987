"""Addresses of this app."""

from django.urls import URLPattern, path

from . import api as people

api: list[URLPattern] = [path("overview/", people.Overview.as_view())]
data: list[URLPattern] = []
