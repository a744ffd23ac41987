"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api, session_api
from .api import Members, Organizations, Tokens

api: list[URLPattern] = [
    path("session/", session_api.Session.as_view()),
    path("session/password/", session_api.Password.as_view()),
    path("organizations/", Organizations.as_view({"get": "list", "post": "create"})),
    path("organizations/<int:pk>/", Organizations.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("members/", Members.as_view({"get": "list", "post": "create"})),
    path("members/<int:pk>/", Members.as_view({"patch": "partial_update", "delete": "destroy"})),
    path("members/<int:pk>/password/", Members.as_view({"post": "password"})),
    path("tokens/", Tokens.as_view({"get": "list", "post": "create"})),
    path("tokens/<int:pk>/", Tokens.as_view({"delete": "destroy"})),
]
data: list[URLPattern] = [path("organizations/", data_api.Organizations.as_view())]
