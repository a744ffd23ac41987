"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from .environment import Environment
from .platform.bodies import guarded

_FOR_OTHERS = 4  # threads that are never left waiting for slow bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattwise_backend.settings")
application = guarded(get_wsgi_application(), most_slow=max(Environment().backend_threads - _FOR_OTHERS, 1))
