"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from .platform.bodies import guarded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattwise_backend.settings")
application = guarded(get_wsgi_application())
