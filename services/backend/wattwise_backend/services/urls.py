"""Addresses of this app."""

from django.urls import URLPattern

api: list[URLPattern] = []
data: list[URLPattern] = []
