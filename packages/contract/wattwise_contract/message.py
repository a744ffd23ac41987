"""The base of everything that crosses a wire as JSON."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("this time is before the year 1 or after 9999 in UTC") from None


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Message(BaseModel):
    """Frozen once parsed; unknown fields are ignored, so that an old reader understands a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore")
