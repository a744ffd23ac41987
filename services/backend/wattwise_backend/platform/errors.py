"""Failures that a caller is told about: a sentence, and what to do."""

from collections.abc import Mapping

from rest_framework import exceptions, status


class Problem(exceptions.APIException):
    """Base of the named failures; answers {"error": sentence, "remedy": sentence}."""

    status_code: int = status.HTTP_400_BAD_REQUEST
    remedy = ""

    def __init__(self, error: str, *, remedy: str = "", fields: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(detail=error)
        self.error = error
        self.remedy = remedy or self.remedy
        self.fields = fields


class BadRequest(Problem):
    """What was sent cannot be understood."""


class Conflict(Problem):
    """What was asked does not fit the state that things are in."""

    status_code = status.HTTP_409_CONFLICT


class NotFound(Problem):
    """There is no such thing, or the caller may not know that there is."""

    status_code = status.HTTP_404_NOT_FOUND

    def __init__(self, what: str = "thing") -> None:
        super().__init__(f"There is no such {what}, or you may not see it.", remedy="Check the address and your login.")


class NotAllowed(Problem):
    """The caller may see the thing, but not do this to it."""

    status_code = status.HTTP_403_FORBIDDEN

    def __init__(self, *, needed: str, own: str, what: str = "role") -> None:
        super().__init__(
            f"This needs the {what} {needed}; you have {own}.",
            remedy="Ask an owner of the organization for it."
            if what == "role"
            else "Use a token that was made with it.",
        )


class LengthMissing(Problem):
    """Nobody can tell whether all of the body arrived."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    remedy = "Send a Content-Length."

    def __init__(self) -> None:
        super().__init__("The request does not say how long it is.")


class TooLarge(Problem):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
