"""Make things ready while those before them are in use."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar, cast

T = TypeVar("T")


def ahead(items: Iterator[T], *, by: int) -> Iterator[T]:
    """The same items (a generator's), each made by a thread while up to `by` before it are in use. What the generator
    raises comes in its place; where the caller stops early, the generator is closed."""
    with closing(cast("Generator[T]", items)), ThreadPoolExecutor(max_workers=1) as maker:
        coming = deque(maker.submit(next, items, None) for _ in range(by))
        while (item := coming.popleft().result()) is not None:
            coming.append(maker.submit(next, items, None))
            yield item
