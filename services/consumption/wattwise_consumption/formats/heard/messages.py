"""A message as it was heard, and how it is kept: a line of JSON."""

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Heard:
    """`at`: when it came, in microseconds since 1970. `mid`: the broker's number of the delivery, 0 where it has none.
    `is_old`: an earlier import read it already; it is there for what lies between it and the next one."""

    topic: str
    payload: str
    at: int
    is_retained: bool = False
    mid: int = 0
    is_old: bool = False

    @classmethod
    def from_bytes(cls, topic: str, payload: bytes, *, at: int, is_retained: bool, mid: int) -> "Heard":
        """Bytes that are no text are written as \\x00, so that people can be shown them. NUL is no text for a database."""
        text = payload.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
        return cls(topic.replace("\0", "\\x00"), text, at, is_retained, mid)

    @property
    def delivery(self) -> tuple[int, int]:
        """What a delivery that is repeated has in common with the first one."""
        return self.mid, zlib.crc32(self.payload.encode(), zlib.crc32(self.topic.encode()))

    def line(self) -> str:
        said: dict[str, object] = {"topic": self.topic, "payload": self.payload, "at": self.at}
        said |= {"retained": True} if self.is_retained else {}
        said |= {"mid": self.mid} if self.mid else {}
        said |= {"old": True} if self.is_old else {}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> "Heard":
        said = json.loads(line)
        return cls(
            said["topic"], said["payload"], said["at"], said.get("retained", False), said.get("mid", 0),
            said.get("old", False),
        )  # fmt: skip


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
