"""K-means on the details, with as many clusters as fit best, and a map of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples, silhouette_score
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from .details import Floats

LEAST, MOST = 2, 10
FEWEST_CONSUMERS = 6
_EXACT = 5_000  # consumers up to whom silhouettes are exact: their cost grows with the square
_SAMPLE = 2_000
_ALIKE = 0.01
_HANDFUL = 0.03  # share of the consumers
_KEPT = 0.95  # share of the variance that distances are computed on; the rest is noise
_MOST_AXES = 40


class TooFewConsumers(ValueError):
    """There are too few consumers to group."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} consumers have details; clusters need at least {FEWEST_CONSUMERS}. "
            "Import the details of more consumers."
        )


@dataclass(frozen=True)
class Grouping:
    """`number[consumer]` from 1, the largest cluster first; `silhouette[consumer]`; `place[consumer]` on the map."""

    k: int
    silhouette: float
    silhouette_by_k: dict[int, float]
    number: NDArray[np.int64]
    silhouettes: Floats
    place: Floats


def group(matrix: Floats, *, seed: int) -> Grouping:
    """Return the grouping whose mean silhouette (Rousseeuw, 1987) is as good as the highest; or raise TooFewConsumers."""
    # Several threads wait busily for each other: beside other work, that is ten times slower than one.
    with threadpool_limits(1):
        return _group(matrix, seed)


def _group(matrix: Floats, seed: int) -> Grouping:
    if matrix.shape[0] < FEWEST_CONSUMERS:
        raise TooFewConsumers(matrix.shape[0])
    axes = _axes(matrix, seed)
    different = np.unique(axes.round(9), axis=0).shape[0]
    if different < LEAST:
        raise TooFewConsumers(different)
    tried: dict[int, tuple[float, KMeans]] = {}
    for k in range(LEAST, min(MOST, matrix.shape[0] // 3, different) + 1):
        means = KMeans(k, n_init=5, random_state=seed).fit(axes)
        tried[k] = (_silhouette(axes, means.labels_, seed), means)
    best = _best({k: score for k, (score, _) in tried.items()}, {k: means.labels_ for k, (_, means) in tried.items()})
    means = tried[best][1]
    silhouettes = _silhouettes(axes, means)
    return Grouping(
        k=best,
        silhouette=float(silhouettes.mean()),
        silhouette_by_k={k: round(score, 4) for k, (score, _) in tried.items()},
        number=_numbered(means.labels_),
        silhouettes=silhouettes,
        place=_place(axes),
    )


def _best(silhouette_by_k: dict[int, float], labels_by_k: dict[int, NDArray[np.int32]]) -> int:
    """Return the largest k that fits as well as the best, within 1 %: where many fit alike, more clusters say more.

    A k that splits off a handful is left out, unless all do.
    """
    fewest = {k: int(np.bincount(labels).min()) for k, labels in labels_by_k.items()}
    consumers = len(labels_by_k[LEAST])
    sound = {k: score for k, score in silhouette_by_k.items() if fewest[k] >= _HANDFUL * consumers} or silhouette_by_k
    highest = max(sound.values())
    return max(k for k, score in sound.items() if score >= highest - _ALIKE * abs(highest))


def _axes(matrix: Floats, seed: int) -> Floats:
    """Return the principal axes that hold nearly all of the variance."""
    most = min(_MOST_AXES, *matrix.shape)
    pca = PCA(most, svd_solver="full" if matrix.shape[1] <= 300 else "randomized", random_state=seed)
    axes: Floats = pca.fit_transform(matrix)
    kept = int(np.searchsorted(np.cumsum(pca.explained_variance_ratio_), _KEPT)) + 1
    return axes[:, :kept]


def _silhouette(axes: Floats, labels: NDArray[np.int32], seed: int) -> float:
    sample = _SAMPLE if axes.shape[0] > _SAMPLE else None
    return float(silhouette_score(axes, labels, sample_size=sample, random_state=seed))


def _silhouettes(axes: Floats, means: KMeans) -> Floats:
    """Return each consumer's silhouette; beyond 5,000 consumers the simplified one, by distance to the centres."""
    if axes.shape[0] <= _EXACT:
        exact: Floats = silhouette_samples(axes, means.labels_)
        return exact
    distances = means.transform(axes)
    distances.sort(axis=1)
    near, next_near = distances[:, 0], distances[:, 1]
    simplified: Floats = (next_near - near) / np.maximum(next_near, 1e-12)
    return simplified


def _numbered(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return numbers from 1, by size; equally large ones by their first member, so that runs agree."""
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    numbers = np.empty(int(found.max()) + 1, dtype=np.int64)
    numbers[found[order]] = np.arange(1, found.size + 1)
    return numbers[labels]


def _place(axes: Floats) -> Floats:
    """Return the first two axes, each in its standard deviations."""
    place = np.zeros((axes.shape[0], 2))
    shown = min(2, axes.shape[1])
    spread = axes[:, :shown].std(axis=0)
    place[:, :shown] = axes[:, :shown] / np.where(spread > 0, spread, 1.0)
    return place
