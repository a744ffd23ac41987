"""Answers in the form of each vendor, made from one truth: half-hourly energy over the spring and autumn clock changes."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from .vendor import Asked, Says

FIRST = datetime(2026, 3, 26, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LONDON, COPENHAGEN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Copenhagen")
HALF_HOUR, HOUR, QUARTER = timedelta(minutes=30), timedelta(hours=1), timedelta(minutes=15)
BUSY = (  # days with readings: around both clock changes
    (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)),
    (datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)),
)


def worth(at: datetime, step: timedelta = HALF_HOUR) -> float:
    """Of the interval that starts there: kWh, a different number for each neighbour, exact in thousandths."""
    number = int((at - FIRST) / HALF_HOUR)
    return (100 + number % 37 + 20 * (number % 2)) / 1000 * (step / HALF_HOUR)


def steps(step: timedelta, since: datetime = FIRST, until: datetime = NOW) -> Iterator[datetime]:
    for first, last in BUSY:
        at = max(first, first + step * -((first - since) // step)) if since > first else first
        while at < min(last, until):
            yield at
            at += step


def truth(step: timedelta) -> dict[datetime, float]:
    return {at: worth(at, step) for at in steps(step)}


@cache
def _counts() -> tuple[list[datetime], list[float]]:
    starts = list(steps(HALF_HOUR))
    return starts, [0.0, *accumulate(map(worth, starts))]


def count_at(at: datetime) -> float:
    """Of a register that ran through all of it."""
    starts, counts = _counts()
    return round(5_000 + counts[bisect_left(starts, at)], 3)


def octopus(asked: Asked) -> Says:
    """Pages of seven items, newest last, by the London clock with its distance from UTC."""
    since, until = (datetime.fromisoformat(asked.query[name]) for name in ("period_from", "period_to"))
    items = [
        {
            "consumption": round(worth(at), 3),
            "interval_start": at.astimezone(LONDON).isoformat(),
            "interval_end": (at + HALF_HOUR).astimezone(LONDON).isoformat(),
        }
        for at in steps(HALF_HOUR, since, until)
    ]
    page, size = int(asked.query.get("page", "1")), 100
    more = f"http://{asked.headers['host']}{asked.url.partition('&page=')[0]}&page={page + 1}"
    there = items[size * (page - 1) : size * page]
    following = more if size * page < len(items) else None
    return Says({"count": len(items), "next": following, "previous": None, "results": there})


def n3rgy(asked: Asked) -> Says:
    since, until = (datetime.strptime(asked.query[name], "%Y%m%d%H%M").replace(tzinfo=UTC) for name in ("start", "end"))
    values = [
        {"primaryValue": round(worth(at), 3), "timestamp": f"{at + HALF_HOUR:%Y-%m-%d %H:%M}"}
        for at in steps(HALF_HOUR, since, until)
    ]
    if not values:
        return Says({"message": "No content found with specified input parameters"}, status=404)
    return Says(
        {
            "resource": asked.url, "responseTimestamp": "2026-11-02T12:00:01.055Z",
            "availableCacheRange": {"start": "202603260000", "end": "202611020000"}, "start": asked.query["start"],
            "end": asked.query["end"], "granularity": "halfhour", "unit": "m3" if "/gas/" in asked.path else "kWh",
            "devices": [{"deviceId": "01-00-00-00-00-00-01-01", "values": values}],
        },
        status=206,
    )  # fmt: skip


def entsoe(asked: Asked) -> Says:
    since, until = (
        datetime.strptime(asked.query[name], "%Y%m%d%H%M").replace(tzinfo=UTC) for name in ("periodStart", "periodEnd")
    )
    if asked.query["securityToken"] != "s3cret":
        return Says("<html><body>Unauthorized. Missing or invalid security token</body></html>", status=401)
    days = sorted({at.replace(hour=0) for at in steps(HOUR, since, until)})
    if not days:
        return Says(_acknowledged("No matching data found for Data item ACTUAL_TOTAL_LOAD [6.1.A]"))
    name = "price.amount" if asked.query["documentType"] == "A44" else "quantity"
    head = (
        "<in_Domain.mRID>{0}</in_Domain.mRID><currency_Unit.name>EUR</currency_Unit.name>"
        "<price_Measure_Unit.name>MWH</price_Measure_Unit.name>"
        if name == "price.amount"
        else "<outBiddingZone_Domain.mRID>{0}</outBiddingZone_Domain.mRID>"
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>"
    ).format(asked.query.get("outBiddingZone_Domain") or asked.query["in_Domain"])
    periods = "".join(_period(day, name) for day in days)
    series = f"<TimeSeries><mRID>1</mRID><businessType>A04</businessType>{head}<curveType>A03</curveType>{periods}</TimeSeries>"
    made = f"<mRID>{len(asked.url)}</mRID><createdDateTime>{NOW:%Y-%m-%dT%H:%M:%SZ}</createdDateTime>"
    return Says(f'<?xml version="1.0"?><GL_MarketDocument xmlns="urn:iec">{made}{series}</GL_MarketDocument>')


def _period(day: datetime, name: str) -> str:
    span = f"<start>{day:%Y-%m-%dT%H:%MZ}</start><end>{day + timedelta(days=1):%Y-%m-%dT%H:%MZ}</end>"
    points = "".join(
        f"<Point><position>{hour + 1}</position><{name}>{worth(day + hour * HOUR, HOUR) * 1000:.0f}</{name}></Point>"
        for hour in range(24)
    )
    return f"<Period><timeInterval>{span}</timeInterval><resolution>PT60M</resolution>{points}</Period>"


def _acknowledged(text: str) -> str:
    return (
        '<?xml version="1.0"?><Acknowledgement_MarketDocument xmlns="urn:iec62325"><mRID>e6ca5700</mRID><Reason>'
        f"<code>999</code><text>{text}</text></Reason></Acknowledgement_MarketDocument>"
    )


def danish(asked: Asked) -> Says:
    since, until = (datetime.fromisoformat(asked.query[name]).replace(tzinfo=UTC) for name in ("start", "end"))
    areas = asked.query["filter"].partition("[")[2].partition("]")[0].replace('"', "").split(",")
    records = [
        {
            "TimeUTC": f"{at:%Y-%m-%dT%H:%M:%S}", "TimeDK": f"{at.astimezone(COPENHAGEN):%Y-%m-%dT%H:%M:%S}",
            "PriceArea": area, "DayAheadPriceEUR": round(worth(at, HOUR) * 1000, 3), "DayAheadPriceDKK": 746.0,
        }
        for at in steps(QUARTER, since, until) for area in areas
    ]  # fmt: skip
    first, size = int(asked.query["offset"]), min(int(asked.query["limit"]), 300)
    return Says(
        {"total": len(records), "limit": size, "dataset": "DayAheadPrices", "records": records[first : first + size]}
    )


def home_assistant(asked: Asked) -> Says:
    wanted = asked.json
    since, until = (datetime.fromisoformat(wanted[name]) for name in ("start_time", "end_time"))
    rows = [
        {"start": at.isoformat(), "end": (at + HOUR).isoformat(), "change": round(worth(at, HOUR), 3)}
        for at in steps(HOUR, since, until)
    ]
    statistics = dict.fromkeys(wanted["statistic_ids"], rows) if rows else {}
    return Says({"changed_states": [], "service_response": {"statistics": statistics}})


def emoncms(value: Callable[[datetime], float], *, is_counter: bool = False) -> Callable[[Asked], Says]:
    """A counter is also told at the end of the last interval before a silence."""

    def answer(asked: Asked) -> Says:
        if asked.query["apikey"] != "s3cret":
            return Says("false")
        since, until = (datetime.fromtimestamp(int(asked.query[name]) / 1000, UTC) for name in ("start", "end"))
        step = timedelta(seconds=int(asked.query["interval"]))
        ends = [last for _, last in BUSY if is_counter and since <= last < until]
        return Says([[int(at.timestamp() * 1000), value(at)] for at in sorted([*steps(step, since, until), *ends])])

    return answer


def open_meteo(asked: Asked) -> Says:
    since, last = (datetime.fromisoformat(asked.query[name]).replace(tzinfo=UTC) for name in ("start_date", "end_date"))
    hours = list(steps(HOUR, since, last + timedelta(days=1)))
    return Says(
        {
            "latitude": 52.52, "longitude": 13.4, "generationtime_ms": 0.1 + len(asked.url), "utc_offset_seconds": 0,
            "timezone": "GMT", "timezone_abbreviation": "GMT", "elevation": 38.0,
            "hourly_units": {"time": "iso8601", "temperature_2m": "°C"},
            "hourly": {
                "time": [f"{at:%Y-%m-%dT%H:%M}" for at in hours],
                "temperature_2m": [round(worth(at, HOUR), 3) for at in hours],
            },
        }
    )  # fmt: skip


def elering(asked: Asked) -> Says:
    since, until = (datetime.fromisoformat(asked.query[name]) for name in ("start", "end"))
    prices = [
        {"timestamp": int(at.timestamp()), "price": round(worth(at, HOUR) * 1000, 3)}
        for at in steps(HOUR, since, until)
    ]
    return Says({"success": True, "data": dict.fromkeys(("ee", "fi", "lv", "lt"), prices)})


def energy_charts(asked: Asked) -> Says:
    berlin = ZoneInfo("Europe/Berlin")
    since, last = (datetime.fromisoformat(asked.query[name]).replace(tzinfo=berlin) for name in ("start", "end"))
    until = (last.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=berlin)
    hours = list(steps(HOUR, since.astimezone(UTC), until.astimezone(UTC)))
    return Says(
        {
            "license_info": "CC BY 4.0", "unix_seconds": [int(at.timestamp()) for at in hours],
            "price": [round(worth(at, HOUR) * 1000, 3) for at in hours], "unit": "EUR / MWh", "deprecated": False,
        }
    )  # fmt: skip


def green_button(asked: Asked) -> Says:
    since, until = (datetime.fromisoformat(asked.query[f"published-{name}"]) for name in ("min", "max"))
    hours = list(steps(HOUR, since, until))
    if not hours:
        return Says(status=202)
    readings = "".join(
        f"<espi:IntervalReading><espi:timePeriod><espi:duration>3600</espi:duration><espi:start>{int(at.timestamp())}"
        f"</espi:start></espi:timePeriod><espi:value>{worth(at, HOUR) * 1000:.0f}</espi:value></espi:IntervalReading>"
        for at in hours
    )
    point = "/espi/1_1/resource/Subscription/4/UsagePoint/1"
    reading = f"{point}/MeterReading/1"
    entries = [
        (point, (), "<espi:UsagePoint><espi:ServiceCategory><espi:kind>0</espi:kind></espi:ServiceCategory></espi:UsagePoint>"),
        (reading, (f"{reading}/IntervalBlock", "/espi/1_1/resource/ReadingType/1"), "<espi:MeterReading/>"),
        ("/espi/1_1/resource/ReadingType/1", (), "<espi:ReadingType><espi:accumulationBehaviour>4"
         "</espi:accumulationBehaviour><espi:flowDirection>1</espi:flowDirection><espi:powerOfTenMultiplier>0"
         "</espi:powerOfTenMultiplier><espi:uom>72</espi:uom></espi:ReadingType>"),
        (f"{reading}/IntervalBlock/1", (), f"<espi:IntervalBlock>{readings}</espi:IntervalBlock>"),
    ]  # fmt: skip
    written = "".join(
        f"<entry><id>urn:uuid:{number}</id><updated>{asked.query['published-max']}</updated>"
        f'<link rel="self" href="{own}"/><link rel="up" href="{own.rpartition("/")[0].rpartition("/")[0]}"/>'
        + "".join(f'<link rel="related" href="{href}"/>' for href in related)
        + f"<content>{content}</content></entry>"
        for number, (own, related, content) in enumerate(entries)
    )
    return Says(
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">'
        f"{written}</feed>", headers={"Content-Type": "application/atom+xml"},
    )  # fmt: skip
