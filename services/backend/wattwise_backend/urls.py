"""Every address: /api/ for people, /data/ for machines. Each app lists its own in `api` and `data`."""

from django.contrib.staticfiles.views import serve as static_file
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from .accounts import urls as accounts
from .aggregates import urls as aggregates
from .clusters import urls as clusters
from .consumers import urls as consumers
from .forecasts import urls as forecasts
from .imports import urls as imports
from .jobs import urls as jobs
from .meters import urls as meters
from .overview import urls as overview
from .platform import urls as platform
from .readings import urls as readings
from .services import urls as services

_APPS = (
    platform,
    accounts,
    consumers,
    meters,
    readings,
    imports,
    aggregates,
    clusters,
    forecasts,
    overview,
    jobs,
    services,
)

urlpatterns = [
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/", include([pattern for app in _APPS for pattern in app.api])),
    # Only the documentation's own scripts: too few to need a web server's help ("insecure" means slow).
    path("static/<path:path>", static_file, {"insecure": True}),
    path("data/", include([pattern for app in _APPS for pattern in app.data])),
]

handler400 = "wattwise_backend.platform.answers.bad_request"
handler403 = "wattwise_backend.platform.answers.forbidden"
handler404 = "wattwise_backend.platform.answers.not_found"
handler500 = "wattwise_backend.platform.answers.failed"
