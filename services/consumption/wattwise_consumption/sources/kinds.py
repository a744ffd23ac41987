"""The kinds of sources there are, found by the entry points of the group `wattwise.sources`.

An entry point leads to a source (see `fetching.FetcherKind`), or to a package in which every folder is one: its
`__init__.py` says `SOURCE = …`, or it has a `source.toml`, which tells the HTTP source how to ask somebody's API."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import metadata, resources
from types import ModuleType
from typing import Any, Protocol, cast

import structlog

from wattwise_consumption.fetching import FetcherKind
from wattwise_consumption.listening import ListenerKind
from wattwise_consumption.problems import CannotFetch
from wattwise_contract.sources import Brings, SourceKindInfo

from . import Order, Source
from .http.recipe import HttpRecipe

GROUP = "wattwise.sources"
log = structlog.get_logger(__name__)


class Kind(Protocol):
    """What all of them have."""

    @property
    def info(self) -> SourceKindInfo: ...


@cache
def kinds() -> Mapping[str, Kind]:
    """By name. A package that cannot be loaded is told in the log, and keeps nobody from the others."""
    found: dict[str, Kind] = {}
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda point: not point.value.startswith("wattwise_")):
        try:
            for kind in _behind(point.load()):
                if found.setdefault(kind.info.kind, kind) is not kind:
                    log.error("source left out: another has its name", kind=kind.info.kind, entry_point=point.value)
        except Exception:
            log.exception("source left out: it cannot be loaded", entry_point=point.value)
    return found


def fetcher_kind(name: str) -> FetcherKind | None:
    """What a preview asks for a sample, and an import for its files, unless they are uploaded. Raises CannotFetch for a
    kind that this worker does not know."""
    kind = _kind(name)
    return None if kind.info.brings is Brings.UPLOADS else cast(FetcherKind, kind)


def listener_kinds() -> dict[str, ListenerKind]:
    """By name, those that are listened to."""
    return {name: cast(ListenerKind, kind) for name, kind in kinds().items() if kind.info.brings is Brings.LISTENS}


def reader_of(name: str) -> Callable[[Order], Source]:
    """What understands the import of a source: its own, or that of files for all that bring files."""
    kind = _kind(name)
    own = kind if kind.info.brings is Brings.UPLOADS else _kind("files")
    return cast("Callable[[Order], Source]", own)


def _kind(name: str) -> Kind:
    if name not in kinds():
        raise CannotFetch(
            f"This consumption worker has no source of the kind “{name}”.",
            "Install the package that brings it beside the worker, and start the worker again.",
        )
    return kinds()[name]


def _behind(loaded: Any) -> Iterator[Kind]:
    if not isinstance(loaded, ModuleType):
        yield loaded
        return
    for folder in sorted(resources.files(loaded).iterdir(), key=lambda folder: folder.name):
        if folder.joinpath("__init__.py").is_file():
            module = importlib.import_module(f"{loaded.__name__}.{folder.name}")
            if hasattr(module, "SOURCE"):
                yield module.SOURCE
        elif folder.joinpath("source.toml").is_file():
            yield HttpRecipe.of(folder.joinpath("source.toml").read_text("utf-8"), kind=folder.name)
