"""The first page's numbers, all from rollups, in a handful of statements."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache

from wattwise_backend.accounts.models import Organization
from wattwise_backend.aggregates.queries import ENERGY
from wattwise_backend.imports.models import Import
from wattwise_backend.platform.access import Access
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.forecasts import Basis
from wattwise_contract.quantities import Quantity

from . import parts
from .attention import IMPORTS_WITHIN, attention
from .month import MonthSoFar

HISTORICAL_AFTER = timedelta(days=7)  # without a new reading
SILENT_AFTER = "2 days"  # behind the newest meter
DAYS_SHOWN = 60
REMEMBERED = 600  # seconds
HOURS_SHOWN = timedelta(days=30)
MOST_OFFSET = timedelta(hours=14)  # of any time zone: makes UTC bounds wide enough for local days


@dataclass(frozen=True)
class Scene:
    """An organization's main quantity, how far it reaches, and its rollups, each read once and only when needed."""

    organization_id: int
    quantity: str
    meters: int
    silent_meters: int
    is_simulated: bool
    starts_at: datetime
    ends_at: datetime
    rolled_up_at: datetime
    timezone: str

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def month(self) -> MonthSoFar:
        """Up to the last complete local day of the data."""
        return MonthSoFar.until(self.ends_at.astimezone(self.zone).date() - timedelta(days=1))

    @cached_property
    def days(self) -> list[dict[str, Any]]:
        """date, kwh, count and expected of each local day, from the month before on."""
        return self.daily(self.quantity)

    @cached_property
    def hours(self) -> list[dict[str, Any]]:
        """starts_at and kwh of the last hours."""
        bounds = {"start": self.ends_at - HOURS_SHOWN, "end": self.ends_at}
        return self._rows("hourly_totals", quantity=self.quantity, **bounds)

    @cached_property
    def comparison(self) -> list[dict[str, Any]]:
        """Each consumer's energy in the month so far and in the same days before."""
        month = self.month
        return self._rows(
            "comparison",
            quantity=self.quantity,
            **asdict(month),
            days=month.days,
            previous_days=month.previous_days,
            **self._around(month.previous_first, month.last),
        )

    @cached_property
    def forecast(self) -> list[dict[str, Any]]:
        """starts_at, mean, q10, q25, q75, q90 and meters of each hour ahead."""
        return rows_of(
            "overview", "forecast_totals", {"organization_id": self.organization_id, "quantity": self.quantity}
        )

    def daily(self, quantity: str) -> list[dict[str, Any]]:
        first = min(self.month.previous_first, self.month.last - timedelta(days=DAYS_SHOWN))
        last = self.ends_at.astimezone(self.zone).date()
        return self._rows("daily_totals", quantity=quantity, **self._around(first, last))

    def _around(self, first: date, last: date) -> dict[str, datetime]:
        start = datetime.combine(first, time(), UTC) - MOST_OFFSET
        return {"start": start, "end": datetime.combine(last + timedelta(days=1), time(), UTC) + MOST_OFFSET}

    def _rows(self, name: str, *, quantity: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of a statement on rollups, remembered until the next roll-up."""
        known: dict[str, Any] = {"organization_id": self.organization_id, "quantity": quantity, **params}
        key = f"overview:{name}:{self.organization_id}:{quantity}:{self.rolled_up_at.timestamp()}"
        rows: list[dict[str, Any]] | None = cache.get_or_set(key, lambda: rows_of("overview", name, known), REMEMBERED)
        return rows or []


def overview_of(access: Access, organization: Organization, *, now: datetime) -> dict[str, Any]:
    """Everything that the first page shows of an organization; parts without data are None or empty."""
    scenes = _scenes(organization)
    scene = next((scenes[name] for name in ENERGY if name in scenes and name != Quantity.ELECTRICITY_EXPORT), None)
    is_live = scene is not None and now - scene.ends_at < HISTORICAL_AFTER
    items = attention(
        access,
        organization_id=organization.pk,
        silent_meters=scene.silent_meters if scene else 0,
        is_live=is_live,
        now=now,
    )
    return {
        "organization": organization.pk,
        "timezone": scene.timezone if scene else organization.timezone,
        "quantity": scene.quantity if scene else None,
        "as_of": scene.ends_at if scene else None,
        "basis": (Basis.LIVE if is_live else Basis.HISTORICAL).value if scene else None,
        "is_simulated": organization.is_simulated or (scene is not None and scene.is_simulated),
        "exported_month_kwh": _exported(scene) if scene and Quantity.ELECTRICITY_EXPORT in scenes else None,
        "data_health": _data_health(scene, organization, now=now),
        "attention": [asdict(item) for item in items],
        **{name: part(scene) if scene else empty for name, (part, empty) in _PARTS.items()},
    }


_EMPTY_FORECAST: dict[str, Any] = {name: [] for name in ("starts_at", "mean", "q10", "q25", "q75", "q90")} | {
    "note": ""
}
_PARTS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "month": (parts.month_part, None),
    "forecast_month_end": (parts.month_end_part, None),
    "peak_yesterday": (parts.peak_part, None),
    "daily": (parts.daily_part, {"date": [], "kwh": [], "coverage": []}),
    "hourly": (parts.hourly_part, {"starts_at": [], "kwh": []}),
    "forecast": (parts.forecast_part, _EMPTY_FORECAST),
    "movers": (parts.movers_part, []),
    "heatmap": (parts.heatmap_part, []),
}


def _scenes(organization: Organization) -> dict[str, Scene]:
    params = {"organization_id": organization.pk, "energy": ENERGY, "silent_after": SILENT_AFTER}
    return {
        row["quantity"]: Scene(organization_id=organization.pk, **row) for row in rows_of("overview", "reach", params)
    }


def _exported(scene: Scene) -> float:
    month = scene.month
    days = scene.daily(Quantity.ELECTRICITY_EXPORT.value)
    return float(sum(day["kwh"] for day in days if month.first <= day["date"] <= month.last))


def _data_health(scene: Scene | None, organization: Organization, *, now: datetime) -> dict[str, Any]:
    recent = Import.objects.filter(organization=organization, created_at__gte=now - IMPORTS_WITHIN)
    rejected = recent.filter(receipt__rejected__gt=0).values_list("receipt__rejected", flat=True)
    return {
        "coverage_30_days": parts.coverage_of(scene) if scene else None,
        "meters": organization.meters.count(),
        "silent_meters": scene.silent_meters if scene else 0,
        "rejected_rows_30_days": sum(int(count) for count in rejected if count is not None),
    }
