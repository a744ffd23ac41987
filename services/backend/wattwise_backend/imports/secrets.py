"""Passwords and keys of sources, sealed in the database with a key that is derived from the platform's secret key."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from wattwise_backend.platform.errors import BadRequest


class SecretsUnreadable(BadRequest):
    """They were sealed with another secret key. To a worker this is a reason to give up, unlike a conflict."""

    remedy = "Enter the passwords and keys of this source again, or start the platform with its former secret key."

    def __init__(self) -> None:
        super().__init__("The passwords and keys of this source were sealed with another secret key.")


def sealed(secrets: Mapping[str, str]) -> str:
    """The text to keep; empty where there is no secret."""
    if not secrets:
        return ""
    return _box(settings.SECRET_KEY).encrypt(json.dumps(dict(secrets), sort_keys=True).encode()).decode()


def opened(text: str) -> dict[str, str]:
    """Raises SecretsUnreadable where they were sealed with another key."""
    if not text:
        return {}
    try:
        secrets: dict[str, str] = json.loads(_box(settings.SECRET_KEY).decrypt(text.encode()))
    except InvalidToken:
        raise SecretsUnreadable from None
    return secrets


@lru_cache(maxsize=2)
def _box(secret_key: str) -> Fernet:
    """HKDF (RFC 5869) keeps this key apart from every other use of the secret key."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wattwise sources").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
