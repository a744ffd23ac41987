"""The parts of openapi.json that are the same everywhere."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass has no types
    target_class = "wattwise_backend.accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token: ww_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # likewise
    target_class = "wattwise_backend.accounts.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "wattwise_session"}


_PROBLEM = {
    "type": "object",
    "description": "What went wrong, and what to do.",
    "properties": {
        "error": {"type": "string", "description": "A sentence."},
        "remedy": {"type": "string", "description": "What to do about it; may be empty."},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
            "description": "Sentences by the field of the request that they are about.",
        },
    },
    "required": ["error", "remedy"],
}
_ANSWER = {
    "description": "The request failed.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def add_problems(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """drf-spectacular hook: every operation may answer a Problem with any 4xx or 5xx status."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"] |= {"4XX": _ANSWER, "5XX": _ANSWER}
    return result
