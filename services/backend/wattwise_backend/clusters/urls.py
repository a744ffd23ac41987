"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [path("clusterings/", data_api.ClusteringsView.as_view())]
