"""Django's settings, derived from the environment."""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from wattwise_contract.imports import SourceKind
from wattwise_contract.jobs import JobKind, JobState
from wattwise_contract.recipes import ImportKind

from . import __version__
from .environment import Environment
from .platform.roles import Role

ENVIRONMENT = Environment()
_PUBLIC = urlsplit(ENVIRONMENT.public_url)

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value() or secrets.token_urlsafe(48)
ROOT_URLCONF = "wattwise_backend.urls"
WSGI_APPLICATION = "wattwise_backend.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "wattwise_backend.platform",
    "wattwise_backend.accounts",
    "wattwise_backend.consumers",
    "wattwise_backend.meters",
    "wattwise_backend.readings",
    "wattwise_backend.imports",
    "wattwise_backend.jobs",
    "wattwise_backend.services",
    "wattwise_backend.aggregates",
    "wattwise_backend.clusters",
    "wattwise_backend.forecasts",
    "wattwise_backend.overview",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "wattwise_backend.platform.middleware.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {"default": ENVIRONMENT.django_database}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People ---------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_USERNAME_FORM_FIELD = "username"  # as `authenticate` is called; the default would count nobody by name
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "wattwise_backend.platform.middleware.client_address"
AXES_LOCKOUT_CALLABLE = "wattwise_backend.platform.answers.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "wattwise_session"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_NAME = "wattwise_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"]
CSRF_FAILURE_VIEW = "wattwise_backend.platform.answers.csrf_failed"

# The door -------------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *([_PUBLIC.hostname] if _PUBLIC.hostname else []),
    *filter(None, (host.strip() for host in ENVIRONMENT.allowed_hosts.split(","))),
]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if ENVIRONMENT.is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.is_https else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024**2  # of a body read whole: a part of an import, a forecast run, a model
DATA_UPLOAD_MAX_NUMBER_FILES = ENVIRONMENT.upload_limit_files
FILE_UPLOAD_HANDLERS = ["wattwise_backend.platform.uploads.HashingUploadHandler"]

STATIC_URL = "/static/"
MEDIA_ROOT = str(ENVIRONMENT.files_folder)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "wattwise_backend.accounts.authentication.TokenAuthentication",
        "wattwise_backend.accounts.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "wattwise_backend.platform.permissions.NoService",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["wattwise_backend.platform.parsers.PlainJSON"],
    "DEFAULT_PAGINATION_CLASS": "wattwise_backend.platform.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "240/min", "user": "6000/min", "login": "30/min"},
    "NUM_PROXIES": 1,
    "URL_FORMAT_OVERRIDE": None,  # ?format= is ours: csv, parquet
    "EXCEPTION_HANDLER": "wattwise_backend.platform.answers.answer_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Wattwise",
    "DESCRIPTION": "Energy consumption, collected, kept correct, compared and forecast. Numbers carry their unit in "
    "their name; times are ISO 8601 in UTC; series are columns with epoch milliseconds.",
    "VERSION": __version__,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    "CAMELIZE_NAMES": True,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "wattwise_backend.platform.openapi.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "JobKindEnum": [kind.value for kind in JobKind],
        "JobStateEnum": [state.value for state in JobState],
        "ImportKindEnum": [kind.value for kind in ImportKind],
        "SourceKindEnum": [kind.value for kind in SourceKind],
        "RoleEnum": [role.value for role in Role],
    },
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "wattwise_backend.platform.logs.json_formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    "loggers": {"django": {"handlers": [], "propagate": True}, "axes": {"level": "WARNING"}},
}
