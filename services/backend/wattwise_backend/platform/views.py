"""The base of the views behind /data/, and messages of the contract in and out."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.http import HttpResponse
from pydantic import TypeAdapter
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from wattwise_contract.message import Message
from wattwise_contract.scopes import Scope

from .access import access_of
from .errors import LengthMissing, TooLarge

T = TypeVar("T")
MOST_MESSAGE_BYTES = 32 * 1024**2


class _AnyAccept(BaseContentNegotiation):
    """Each view of /data/ decides by itself what it answers; errors are always JSON."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


class DataView(APIView):
    """A view for machines: bodies are read whole as messages or Arrow, answers are messages or streams. Its shapes are
    those of wattwise_contract, so it has no place in openapi.json.

    `may` says of each method which scopes suffice for it, one of them. Whoever has none is refused before anything of
    the body is read; what somebody with the scope may see and do is the queries' and operations' to say."""

    may: ClassVar[Mapping[str, Collection[Scope]]]
    http_method_names = ["get", "head", "post", "put"]
    permission_classes = [IsAuthenticated]
    schema = None
    renderer_classes = [JSONRenderer]
    content_negotiation_class = _AnyAccept
    throttle_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if not hasattr(self, method.lower()):
            return  # answered as not allowed
        access, enough = access_of(request), self.may[method]
        if access.scopes is not None or Scope.READ not in enough:  # whoever is signed in may read
            access.require_scope(*enough)


def check_length(request: Request, most: int) -> None:
    """Refuse a body before it is read where it is larger than `most` bytes, or does not say how large. Raises
    LengthMissing, TooLarge."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        raise LengthMissing
    if int(length) > most:
        raise TooLarge(f"The body is larger than {most // 1024**2:,} MB.", remedy="Send it in smaller parts.")


def read_message(request: Request, kind: type[T]) -> T:
    """The JSON body as a message of the contract (or a list of them: `list[JobRequest]`). What does not fit answers
    400 with the place and the reason."""
    check_length(request, MOST_MESSAGE_BYTES)
    return TypeAdapter(kind).validate_json(request.body)


def answer(
    body: Message | Sequence[Message] | dict[str, Any] | list[dict[str, Any]], status: int = 200
) -> HttpResponse:
    """A JSON answer."""
    if isinstance(body, Message):
        text = body.model_dump_json()
    elif isinstance(body, dict):
        text = json.dumps(body)
    else:
        text = "[" + ",".join(_text(each) for each in body) + "]"
    return HttpResponse(text, content_type="application/json", status=status)


def _text(each: Message | dict[str, Any]) -> str:
    return each.model_dump_json() if isinstance(each, Message) else json.dumps(each)
