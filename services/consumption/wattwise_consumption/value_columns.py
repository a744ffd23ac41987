"""Choose the columns that hold values, and see which of them are registers of one meter."""

from dataclasses import dataclass, field

import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe

from . import vocabulary
from .columns import Columns
from .flows import Flow
from .headers import OF_ITS_FLOW, TARIFFS, Header, header_of
from .numbers import number_format_of, numbers_from, share_of_numbers, share_true
from .problems import BadFile

_BEHIND_THE_METER = (Flow.USED, Flow.MADE, Flow.OWN, Flow.STORED, Flow.NET)
_AT_OR_BEHIND = (Flow.TAKEN, Flow.FED, Flow.USED, Flow.NET)
Headers = dict[str, Header]  # by column


@dataclass(frozen=True)
class Chosen:
    """`columns`: those of one quantity are added up for each time, unless `own_meters`: then each is a meter of its own.
    `fed`: those of what was fed in, though their headers alone do not say so. `is_net`: below zero is export."""

    columns: list[str]
    own_meters: bool = False
    fed: list[str] = field(default_factory=list)
    is_net: bool = False
    doubts: tuple[str, ...] = field(default=(), compare=False)


def value_columns(columns: Columns, recipe: Recipe, *, has_ids: bool) -> Chosen:
    """Raises `BadFile` where no column holds numbers, or nothing tells which of several hold the values."""
    numeric = [column for column in columns.names if share_of_numbers(columns.texts(column)) >= 0.5]
    if not numeric:
        raise BadFile("No column holds numbers.", "Name the column of the values, if there is one.")
    headers = {column: header_of(columns.names[column]) for column in numeric}
    if len(numeric) == 1:
        return Chosen(numeric, is_net=headers[numeric[0]].flow is Flow.NET)
    registers = {column: header for column, header in headers.items() if vocabulary.says_register(header.name)}
    if not any(header.flow in _AT_OR_BEHIND and not header.subject for header in headers.values()):
        headers = {column: header.by_itself() for column, header in headers.items()}
    best = max(header.score for header in headers.values())
    if registers and (best <= 0 or recipe.measure is Measure.REGISTER):
        return Chosen(list(registers), own_meters=not has_ids and not _are_one_meters(registers))
    if best > 0:
        return _by_name(headers, columns.sample, has_ids=has_ids)
    if temperatures := [column for column in numeric if headers[column].quantity is Quantity.TEMPERATURE]:
        return Chosen(sorted(temperatures, key=lambda column: len(vocabulary.words_of(headers[column].name)))[:1])
    tied = [column for column in numeric if headers[column].score == best]
    if has_ids and len(tied) > 1:
        known = ", ".join(f"“{columns.names[column]}”" for column in numeric[:20])
        raise BadFile(f"Several columns could hold the values: {known}.", "Name the column of the values.")
    return Chosen(tied, own_meters=len(tied) > 1)


def _by_name(headers: Headers, sample: pl.DataFrame, *, has_ids: bool) -> Chosen:
    likely = _energy_before_volume({column: header for column, header in headers.items() if header.score > 0})
    fed = [] if any(header.flow is Flow.FED for header in likely.values()) else _fed_beside_taken(headers, sample)
    if fed:
        likely = {column: header for column, header in likely.items() if header.flow is not Flow.NET}
        likely |= {column: headers[column].as_fed() for column in fed}
    likely = _wholes(_energy_before_power(_at_the_meter(likely, sample)), sample, has_ids=has_ids)
    chosen = {column: header for column, header in likely.items() if _is_best(column, likely)}
    is_net = [header.flow for header in chosen.values() if header.is_electric] == [Flow.NET]
    doubts = _doubts(headers, chosen) if not (fed or is_net) else (_NET,) if is_net else ()
    if not (_are_one_meters(chosen) or _take_turns(chosen, sample)):
        if not has_ids:
            return Chosen(list(chosen), own_meters=True, fed=fed, doubts=doubts)
        first = {header.quantity: column for column, header in reversed(chosen.items())}
        chosen = {column: header for column, header in chosen.items() if column in first.values()}
    return Chosen(list(chosen), fed=fed, is_net=is_net, doubts=doubts)


