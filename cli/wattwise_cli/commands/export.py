"""`wattwise export`: data out, as CSV, Parquet or Arrow."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer
from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TransferSpeedColumn

from wattwise_cli.commands.options import HomeOption, OrganizationOption
from wattwise_cli.connection import CommandError, choose_organization, connect
from wattwise_cli.output import notes
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain
from wattwise_contract.spreadsheets import harmless

if TYPE_CHECKING:
    from wattwise_client import Wattwise
    from wattwise_client.data import Organization, Stream


class What(StrEnum):
    READINGS = "readings"
    ROLLUPS = "rollups"
    FORECASTS = "forecasts"
    CONSUMERS = "consumers"


class FileFormat(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


def export(
    what: Annotated[What, typer.Argument(help="What to write.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; readings.csv and so on without.")
    ] = None,
    file_format: Annotated[FileFormat | None, typer.Option("--format", help="As the file's ending without.")] = None,
    organization: OrganizationOption = None,
    meter: Annotated[list[int] | None, typer.Option(help="Only this meter's; may be given several times.")] = None,
    quantity: Annotated[Quantity | None, typer.Option(help="Only meters of this quantity.")] = None,
    grain: Annotated[Grain, typer.Option(help="Of rollups.")] = Grain.HOUR,
    start: Annotated[str | None, typer.Option(metavar="TIME", help="From here on: 2013-01-01, or with a time.")] = None,
    end: Annotated[str | None, typer.Option(metavar="TIME", help="Until here, exclusive.")] = None,
    as_known_on: Annotated[
        str | None, typer.Option(metavar="TIME", help="Readings as they were known then, without later corrections.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    home: HomeOption = None,
) -> None:
    """Write readings, rollups, forecasts or consumers into a file. Dates are local to the meters."""
    chosen = file_format or _by_ending(output)
    file = output or Path(f"{what}.{'arrows' if chosen is FileFormat.ARROW else chosen}")
    if as_known_on and what is not What.READINGS:
        raise CommandError(f"--as-known-on is for readings; {what} are computed from what is known now.")
    if file.exists() and not force:
        raise CommandError(f"{file} exists already. Choose another --output, or overwrite it: --force")
    with connect(home) as api:
        place = choose_organization(api, organization)
        if what is What.CONSUMERS:
            count = _write_consumers(api, place.id, file, chosen)
        else:
            wanted: dict[str, Any] = {"organization_id": place.id, "meter_ids": meter or None, "quantity": quantity}
            times = {} if what is What.FORECASTS else {"start": start, "end": end, "as_known_on": as_known_on}
            if any(times.values()):
                zone = _zone(api, place)
                wanted |= {name: _moment(text, zone) for name, text in times.items() if text}
            wanted |= {"grain": grain} if what is What.ROLLUPS else {}
            count = _save(api, what, file, chosen, wanted)
    notes.print(f"{file}: {count:,} bytes", style="dim")


def _zone(api: "Wattwise", organization: "Organization") -> ZoneInfo:
    """The meters' zone where they have one in common, else the organization's."""
    zones = {meter.timezone for meter in api.meters(organization_id=organization.id)}
    return ZoneInfo(zones.pop() if len(zones) == 1 else organization.timezone)


def _save(api: "Wattwise", what: What, file: Path, chosen: FileFormat, wanted: dict[str, Any]) -> int:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=notes, disable=not notes.is_terminal, transient=True) as progress:
        bar = progress.add_task(f"Writing {file.name}", total=None)
        return api.save(
            cast("Stream", what.value),
            to=file,
            format=chosen.value,
            on_bytes=lambda count: progress.advance(bar, count),
            **wanted,
        )


def _write_consumers(api: "Wattwise", organization_id: int, file: Path, chosen: FileFormat) -> int:
    import polars as pl

    rows = [
        {"key": one.key, "name": one.name, "timezone": one.timezone, "country": one.country, **one.attributes}
        for one in api.consumers(organization_id=organization_id)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    match chosen:
        case FileFormat.CSV:
            frame = frame.with_columns(pl.col(pl.String).map_elements(harmless, return_dtype=pl.String))
            frame.rename(harmless).write_csv(file)
        case FileFormat.PARQUET:
            frame.write_parquet(file)
        case FileFormat.ARROW:
            frame.write_ipc_stream(file)
    return file.stat().st_size


def _by_ending(output: Path | None) -> FileFormat:
    endings = {
        ".csv": FileFormat.CSV,
        ".parquet": FileFormat.PARQUET,
        ".arrow": FileFormat.ARROW,
        ".arrows": FileFormat.ARROW,
    }
    if output is None:
        return FileFormat.CSV
    if output.suffix not in endings:
        raise CommandError(f"{output.name} does not say its format. Say it: --format csv|parquet|arrow")
    return endings[output.suffix]


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no time. Write 2013-01-01, 2013-01-01T12:00 or 2013-01-01T12:00Z.") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)
