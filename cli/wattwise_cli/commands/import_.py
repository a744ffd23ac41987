"""`wattwise import`: files in, a receipt out; or a preview first."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from wattwise_cli.addresses import import_address, is_address
from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import CommandError, choose_organization, connect
from wattwise_cli.output import notes, print_json
from wattwise_cli.receipts import follow_fetch
from wattwise_cli.recipe_words import calorific_value, recipe_in, source_named
from wattwise_cli.starting import offer_preview, say_under_way, start
from wattwise_contract.imports import ImportStage
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import (
    DateOrder,
    DecimalSign,
    DuplicateRule,
    ImportKind,
    Measure,
    NegativeValues,
    Recipe,
    StampMarks,
)

if TYPE_CHECKING:
    from wattwise_client import Wattwise

TRIES = 5  # of an upload that a restart cut off; sent twice, readings have the effect of once

PIPED = "-"

Column = Annotated[str, typer.Option(show_default=False, help="Its name in the file's header; found out without.")]


def _check_files(files: list[str]) -> list[str]:
    for file in files:
        if file != PIPED and not is_address(file) and not Path(file).is_file():
            raise typer.BadParameter(f"{file} is no file that there is.")
    return files


def import_files(
    files: Annotated[
        list[str],
        typer.Argument(
            callback=_check_files, help="One import, together; - is what is piped in, https://… what is there."
        ),
    ],
    organization: OrganizationOption = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would store, and ask.")] = False,
    choose: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", show_default=False, help="Import as the preview's N-th understanding."),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="Read them as this source remembers.")
    ] = "",
    remember_as: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="Keep how they were read as a source of this name.")
    ] = "",
    fixes: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="IMPORT", show_default=False, help="They are rejected rows of this import, put right."
        ),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, show_default=False, help="A recipe in JSON, for what no option says."
        ),
    ] = None,
    kind: Annotated[ImportKind, typer.Option(help="auto: a file with times holds readings.")] = ImportKind.AUTO,
    consumer_column: Column = "",
    meter_column: Column = "",
    time_column: Column = "",
    value_column: Column = "",
    table: Annotated[
        str, typer.Option(show_default=False, help="The sheet, key or path in a file that holds several tables.")
    ] = "",
    quantity: Annotated[Quantity, typer.Option(help="What the meters measure.")] = Quantity.ELECTRICITY_IMPORT,
    unit: Annotated[str, typer.Option(show_default=False, help="Of the file's values: kWh, Wh, kW, …")] = "",
    measure: Annotated[Measure, typer.Option(help="What the numbers are: used, counted, or power.")] = Measure.AUTO,
    timezone: Annotated[str, typer.Option(metavar="ZONE", show_default=False, help="Where the meters are.")] = "",
    stamps_in: Annotated[
        str, typer.Option(metavar="ZONE|UTC", show_default=False, help="What the stamps are written in.")
    ] = "",
    stamp_marks: Annotated[StampMarks, typer.Option(help="Which end of its interval a stamp marks.")] = StampMarks.AUTO,
    date_order: Annotated[DateOrder, typer.Option(help="Of 03/04: is it 3 April or 4 March?")] = DateOrder.AUTO,
    decimal_sign: Annotated[DecimalSign, typer.Option(help="Of the numbers.")] = DecimalSign.AUTO,
    negative_values: Annotated[
        NegativeValues, typer.Option(help="export: what is below zero was fed into the grid.")
    ] = NegativeValues.REJECT,
    calorific_values: Annotated[
        list[str] | None,
        typer.Option("--calorific-value", metavar="[DATE=]MJ", help="Of a m³ of gas, from a day on; several times."),
    ] = None,
    resolution: Annotated[
        str,
        typer.Option(metavar="DURATION", show_default=False, help="ISO 8601, such as PT30M; each meter's own without."),
    ] = "",
    duplicates: Annotated[DuplicateRule, typer.Option(help="Which of two readings of one time.")] = DuplicateRule.LAST,
    create_consumers: Annotated[bool, typer.Option(help="With details: make consumers that are not there.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the receipt.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Import readings, or details of consumers, from files of many kinds (also gzip and zip), or from web addresses.
    Importing a file again changes nothing. Exits with 1 where the import failed or every row was rejected."""
    stated = Recipe(
        kind=kind, consumer_column=consumer_column, meter_column=meter_column, time_column=time_column,
        value_column=value_column, table=table, quantity=quantity, unit=unit, measure=measure, timezone=timezone,
        stamps_in=stamps_in, stamp_marks=stamp_marks, date_order=date_order, decimal_sign=decimal_sign,
        negative_values=negative_values, calorific_values=[calorific_value(text) for text in calorific_values or ()],
        resolution=resolution, duplicates=duplicates, create_consumers=create_consumers,
    ).stated_over(recipe_in(recipe))  # fmt: skip
    addresses = [file for file in files if is_address(file)]
    if addresses and source:
        raise CommandError("A web address is a source of its own, which remembers how it is read. Leave --source out.")
    rest = _Rest(preview=preview, choose=choose or 0, wait=wait, as_json=as_json)
    with connect(home) as api, _on_disk([file for file in files if not is_address(file)]) as paths:
        if fixes is not None:
            is_plain = stated == Recipe() and not (addresses or rest.looks_first or remember_as or source)
            _send_back(api, paths, fixes, rest, is_plain=is_plain)
            return
        organization_id = choose_organization(api, organization).id
        looks_first = rest.looks_first or bool(remember_as)
        if paths:
            upload: dict[str, Any] = {"organization_id": organization_id, "recipe": stated, "preview": looks_first}
            upload["source_id"] = source_named(api, source, organization_id)
            rest.carry_out(api, _upload(api, paths, upload, quiet=as_json), remember_as=remember_as)
        for address in addresses:
            made = import_address(
                api, address, organization_id=organization_id, recipe=stated, name=remember_as,
                looks_first=rest.looks_first,
            )  # fmt: skip
            rest.carry_out(api, made)


