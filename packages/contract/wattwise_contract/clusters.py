"""Clusters of consumers."""

from pydantic import Field

from .message import Message


class Distinction(Message):
    """What sets a cluster apart: a detail, its value here and everywhere."""

    attribute: str  # the key of its definition
    label: str
    here: str  # such as "detached (71 %)" or "148 m²"
    overall: str
    strength: float  # in standard deviations, or the difference of shares; for the order only


class ClusterOut(Message):
    number: int  # from 1, largest first
    label: str  # short: "Large detached homes with electric heating"
    sentence: str  # plain: what makes it special
    size: int
    distinctions: list[Distinction]
    load_curve: list[float] = Field(default_factory=list)  # mean kW by local hour 0..23, of members with electricity


class Membership(Message):
    consumer_id: int
    cluster_number: int
    silhouette: float  # -1..1: how well it fits
    x: float  # place on the map
    y: float


class ClusteringOut(Message):
    """A whole clustering run, published at once."""

    k: int
    silhouette: float
    silhouette_by_k: dict[int, float]
    attributes: list[str]  # the details used
    notes: list[str] = Field(default_factory=list)  # sentences: what the reader should know (few details, left out …)
    clusters: list[ClusterOut]
    memberships: list[Membership]