def _energy_before_volume(headers: Headers) -> Headers:
    """Without the columns that call themselves a volume, where others call themselves an energy."""
    words = {column: set(vocabulary.words_of(header.name)) for column, header in headers.items()}
    if not any(said & _ENERGY for said in words.values()):
        return headers
    return {
        column: header for column, header in headers.items() if "volume" not in words[column] or words[column] & _ENERGY
    }


_ENERGY = {"energy", "energie", "energia", "k", "kwh"}
_NET = "What is below zero was taken for what was fed into the grid."
_OWN_USE = (
    "“{}” may hold what was used of the own production (“{}”), too: then it is more than was taken from the grid."
)


def _doubts(headers: Headers, chosen: Headers) -> tuple[str, ...]:
    made = [header.name for header in headers.values() if header.flow is Flow.MADE and not header.subject]
    uses = [header.name for header in chosen.values() if header.flow is Flow.USED]
    return (_OWN_USE.format(uses[0], made[0]),) if uses and made else ()


def _by_quantity(headers: Headers) -> list[list[str]]:
    columns: dict[Quantity, list[str]] = {}
    for column, header in headers.items():
        columns.setdefault(header.quantity, []).append(column)
    return list(columns.values())


def _are_one_meters(headers: Headers) -> bool:
    """Whether there is one column for each quantity, or the registers of one meter."""
    groups = [[headers[column] for column in columns] for columns in _by_quantity(headers)]
    is_numbered = len(groups) == 2 and len({tuple(header.subject for header in group) for group in groups}) == 1
    return all(len(group) == 1 or _are_registers(group, is_numbered=is_numbered) for group in groups)


def _are_registers(headers: list[Header], *, is_numbered: bool) -> bool:
    """Whether columns of one quantity are its tariffs or phases. Numbers alone (`electricity_delivered_1`, `_2`) are
    tariffs where the other direction has the same: one could as well number homes."""
    subjects, labels = {header.subject for header in headers}, {header.label for header in headers}
    if is_numbered and all(subject.isdigit() for subject in subjects):
        return len(subjects) == len(headers)
    return len(subjects) == 1 and len(labels) == len(headers)


def _take_turns(headers: Headers, sample: pl.DataFrame) -> bool:
    """Whether of the columns of one quantity hardly ever two are above zero, or rise, at a time, and mostly one is: they
    are tariffs, whatever they are called."""
    return all(len(columns) == 1 or _one_at_a_time(sample, columns) for columns in _by_quantity(headers))


def _one_at_a_time(sample: pl.DataFrame, columns: list[str]) -> bool:
    numbers = pl.DataFrame({column: _numbers(sample, column) for column in columns}).drop_nulls()
    for moving in (numbers > 0, numbers.select(pl.all().diff()) > 0):
        at_once = moving.sum_horizontal()
        ever = all(moving[column].any() for column in columns)
        if ever and share_true(at_once > 1) < 0.02 and share_true(at_once == 1) > 0.5:
            return True
    return False


def _fed_beside_taken(headers: Headers, sample: pl.DataFrame) -> list[str]:
    """The columns of what was fed in, where only their neighbours show it: “Received” beside “Delivered”, “Lieferung” beside “Bezug”; “Production”
    by the same tariffs as “Consumption”, or beside one that is zero while something is produced (a house that uses its
    own production never is)."""
    words = {column: set(vocabulary.words_of(header.name)) for column, header in headers.items()}
    received = [column for column, known in words.items() if "received" in known and headers[column].score >= 0]
    if received and any("delivered" in known for known in words.values()):
        return received
    given = [column for column, known in words.items() if "lieferung" in known and headers[column].score >= 0]
    if given and any("bezug" in known for known in words.values()):  # Austria's and Switzerland's pair
        return given
    made = [
        column for column, header in headers.items()
        if header.flow is Flow.MADE and not words[column] & vocabulary.NOT_A_VALUE - OF_ITS_FLOW - TARIFFS
    ]  # fmt: skip
    used = [column for column, header in headers.items() if header.flow is Flow.USED and header.score > 0]
    tariffs = [headers[column].label for column in made]
    if made and all(tariffs) and tariffs == [headers[column].label for column in used]:
        return made
    if len(made) != 1 or len(used) != 1:
        return []
    making, using = (_numbers(sample, column) > 0 for column in (made[0], used[0]))
    return made if share_true(using.filter(making.fill_null(value=False))) < 0.5 and making.any() else []


