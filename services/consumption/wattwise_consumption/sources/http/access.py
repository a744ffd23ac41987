"""The credentials that a source's settings name."""

from urllib.parse import urlencode

import httpx2

from wattwise_consumption.fetching import FetchOrder
from wattwise_consumption.web import ApiKey, Basic, Bearer, ClientCredentials, Credentials, Question, Web

from .config import HttpSettings


def credentials(order: FetchOrder[HttpSettings]) -> Credentials | None:
    settings, secret = order.settings, order.settings.secret.get_secret_value()
    match settings.auth:
        case "basic":
            return Basic(settings.username, secret)
        case "bearer":
            return Bearer(secret)
        case "api_key_header" | "api_key_query":
            return ApiKey(settings.key_name, secret, in_query=settings.auth == "api_key_query")
        case "oauth2":
            return ClientCredentials(lambda: _token(order))
        case "none":
            return None


def _token(order: FetchOrder[HttpSettings]) -> bytes:
    settings = order.settings
    form = {"grant_type": "client_credentials"} | ({"scope": settings.scope} if settings.scope else {})
    question = Question(
        httpx2.URL(settings.token_url),
        "POST",
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        urlencode(form).encode(),
    )
    with Web(order, Basic(settings.username, settings.secret.get_secret_value())) as web:
        answer = web.ask(question, order.scratch / "token")
    if answer.path is None:
        return b""
    token = answer.path.read_bytes()
    answer.path.unlink()
    return token