def _send_back(api: "Wattwise", paths: list[Path], fixes: int, rest: "_Rest", *, is_plain: bool) -> None:
    """Rows that were put right are read as all others of their import were."""
    if not is_plain:
        raise CommandError(
            f"Corrected rows are files, read as import {fixes} was: leave out what says how to read them, and --preview."
        )
    upload = {"organization_id": api.import_status(fixes)["organization"], "fixes": fixes}
    rest.carry_out(api, _upload(api, paths, upload, quiet=rest.as_json))


@dataclass(frozen=True)
class _Rest:
    """What is done with an import once it is there."""

    preview: bool
    choose: int
    wait: bool
    as_json: bool

    @property
    def looks_first(self) -> bool:
        return self.preview or bool(self.choose)

    def carry_out(self, api: "Wattwise", made: dict[str, Any], *, remember_as: str = "") -> None:
        if made["stage"] == ImportStage.PREVIEW:
            chosen = self.choose or (0 if self.preview else 1)
            number = offer_preview(api, made["id"], choose=chosen, as_json=self.as_json)
            if not number:
                return
            made = start(api, made["id"], choose=number, remember_as=remember_as)
        if self.wait or (self.preview and not (self.choose or self.as_json)):
            follow_fetch(api, made, as_json=self.as_json)
        else:
            print_json(made) if self.as_json else say_under_way(made)


def _upload(api: "Wattwise", files: Sequence[Path], upload: dict[str, Any], *, quiet: bool) -> dict[str, Any]:
    from wattwise_client import Unreachable

    total = sum(file.stat().st_size for file in files)
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=notes, disable=quiet or not notes.is_terminal, transient=True) as progress:
        title = files[0].name if len(files) == 1 else f"{len(files)} files"
        bar = progress.add_task(f"Uploading {title}", total=total)
        on_bytes: Callable[[int], None] = lambda count: progress.advance(bar, count)  # noqa: E731 - needs its type
        for last in (attempt == TRIES for attempt in range(1, TRIES + 1)):
            try:
                return api.create_import(files, on_bytes=on_bytes, **upload)
            except Unreachable as error:
                if last or not error.maybe_sent:
                    raise
                progress.reset(bar, total=total)
    raise AssertionError("every try either returned or raised")


@contextmanager
def _on_disk(files: Sequence[str]) -> Iterator[list[Path]]:
    """The files, with what is piped in as one of them."""
    with tempfile.TemporaryDirectory(prefix="wattwise-") as folder:
        copy = Path(folder) / "standard-input"
        if PIPED in files:
            with copy.open("wb") as stream:
                shutil.copyfileobj(sys.stdin.buffer, stream)
        yield [copy if file == PIPED else Path(file) for file in files]
