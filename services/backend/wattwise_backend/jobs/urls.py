"""Addresses of this app."""

from django.urls import URLPattern, path

from . import api as people
from . import data_api

api: list[URLPattern] = [
    path("jobs/", people.Jobs.as_view({"get": "list", "post": "create"})),
    path("jobs/<uuid:pk>/", people.Jobs.as_view({"get": "retrieve"})),
    path("jobs/<uuid:pk>/retry/", people.Jobs.as_view({"post": "retry"})),
    path("jobs/<uuid:pk>/cancel/", people.Jobs.as_view({"post": "cancel"})),
]
data: list[URLPattern] = [
    path("jobs/", data_api.JobsView.as_view()),
    path("jobs/dispatch/", data_api.DispatchView.as_view()),
    path("jobs/<uuid:job_id>/", data_api.JobView.as_view()),
    path("jobs/<uuid:job_id>/claim/", data_api.ClaimView.as_view()),
    path("jobs/<uuid:job_id>/renew/", data_api.RenewView.as_view()),
    path("jobs/<uuid:job_id>/succeed/", data_api.SucceedView.as_view()),
    path("jobs/<uuid:job_id>/fail/", data_api.FailView.as_view()),
]
