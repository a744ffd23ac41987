"""How a request says who asks. None of it is sent to another origin than the one that it is meant for."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from wattwise_consumption.problems import CannotFetch

if TYPE_CHECKING:
    from .asking import Question


class Credentials(Protocol):
    def on(self, question: "Question") -> "Question":
        """The question with what it needs to be answered."""

    def renew(self) -> bool:
        """Whether other credentials could be had after these were refused."""


@dataclass(frozen=True)
class _Fixed:
    def renew(self) -> bool:
        return False


@dataclass(frozen=True)
class Nobody(_Fixed):
    def on(self, question: "Question") -> "Question":
        return question


@dataclass(frozen=True)
class Basic(_Fixed):
    username: str
    password: str

    def on(self, question: "Question") -> "Question":
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return question.with_header("Authorization", f"Basic {pair}")


@dataclass(frozen=True)
class Bearer(_Fixed):
    token: str

    def on(self, question: "Question") -> "Question":
        return question.with_header("Authorization", f"Bearer {self.token}")


@dataclass(frozen=True)
class ApiKey(_Fixed):
    """In a header, or in the query (`in_query`)."""

    name: str
    key: str
    in_query: bool = False

    def on(self, question: "Question") -> "Question":
        if self.in_query:
            return replace(question, url=question.url.copy_merge_params({self.name: self.key}))
        return question.with_header(self.name, self.key)


class ClientCredentials:
    """OAuth 2 (RFC 6749, 4.4): a token is fetched when it is first needed, and once more where it was refused."""

    def __init__(self, fetch_token: Callable[[], bytes]) -> None:
        self._fetch_token = fetch_token
        self._token = ""
        self._renewed = False

    def on(self, question: "Question") -> "Question":
        if not self._token:
            self._token = _token_in(self._fetch_token())
        return Bearer(self._token).on(question)

    def renew(self) -> bool:
        """Once for each token that worked; `worked` is told by an answer."""
        if self._renewed:
            return False
        self._token, self._renewed = "", True
        return True

    def worked(self) -> None:
        self._renewed = False


def _token_in(answer: bytes) -> str:
    try:
        token = json.loads(answer)["access_token"]
    except (ValueError, KeyError, TypeError):
        raise CannotFetch(
            "The token address answered without an access_token.", "Check the token address of the source."
        ) from None
    return str(token)
