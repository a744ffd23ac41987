"""Addresses of this app."""

from django.urls import URLPattern, path

from . import data_api, listening_data_api, source_data_api
from .api import Imports
from .push_api import Push
from .source_api import SourceKinds, Sources

api: list[URLPattern] = [
    path("source-kinds/", SourceKinds.as_view()),
    path("sources/", Sources.as_view({"get": "list", "post": "create"})),
    path("sources/<int:pk>/", Sources.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path("sources/<int:pk>/preview/", Sources.as_view({"post": "preview"})),
    path("sources/<int:pk>/start/", Sources.as_view({"post": "start"})),
    path("sources/<int:pk>/fetch/", Sources.as_view({"post": "fetch"})),
    path("sources/<int:pk>/read-again/", Sources.as_view({"post": "read_again"})),
    path("imports/", Imports.as_view({"get": "list", "post": "create"})),
    path("imports/<int:pk>/", Imports.as_view({"get": "retrieve", "delete": "destroy"})),
    path("imports/<int:pk>/rejected/", Imports.as_view({"get": "rejected"})),
    path("imports/<int:pk>/rejected/whole/", Imports.as_view({"get": "rejected_whole"})),
    path("imports/<int:pk>/corrections/", Imports.as_view({"get": "corrections"})),
    path("imports/<int:pk>/preview/", Imports.as_view({"post": "preview"})),
    path("imports/<int:pk>/start/", Imports.as_view({"post": "start"})),
    path("imports/<int:pk>/undo/", Imports.as_view({"post": "undo"})),
    path("readings/", Push.as_view()),
]
data: list[URLPattern] = [
    path("imports/<int:import_id>/", data_api.Task.as_view()),
    path("imports/<int:import_id>/files/<int:number>/", data_api.File.as_view()),
    path("imports/<int:import_id>/landings/", source_data_api.Landings.as_view()),
    path("imports/<int:import_id>/rejected/", data_api.Rejected.as_view()),
    path("imports/<int:import_id>/undo/", data_api.Undo.as_view()),
    path("imports/<int:import_id>/meters/", data_api.Meters.as_view()),
    path("imports/<int:import_id>/parts/<path:key>/", data_api.Part.as_view()),
    path("imports/<int:import_id>/details/<path:key>/", data_api.Details.as_view()),
    path("source-kinds/", source_data_api.SourceKinds.as_view()),
    path("listeners/", listening_data_api.Listeners.as_view()),
    path("listeners/<int:source_id>/spool/", listening_data_api.Spool.as_view()),
    path("listeners/<int:source_id>/cut/", listening_data_api.Cuts.as_view()),
    path("sources/start-due/", source_data_api.StartDue.as_view()),
    path("housekeeping/", source_data_api.Housekeeping.as_view()),
]
