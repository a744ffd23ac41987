"""The base of everything that crosses a wire as JSON."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Message(BaseModel):
    """Frozen once parsed; unknown fields are ignored, so that an old reader understands a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore")