def _at_the_meter(headers: Headers, sample: pl.DataFrame) -> Headers:
    """Without what flows behind the meter, where there are columns of what went through it."""
    flows = {header.flow for header in headers.values() if not header.subject}
    if Flow.TAKEN in flows:
        left_out: tuple[Flow, ...] = _BEHIND_THE_METER
    elif Flow.NET in flows and any(
        header.flow is Flow.NET and (_numbers(sample, column) < 0).any() for column, header in headers.items()
    ):
        left_out = tuple(flow for flow in _BEHIND_THE_METER if flow is not Flow.NET)
    else:
        left_out = tuple(flow for flow in _BEHIND_THE_METER if flow is not Flow.USED) if Flow.USED in flows else ()
    return {
        column: header for column, header in headers.items()
        if not (header.is_electric and header.flow in left_out)
    }  # fmt: skip


def _energy_before_power(headers: Headers) -> Headers:
    energies = {(header.quantity, header.subject) for header in headers.values() if not header.is_power}
    return {
        column: header for column, header in headers.items()
        if not (header.is_power and (header.quantity, header.subject) in energies)
    }  # fmt: skip


def _wholes(headers: Headers, sample: pl.DataFrame, *, has_ids: bool) -> Headers:
    """Without the parts where there is the whole of them; without a whole that only adds up the meters beside it."""
    left_out: set[str] = set()
    for quantity in {header.quantity for header in headers.values()}:
        several = {column: header for column, header in headers.items() if header.quantity is quantity}
        wholes = [column for column, header in several.items() if header.is_whole and not header.subject]
        if not wholes or len(several) == len(wholes):
            left_out |= _second_division(several)
            continue
        tariffs = {column for column, header in several.items() if header.label and not header.subject}
        meters = [column for column in several if column not in wholes and column not in tariffs]
        adds_up = len(meters) > 1 and not has_ids and _adds_up(sample, wholes[0], meters)
        left_out |= (set(wholes) if adds_up else set(meters)) | (tariffs - set(wholes))
    return {column: header for column, header in headers.items() if column not in left_out}


def _second_division(headers: Headers) -> set[str]:
    """Registers that divide the same energy again, as those of the network (D1 …) do beside the supplier's (F1 …)."""
    kinds = {column: header.label.split(" ")[0] for column, header in headers.items() if " " in header.label}
    first = next(iter(kinds.values()), "")
    return {column for column, kind in kinds.items() if kind != first and len(kinds) == len(headers)}


def _adds_up(sample: pl.DataFrame, whole: str, parts: list[str]) -> bool:
    total = pl.DataFrame({part: _numbers(sample, part) for part in parts}).sum_horizontal()
    return share_true((total - _numbers(sample, whole)).abs() <= 0.01 * total.abs() + 0.01) > 0.9


def _is_best(column: str, headers: Headers) -> bool:
    """Of electricity the columns that say most of each direction, of other quantities those that say the most of all."""
    header = headers[column]
    rivals = [other.score for other in headers.values() if not header.is_electric or other.quantity is header.quantity]
    return header.score == max(rivals)


def _numbers(sample: pl.DataFrame, column: str) -> pl.Series:
    text = sample[column]
    written = number_format_of(text.drop_nulls())
    return text.to_frame("text").select(numbers_from(pl.col("text"), written)).to_series()
