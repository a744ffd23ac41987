"""Everything that can go wrong between a program and a Wattwise platform."""

from collections.abc import Mapping, Sequence


class WattwiseError(Exception):
    """The base of all errors of this package. Its text is a sentence for people."""


class Unreachable(WattwiseError):
    """Nobody answered, or a proxy answered for a backend that is away. `maybe_sent` tells whether the request might
    have taken effect all the same."""

    def __init__(self, sentence: str, *, maybe_sent: bool) -> None:
        super().__init__(sentence)
        self.maybe_sent = maybe_sent


class BrokenStream(Unreachable):
    """An answer ended before its end: what was read of it must not be used."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, maybe_sent=True)


class BackendFailed(WattwiseError):
    """The backend failed on its own account (status 500); its log says why."""


class Refused(WattwiseError):
    """The backend understood the request and said no. `fields` names what is wrong with which field."""

    def __init__(
        self, sentence: str, *, status: int, remedy: str = "", fields: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.remedy = remedy
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        details = (
            f"{field}: {problem}"
            for field, problems in self.fields.items()
            for problem in problems
            if problem not in self.sentence
        )
        return " ".join(part for part in (self.sentence, *details, self.remedy) if part)


class NotFound(Refused):
    """There is no such thing, or the token may not see it."""


class LeaseLost(Refused):
    """The job is in other hands by now, or over: stop working on it. Nothing that was written since has effect."""
