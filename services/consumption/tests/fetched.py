"""Fetching without a platform: what a source brings, and what an importer makes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from wattwise_consumption.fetching import Cursor, FetcherKind, FetchLimits, FetchOrder, validated
from wattwise_consumption.guard import Guard
from wattwise_consumption.sources.files import FilesSource
from wattwise_consumption.sources.kinds import fetcher_kind

from .conftest import added_up, order_of

HERE = Guard.allowing(["127.0.0.1", "localhost"])
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HASTY = FetchLimits(first_pause=0.01, longest_pause=0.05)


@dataclass
class Brought:
    files: dict[str, bytes] = field(default_factory=dict)
    cursor: Cursor = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    progress: list[float | None] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [content.decode() for content in self.files.values()]


Fetch = Callable[..., Brought]


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    """Fetches by a kind's name and its settings; what came before an error is in `into`."""

    def carry_out(
        kind: str = "http",
        /,
        *,
        cursor: Cursor | None = None,
        now: datetime = NOON,
        limits: FetchLimits = HASTY,
        guard: Guard = HERE,
        probe: bool = False,
        check: Callable[[], None] = lambda: None,
        into: Brought | None = None,
        **settings: Any,
    ) -> Brought:
        made = fetcher_kind(kind)
        assert made is not None
        brought = into if into is not None else Brought()
        brought.cursor = dict(cursor or {})
        fetcher = made(_order(made, settings, tmp_path, now, limits, guard, check))
        for one in fetcher.probe() if probe else fetcher.fetch(dict(cursor or {})):
            if one.content is not None:
                assert isinstance(one.content, Path)
                assert one.name not in brought.files
                brought.files[one.name] = one.content.read_bytes()
            brought.cursor = one.cursor
            brought.messages.append(one.message)
            brought.progress.append(one.progress)
        return brought

    return carry_out


def _order(
    kind: FetcherKind,
    settings: dict[str, Any],
    scratch: Path,
    now: datetime,
    limits: FetchLimits,
    guard: Guard,
    check: Callable[[], None],
) -> FetchOrder[Any]:
    return FetchOrder(
        settings=validated(kind.Settings, settings), recipe=kind.info.recipe, now=now, timezone="Europe/London",
        scratch=scratch, guard=guard, limits=limits, check=check,
    )  # fmt: skip


Read = Callable[..., pl.DataFrame]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """What the importer makes of files that a source brought, by what the source knows of its numbers under these
    settings: the readings, with `meter`, `quantity`, `at` (UTC) and `value`."""

    def carry_out(kind: str, brought: Brought, /, *, meters_in: str = "Europe/London", **settings: Any) -> pl.DataFrame:
        made: Any = fetcher_kind(kind)
        told = validated(made.Settings, settings)
        recipe = made.knows(told) if hasattr(made, "knows") else made.info.recipe
        paths = []
        for name, content in brought.files.items():
            paths.append(tmp_path / f"read-{name}")
            paths[-1].write_bytes(content)
        order = order_of(tmp_path, paths, recipe=recipe, zone=meters_in, names=list(brought.files))
        found = added_up(FilesSource(order))
        assert not found.rejected
        columns = [pl.col("meter_key").alias("meter"), "quantity", pl.col("starts_at").alias("at"), "value"]
        return found.readings.select(columns).unique(["meter", "quantity", "at"], keep="last").sort("meter", "at")

    return carry_out
