"""Addresses of this app."""

from typing import Any

from django.urls import URLPattern, path

from . import data_api
from .api import AttributeDefinitions, Consumers

_ONE: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}

api: list[URLPattern] = [
    path("consumers/", Consumers.as_view({"get": "list", "post": "create"})),
    path("consumers/<int:pk>/", Consumers.as_view(_ONE)),
    path("attribute-definitions/", AttributeDefinitions.as_view({"get": "list", "post": "create"})),
    path("attribute-definitions/<int:pk>/", AttributeDefinitions.as_view(_ONE)),
]
data: list[URLPattern] = [
    path("consumers/", data_api.Consumers.as_view()),
    path("attribute-definitions/", data_api.AttributeDefinitions.as_view()),
]
