"""The environment of a service, read once at its start."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Every setting is WATTWISE_ and its name; REDIS_URL is as everywhere. A service adds its own in a subclass."""

    model_config = SettingsConfigDict(env_prefix="WATTWISE_", frozen=True, extra="ignore")

    backend_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://.+")
    token: SecretStr = Field(min_length=1)  # this service's own, with its scope alone
    redis_url: SecretStr = Field(validation_alias=AliasChoices("REDIS_URL", "redis_url"))
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    home: Path | None = None
    patience: timedelta = timedelta(seconds=60)  # how long a call waits for a backend that is away
    metrics_port: int | None = None  # serves /metrics for Prometheus on 127.0.0.1

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never appear in a log."""
        redis_url = self.redis_url.get_secret_value()
        password = redis_url.rpartition("@")[0].rpartition(":")[2]
        return tuple(secret for secret in (self.token.get_secret_value(), password) if secret)


S = TypeVar("S", bound=ServiceSettings)


def load(kind: type[S]) -> S:
    """Reads the environment, or ends the process with a sentence for each wrong setting."""
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = str(problem["loc"][0])
            variable = name.upper() if name.upper() == "REDIS_URL" else f"WATTWISE_{name.upper()}"
            sys.stderr.write(f"{variable}: {problem['msg']}. Set it in the environment and start again.\n")
        sys.exit(2)
