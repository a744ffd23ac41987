"""The base of the views behind /data/, and messages of the contract in and out."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.http import HttpResponse
from pydantic import TypeAdapter
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from wattwise_contract.message import Message

T = TypeVar("T")


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
    those of wattwise_contract, so it has no place in openapi.json."""

    schema = None
    renderer_classes = [JSONRenderer]
    content_negotiation_class = _AnyAccept
    throttle_classes = []


def read_message(request: Request, kind: type[T]) -> T:
    """The JSON body as a message of the contract (or a list of them: `list[JobRequest]`). What does not fit answers
    400 with the place and the reason."""
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
