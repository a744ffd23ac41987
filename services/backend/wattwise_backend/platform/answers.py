"""How failures are answered: always {"error", "remedy"}, never a trace."""

import logging
from typing import Any

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from pydantic import ValidationError as MessageError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from .bodies import BodyFault
from .errors import NotFound, Problem

log = logging.getLogger(__name__)

_LONGEST = 1000

_UNAVAILABLE = ("The database does not answer just now.", "Try again in a few seconds; see the services page.")


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST Framework's exception handler: every failure becomes {"error", "remedy", "fields"?}, never a trace."""
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("database unavailable: %s", error)
        return _answer(status.HTTP_503_SERVICE_UNAVAILABLE, *_UNAVAILABLE)
    if found := next((answer for kind, answer in _REFUSED.items() if isinstance(error, kind)), None):
        log.warning("refused: %s", type(error).__name__)
        return _answer(*found)
    if isinstance(error, UnreadablePostError):
        return _unreadable(error)
    if isinstance(error, MessageError):
        return _answer(status.HTTP_400_BAD_REQUEST, *_message_problem(error))
    response = exception_handler(error, context)
    if response is None:
        log.error("a request failed", exc_info=error)
        return _answer(status.HTTP_500_INTERNAL_SERVER_ERROR, *_FAILED)
    response.data = _body(error, response)
    return response


_REFUSED: dict[type[Exception], tuple[int, str, str]] = {
    RequestDataTooBig: (413, "The body is too large.", "Send it in smaller parts."),
    TooManyFilesSent: (413, "These are too many files at once.", "Send them in several imports, or zipped."),
    TooManyFieldsSent: (413, "The form has too many fields.", "See /api/docs/ for what the platform takes."),
    SuspiciousOperation: (400, "The request cannot be understood.", "See /api/docs/ for what the platform takes."),
    # The last line of defence: what nothing before it found too long, too large or unwritable.
    DataError: (400, "Something in the request is too large, or holds a sign that cannot be stored.", "Correct it."),
}
_FAILED = (
    "The platform failed to do this.",
    "Try again; if it stays, an operator finds the cause in the backend's log.",
)


def _unreadable(error: UnreadablePostError) -> Response:
    fault: BaseException | None = error
    while isinstance(fault, UnreadablePostError):  # one may be the cause of another
        fault = fault.__cause__
    if isinstance(fault, BodyFault):
        return _answer(fault.code, str(fault), fault.remedy)
    return _answer(status.HTTP_400_BAD_REQUEST, "The body could not be read.", BodyFault.remedy)


def _body(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, Problem):
        body: dict[str, Any] = {"error": _short(error.error), "remedy": _short(error.remedy)}
        return body | ({"fields": error.fields} if error.fields else {})
    if isinstance(error, Http404):
        return _body(NotFound(), response)
    if isinstance(error, exceptions.ValidationError):
        fields = _fields(error.detail)
        first = next(iter(fields.items()), ("", ["The request is not valid."]))
        place = f"{first[0]}: " if first[0] != "non_field_errors" else ""
        return {"error": f"{place}{first[1][0]}", "remedy": "Correct the fields and send it again.", "fields": fields}
    data = response.data
    sentence = str(data.get("detail", data)) if isinstance(data, dict) else str(data)
    return {"error": _short(sentence), "remedy": _REMEDIES.get(response.status_code, "")}


_REMEDIES = {
    401: "Sign in, or send a valid token as `Authorization: Bearer ww_…`.",
    403: "Ask an owner of the organization, or reload the page if you were signed out.",
    404: "Check the address and your login.",
    405: "See /api/docs/ for what this address takes.",
    415: "Send it as JSON, or a file upload as multipart form data.",
    429: "Wait a moment before the next request.",
}


def _fields(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {str(name): _sentences(value) for name, value in detail.items()}
    return {"non_field_errors": _sentences(detail)}


def _sentences(detail: Any) -> list[str]:
    if isinstance(detail, dict):
        return [f"{name}: {sentence}" for name, value in detail.items() for sentence in _sentences(value)]
    if isinstance(detail, list):
        return [sentence for value in detail for sentence in _sentences(value)]
    return [_short(str(detail))]


def _short(sentence: str) -> str:
    """A sentence may repeat what was sent: no more of it than a person reads."""
    return sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST // 2]} … {sentence[-_LONGEST // 2 :]}"


def _message_problem(error: MessageError) -> tuple[str, str]:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the body"
    return f"{place}: {first['msg']}.", "Send the message that wattwise_contract describes."


def _answer(code: int, error: str, remedy: str) -> Response:
    return Response({"error": error, "remedy": remedy}, status=code)


# Django's own handlers, for what never reaches a view.


def _plain(code: int, error: str, remedy: str) -> JsonResponse:
    return JsonResponse({"error": error, "remedy": remedy}, status=code)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(400, "The request cannot be understood.", "See /api/docs/ for what the platform takes.")


def forbidden(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(403, "You may not do this.", _REMEDIES[403])


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(404, "There is nothing at this address.", "See /api/docs/ for the addresses there are.")


def failed(request: HttpRequest) -> JsonResponse:
    return _plain(500, *_FAILED)


def csrf_failed(request: HttpRequest, reason: str = "") -> JsonResponse:
    return _plain(403, "The request did not come from a page of this platform.", "Reload the page and try again.")


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> JsonResponse:
    """What django-axes answers while a login rests."""
    return _plain(429, "Too many wrong tries.", "Wait fifteen minutes, then try again.")
