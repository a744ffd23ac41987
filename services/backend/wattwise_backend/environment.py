"""The environment, read once."""

from functools import cached_property
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class FirstLogin(BaseModel):
    email: str
    password: SecretStr


class Environment(BaseSettings):
    """Every setting of the backend; each is WATTWISE_<NAME> but the two addresses, which are DATABASE_URL and REDIS_URL."""

    model_config = SettingsConfigDict(env_prefix="WATTWISE_", frozen=True, populate_by_name=True)

    database_url: SecretStr = Field(
        SecretStr("postgresql://wattwise@127.0.0.1:5432/wattwise"), validation_alias="DATABASE_URL"
    )
    redis_url: SecretStr = Field(SecretStr("redis://127.0.0.1:6379/0"), validation_alias="REDIS_URL")
    home: Path = Path(".wattwise")
    files: Path | None = None  # uploads and models; without it HOME/data/files
    secret_key: SecretStr = SecretStr("")  # signs sessions; `serve` does not start without it
    public_url: str = "http://127.0.0.1:8000"  # what people type into the browser
    allowed_hosts: str = ""  # further host names the platform answers to, separated by commas
    frontend_url: str = ""  # where the backend asks whether the frontend lives; empty: public_url
    backend_host: str = "127.0.0.1"
    backend_port: int = 8001
    backend_processes: int = 2
    backend_threads: int = 16
    upload_limit_bytes: int = 4 * 1024**3  # of one import, all files together
    upload_limit_files: int = 5000
    files_kept_months: int = Field(24, ge=0)  # of imports, after they were made; 0: for ever
    organization_quota_bytes: int = Field(100 * 1024**3, ge=0)  # of all files of an organization's imports; 0: no end
    timezone: str = "UTC"  # of the first organization
    log_level: str = "INFO"
    service_tokens: dict[str, SecretStr] = Field(default_factory=dict)  # service → its token, made at bootstrap
    first_login: FirstLogin | None = None  # the owner that bootstrap makes on an empty platform

    @property
    def files_folder(self) -> Path:
        return (self.files or self.home / "data" / "files").absolute()

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @cached_property
    def django_database(self) -> dict[str, Any]:
        return django_database(self.database_url.get_secret_value())


def django_database(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address; connections are kept, and checked before use."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "wattwise"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", "127.0.0.1"),
        "PORT": str(parts.pop("port", 5432)),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "wattwise-backend", **parts},
    }
