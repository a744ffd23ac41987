"""What every story of this worker is carried out with, and how its troubles become a job's."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wattwise_runtime import PermanentFailure, TemporaryFailure

from .fetching import FetchLimits
from .guard import Guard
from .problems import BadFile, NotNow
from .sources import SourceLimits


@dataclass(frozen=True)
class Means:
    """Bounds, where temporary files go (None: the system's folder), and what may be connected to."""

    limits: SourceLimits = field(default_factory=SourceLimits)
    scratch: Path | None = None
    fetch_limits: FetchLimits = field(default_factory=FetchLimits)
    guard: Guard = field(default_factory=Guard)
    folders: tuple[Path, ...] = ()  # that sources may read

    @contextmanager
    def folder(self, purpose: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix=f"wattwise-{purpose}-", dir=self.scratch) as folder:
            yield Path(folder)


@contextmanager
def as_job_failures() -> Iterator[None]:
    try:
        yield
    except BadFile as problem:
        raise PermanentFailure(f"{problem.reason} {problem.remedy}") from problem
    except NotNow as problem:
        raise TemporaryFailure(
            str(problem), retry_after=problem.retry_after, progressed=problem.progressed
        ) from problem
