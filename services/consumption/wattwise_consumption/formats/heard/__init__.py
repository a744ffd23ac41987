"""Messages that came by themselves, such as those of an MQTT broker: from topic and payload to values of meters, and
which of them make whole intervals. Pure: no broker, no platform, no clock."""

from .cutting import Cutting, cutting, lag_of
from .file import HEARD, Piece, write_piece
from .messages import Heard, microseconds
from .payloads import Said, Unread
from .rows import Reading, Rows, rows_of
from .topics import Topic
from .windows import Plan, line_before, planned

__all__ = [
    "HEARD",
    "Cutting",
    "Heard",
    "Piece",
    "Plan",
    "Reading",
    "Rows",
    "Said",
    "Topic",
    "Unread",
    "cutting",
    "lag_of",
    "line_before",
    "microseconds",
    "planned",
    "rows_of",
    "write_piece",
]
