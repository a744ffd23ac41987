"""What a Green Button feed says of its meters: usage points, meter readings, their types, and blocks of readings.

They refer to each other by links, or lie within each other, or just follow each other: links go first.
"""

import re
from dataclasses import dataclass, field

import polars as pl

from .xml_nodes import Node

RESOURCES = frozenset(
    ["entry", "UsagePoint", "MeterReading", "ReadingType", "IntervalBlock", "UsageSummary", "ElectricPowerUsageSummary"]
)
_ROWS = ["start", "duration", "value", "quality", "line", "block"]
_COUNT = re.compile(r"\d{1,12}")
_ROWS_IN_A_FRAME = 100_000
Row = tuple[str | None, str | None, str | None, str | None, int, int]


@dataclass(frozen=True)
class Place:
    """Where in a feed a resource stands: its own address and that above it, and what came before it, by key."""

    own: str
    up: str
    point: str
    meter: str
    type: str


@dataclass
class Feed:
    """All of a feed but its readings, which are in `frames`: start, duration, value, quality, line, block."""

    usage_points: dict[str, str] = field(default_factory=dict)  # key → ServiceCategory kind
    usage_point_of: dict[str, str] = field(default_factory=dict)  # key of a meter reading → that of its usage point,
    types: dict[str, dict[str, str]] = field(default_factory=dict)
    type_of: dict[str, str] = field(default_factory=dict)  # … and that of its type, once settled
    summaries: list[tuple[str, Node]] = field(default_factory=list)  # (usage point, summary), once settled
    frames: list[pl.DataFrame] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)
    _meters: dict[str, Place] = field(default_factory=dict)
    _blocks: list[Place] = field(default_factory=list)
    _bills: list[tuple[Place, Node]] = field(default_factory=list)
    _related: dict[str, str] = field(default_factory=dict)  # a link of a meter reading → its key
    _types_wanted: dict[str, list[str]] = field(default_factory=dict)
    _point: str = ""  # what came last
    _meter: str = ""
    _type: str = ""

    def take(self, node: Node) -> None:
        """Remember an entry, or a resource that stands by itself."""
        links = [link for link in node.links if link[""] == "link"] if node.name == "entry" else []
        by_rel = {link.get("rel", ""): link.get("href", "").rstrip("/") for link in links}
        own, up = by_rel.get("self", ""), by_rel.get("up", "")
        related = [link.get("href", "").rstrip("/") for link in links if link.get("rel") == "related"]
        self._walk(node, own, up, related)

    def settle(self) -> pl.DataFrame:
        """All readings, with `meter` and `type` of their block. Afterwards it is known what belongs to what."""
        self._flush()
        for meter, place in self._meters.items():
            above = self._point_above(place.own)
            self.usage_point_of[meter] = above or (place.up if place.up in self.usage_points else place.point)
            self.type_of[meter] = next((href for href in self._types_wanted[meter] if href in self.types), "")
        self.summaries = [(self._point_above(place.own) or place.point, node) for place, node in self._bills]
        meters = [self._meter_of(place) for place in self._blocks]
        types = [self.type_of.get(meter) or place.type for meter, place in zip(meters, self._blocks, strict=True)]
        blocks = pl.DataFrame(
            {"block": list(range(len(meters))), "meter": meters, "type": types},
            schema={"block": pl.Int64, "meter": pl.String, "type": pl.String},
        )
        rows = pl.concat(self.frames) if self.frames else _frame_of([])
        return rows.join(blocks, on="block", how="left", maintain_order="left")

    def _walk(self, node: Node, own: str, up: str, related: list[str]) -> None:
        for name, found in [*((leaf, node) for leaf in node.leaves), (node.name, node)]:
            self._remember(name, found, own, up, related)
        for child in node.children:
            self._walk(child, own, up, related)

    def _remember(self, name: str, node: Node, own: str, up: str, related: list[str]) -> None:
        place = Place(own, up, self._point, self._meter, self._type)
        if name == "UsagePoint":
            self._point = own or f"point {len(self.usage_points) + 1}"
            self.usage_points[self._point] = node.leaf("kind") or self.usage_points.get(self._point, "")
        elif name == "MeterReading":
            self._meter, self._type = own or f"reading {len(self._meters) + 1}", ""
            self._meters[self._meter] = place
            self._types_wanted[self._meter] = related
            self._related |= dict.fromkeys(related, self._meter)
        elif name == "ReadingType":
            self._type = own or f"type {len(self.types) + 1}"
            self.types[self._type] = dict(node.leaves)
        elif name == "IntervalBlock":
            self._take_block(node, place)
        elif name in ("UsageSummary", "ElectricPowerUsageSummary"):
            self._bills.append((place, node))

    def _take_block(self, node: Node, place: Place) -> None:
        readings = [child for child in node.children if child.name == "IntervalReading"]
        interval, number = node.child("interval"), len(self._blocks)
        self._rows += [_row(reading, at, len(readings), interval, number) for at, reading in enumerate(readings)]
        self._blocks.append(place)
        if len(self._rows) >= _ROWS_IN_A_FRAME:
            self._flush()

    def _meter_of(self, block: Place) -> str:
        above = [block.up, block.own.split("/IntervalBlock")[0], block.up.split("/IntervalBlock")[0]]
        linked = next((href for href in above if href in self._meters), "")
        only = next(iter(self._meters), "") if len(self._meters) == 1 else ""
        return linked or self._related.get(block.up) or self._related.get(block.own) or block.meter or only

    def _point_above(self, href: str) -> str:
        above = href.split("/MeterReading")[0].split("/ElectricPowerUsage")[0].split("/UsageSummary")[0]
        return above if above in self.usage_points else ""

    def _flush(self) -> None:
        if self._rows:
            self.frames.append(_frame_of(self._rows))
            self._rows = []


def _row(reading: Node, at: int, count: int, interval: Node | None, block: int) -> Row:
    period = reading.child("timePeriod")
    quality = reading.leaf("quality") or None
    if period is not None:
        start, duration = period.leaves.get("start"), period.leaves.get("duration")
    else:
        start, duration = _in_turn(at, count, interval)
    return start, duration, reading.leaves.get("value"), quality, reading.line, block


def _in_turn(at: int, count: int, interval: Node | None) -> tuple[str | None, str | None]:
    """Readings without a period of their own share out their block's."""
    if interval is None:
        return None, None
    start, whole = interval.leaves.get("start", ""), interval.leaves.get("duration", "")
    if not (_COUNT.fullmatch(start) and _COUNT.fullmatch(whole)):
        return None, None
    length = int(whole) // count
    return str(int(start) + at * length), str(length)


def _frame_of(rows: list[Row]) -> pl.DataFrame:
    kinds = [pl.String, pl.String, pl.String, pl.String, pl.Int64, pl.Int64]
    return pl.DataFrame(rows, schema=dict(zip(_ROWS, kinds, strict=True)), orient="row")
