"""A preview as a person reads it: what was found, the ways to understand it side by side, and the likeliest in full."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from wattwise_contract.previews import Interpretation, Preview, PreviewedDay
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import ImportKind

from .output import console, print_table, sparkline
from .receipts import print_events, print_rejected, print_sentences

FILES, METERS, READINGS = 20, 10, 8  # rows shown


def print_preview(preview: Preview, import_id: int, *, chosen: int = 1) -> None:
    """Prints a preview; `chosen` (from 1) is the interpretation that is shown in full."""
    console.print(f"[bold]Import {import_id}[/bold]: nothing is stored yet.")
    _print_files(preview)
    ways = preview.interpretations
    if not ways:
        console.print("[red]None of the files can be read.[/red]")
        return
    if len(ways) > 1:
        _print_ways(ways)
    if 1 <= chosen <= len(ways):
        _print_way(ways[chosen - 1], number=chosen if len(ways) > 1 else 0)
    if preview.is_sample:
        console.print("This is the beginning of the files; the import reads all of them.")


def _print_files(preview: Preview) -> None:
    rows = [(file.name, file.format, file.rows or "", file.refused) for file in preview.files[:FILES]]
    print_table(("file", "format", "rows", ""), rows, empty="There are no files.")
    if more := len(preview.files) - FILES:
        console.print(f"… and {more:,} more files.") if more > 0 else None


def _print_ways(ways: Sequence[Interpretation]) -> None:
    console.print(f"\nThe files can be understood in [bold]{len(ways)}[/bold] ways, the likeliest first:")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "understood as", "readings", "total", "first (UTC)", "last (UTC)", "rejected", "because"):
        table.add_column(name, justify="right" if name in ("readings", "total", "rejected") else "left")
    for number, way in enumerate(ways, start=1):
        first, last = _moment(way.first_reading_at), _moment(way.last_reading_at)
        cells = (str(number), way.label, _count(way), _totals(way), first, last, f"{way.rejected:,}", way.because)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _print_way(way: Interpretation, *, number: int) -> None:
    title = f"{number}. {way.label}" if number else way.label
    console.print()
    console.print(Text(title, style="bold"))
    if not number and way.because:
        console.print(Text(way.because))
    counts = [f"{_count(way)} of {way.read:,} rows", f"{way.duplicate:,} duplicate", f"{way.rejected:,} rejected"]
    console.print(Text(", ".join([*counts, *filter(None, [_totals(way)])])))
    print_sentences([*way.findings, *way.warnings])
    if way.kind is not ImportKind.CONSUMERS:
        _print_meters(way)
        _print_readings(way)
        _print_days(way.days)
    print_events([event.model_dump(mode="json") for event in way.events], {})
    if way.rejected:
        print_rejected(way.rejected, [row.model_dump() for row in way.rejected_rows])


def _print_meters(way: Interpretation) -> None:
    rows = [
        (meter.meter_key, meter.quantity.value, meter.resolution, meter.readings,
         f"{meter.total:,.3f} {meter.quantity.unit}", _moment(meter.first_at), _moment(meter.last_at))
        for meter in way.meters[:METERS]
    ]  # fmt: skip
    console.print(f"\n{way.meters_count:,} meter{'s' if way.meters_count != 1 else ''}")
    print_table(("meter", "measures", "every", "readings", "total", "first (UTC)", "last (UTC)"), rows, empty="None.")


def _print_readings(way: Interpretation) -> None:
    rows = [
        (each.meter_key, each.local_time, f"{each.value:,.4g} {each.unit}", _place(each.file, each.line))
        for each in way.readings[:READINGS]
    ]
    console.print("\nThe first readings, on the meters' own clock")
    print_table(("meter", "from", "value", "read at"), rows, empty="None.")


def _print_days(days: Sequence[PreviewedDay]) -> None:
    for quantity in sorted({day.quantity for day in days}):
        ours = [day for day in days if day.quantity == quantity]
        values, unit = [day.value for day in ours], Quantity(quantity).unit
        span = f"{ours[0].day} to {ours[-1].day}, {min(values):,.4g} to {max(values):,.4g} {unit} a day"
        console.print(Text(f"\n{quantity.value} by day: {span}\n  {sparkline(values)}"))


def _count(way: Interpretation) -> str:
    return f"{way.consumers:,} consumers" if way.kind is ImportKind.CONSUMERS else f"{way.readings_count:,}"


def _totals(way: Interpretation) -> str:
    return ", ".join(f"{value:,.3f} {unit}" for unit, value in way.totals.items())


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
