"""Time zones."""

from zoneinfo import available_timezones

from .errors import BadRequest


def check_timezone(name: str) -> None:
    """Raise BadRequest unless this is an IANA time zone."""
    if name not in available_timezones():
        raise BadRequest(f"There is no time zone {name}.", remedy="Use an IANA name such as Europe/London.")
