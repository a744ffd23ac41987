"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api

api: list[URLPattern] = []
data: list[URLPattern] = [
    path("consumers/", data_api.Consumers.as_view()),
    path("attribute-definitions/", data_api.AttributeDefinitions.as_view()),
]
