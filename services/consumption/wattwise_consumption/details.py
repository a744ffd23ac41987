"""Details of consumers from a table: one row each, types found out, known words turned into known details."""

import re
from dataclasses import dataclass

import polars as pl

from wattwise_contract.imports import ConsumerDetails, DetailsPart, PartNotes, RejectedRow
from wattwise_contract.meters import AttributeDefinition, AttributeGroup, AttributeType, AttributeValue
from wattwise_contract.recipes import ImportKind, Recipe

from . import vocabulary
from .columns import column_named
from .known_details import known_detail
from .numbers import number_format_of, numbers_from, says_nothing, share_of_numbers, share_true
from .problems import BadFile
from .row_numbers import line_of
from .stamps import stamp_format_of
from .units import unit_in

_MOST_CHOICES = 30
_MOST_REJECTS = 1_000
_NAMES = "consumer name;customer name;household name;property name;building name;site name;display name;label"
_YES, _NO = ("yes", "y", "true", "ja", "oui", "si"), ("no", "n", "false", "nein", "non")


@dataclass(frozen=True)
class Detail:
    """A column that becomes a detail. `factor` turns its numbers into the definition's unit."""

    column: str
    name: str
    definition: AttributeDefinition
    factor: float = 1.0


@dataclass(frozen=True)
class DetailsLayout:
    key: str  # the column that names the consumer
    name: str  # the column with the display name, if any
    details: tuple[Detail, ...]
    findings: tuple[str, ...]


def details_layout_of(
    names: tuple[str, ...],
    sample: pl.DataFrame,
    recipe: Recipe,
    *,
    consumer_keys: frozenset[str],
    definitions: list[AttributeDefinition],
) -> DetailsLayout:
    """Which column names the consumer, and what the others tell of it. Raises `BadFile` where no column names them."""
    columns = {f"c{number}": name for number, name in enumerate(names)}
    key = _key_column(columns, sample, recipe, consumer_keys)
    display = next((column for column, name in columns.items() if column != key and _is_display_name(name)), "")
    kept = {definition.key: definition for definition in definitions}
    details: list[Detail] = []
    for column, name in columns.items():
        filled = sample.filter(~says_nothing(pl.col(column)))[column]
        if column in (key, display) or filled.is_empty():
            continue
        detail = _detail(column, name, filled, kept)
        if detail.definition.key not in {other.definition.key for other in details}:
            details.append(detail)
    listed = ", ".join(detail.definition.label for detail in details[:12]) or "none"
    more = f" and {len(details) - 12} more" if len(details) > 12 else ""
    empty = [
        name for column, name in columns.items() if column not in {key, display, *(d.column for d in details)} and name
    ]
    findings = [f"Each row is a consumer, named in “{columns[key]}”.", f"Details: {listed}{more}."]
    if empty:
        findings.append(f"Not read, being blank or there twice: {', '.join(empty[:12])}.")
    return DetailsLayout(key, display, tuple(details), tuple(findings))


def details_part(cells: pl.DataFrame, layout: DetailsLayout, *, file: str, create_consumers: bool) -> DetailsPart:
    """The consumers of a block of cells. Of a key that is there twice, the last row counts."""
    keyed = cells.with_columns(pl.col(layout.key).str.strip_chars(" \t\r\n\"'").alias("key"))
    nameless = keyed.filter(pl.col("key").is_null() | (pl.col("key") == ""))
    named = keyed.filter(pl.col("key").is_not_null() & (pl.col("key") != ""))
    single = named.unique("key", keep="last", maintain_order=True)
    typed = single.select(
        "key", "line", *(_typed(detail, single).alias(detail.definition.key) for detail in layout.details)
    )
    display = single[layout.name].str.strip_chars().fill_null("").to_list() if layout.name else [""] * single.height
    consumers = [
        ConsumerDetails(key=str(row.pop("key")), line=int(row.pop("line")), name=name, attributes=_stated(row))
        for row, name in zip(typed.to_dicts(), display, strict=True)
    ]
    notes = PartNotes(
        file=file,
        read=cells.height,
        duplicate=named.height - single.height,
        rejected_count=nameless.height,
        rejected=[_nameless(file, int(line)) for line in nameless["line"].head(_MOST_REJECTS)],
    )
    definitions = [detail.definition for detail in layout.details]
    return DetailsPart(notes=notes, definitions=definitions, consumers=consumers, create_consumers=create_consumers)


def with_lines(part: DetailsPart) -> DetailsPart:
    """The part with the lines that its rows' numbers (see `row_numbers`) tell."""
    consumers = [each.model_copy(update={"line": line_of(each.line)}) for each in part.consumers]
    rejected = [each.model_copy(update={"line": line_of(each.line)}) for each in part.notes.rejected]
    notes = part.notes.model_copy(update={"rejected": rejected})
    return part.model_copy(update={"consumers": consumers, "notes": notes})


def _stated(row: dict[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {key: value for key, value in row.items() if value is not None}


def _nameless(file: str, line: int) -> RejectedRow:
    return RejectedRow(file=file, line=line, reason="The row names no consumer.", remedy="Fill in the key column.")


def _key_column(columns: dict[str, str], sample: pl.DataFrame, recipe: Recipe, consumer_keys: frozenset[str]) -> str:
    if recipe.consumer_column:
        return column_named(recipe.consumer_column, columns, role="consumer")
    shares = {column: _share_known(sample[column], consumer_keys) for column in columns}
    best = max(shares, key=lambda column: shares[column], default="")
    if best and shares[best] > 0:
        return best
    for phrases in (vocabulary.CONSUMER, vocabulary.METER):
        ranks = {column: vocabulary.rank_among(name, phrases) for column, name in columns.items()}
        ranked = {column: rank for column, rank in ranks.items() if rank is not None}
        if ranked:
            return min(ranked, key=lambda column: ranked[column])
    if recipe.kind is not ImportKind.CONSUMERS:
        raise BadFile(
            "No column holds times, so these are no readings; and no column names consumers, so these are no details.",
            "Name the column of the times, or the one with the consumers' keys.",
        )
    for column in columns:
        if sample[column].null_count() == 0 and sample[column].n_unique() == sample.height:
            return column
    raise BadFile("No column names the consumers.", "Name the column with the consumers' keys.")


def _share_known(texts: pl.Series, consumer_keys: frozenset[str]) -> float:
    if not consumer_keys or texts.is_empty():
        return 0.0
    known = texts.str.strip_chars(" \t\r\n\"'").is_in(list(consumer_keys))
    return float(known.fill_null(value=False).sum()) / len(texts)


def _is_display_name(name: str) -> bool:
    return vocabulary.rank_among(name, _NAMES) is not None


def _detail(column: str, name: str, filled: pl.Series, kept: dict[str, AttributeDefinition]) -> Detail:
    """What a column tells: a definition the organization keeps, a known detail, or a new one."""
    key = _slug(name) or f"detail_{column[1:]}"
    by_label = next((item for item in kept.values() if _slug(item.label) == key), None)
    known = kept.get(key) or by_label or kept.get(known_detail(name))
    if known is not None and _fits(known, filled):
        unit = unit_of(name)
        in_feet = known.unit == "m²" and bool(unit) and unit != "m²"
        return Detail(column, name, known, 0.09290304 if in_feet else 1.0)
    if known is not None and known.key == key:  # ours by that name is of another type: keep both apart
        key = f"{key}_given"
    return Detail(column, name, _new_definition(key, name, filled))


def unit_of(name: str) -> str:
    """The unit that a detail's header states."""
    words = set(vocabulary.words_of(name))
    if words & {"sqft", "ft2", "feet"} or {"sq", "ft"} <= words:
        return "ft²"
    if words & {"sqm", "m2", "qm"} or "m²" in name:
        return "m²"
    unit = unit_in(name)
    return unit.name if unit is not None else ""


def _fits(definition: AttributeDefinition, filled: pl.Series) -> bool:
    texts = filled.str.strip_chars()
    match definition.type:
        case AttributeType.NUMBER | AttributeType.INTEGER:
            return share_of_numbers(texts) > 0.5
        case AttributeType.BOOLEAN:
            return share_true(texts.str.to_lowercase().is_in([*_YES, *_NO, "1", "0"])) > 0.5
        case AttributeType.CATEGORY if definition.choices:
            choices = [choice.lower() for choice in definition.choices]
            return share_true(texts.str.to_lowercase().is_in(choices)) > 0.5
        case _:
            return True


def _new_definition(key: str, name: str, filled: pl.Series) -> AttributeDefinition:
    texts = filled.str.strip_chars()
    kind = _type_of(texts)
    identifies = kind is AttributeType.TEXT or (kind is AttributeType.INTEGER and texts.n_unique() == len(texts) > 20)
    return AttributeDefinition(
        key=key,
        label=re.sub(r"[_\s]+", " ", name).strip() or key,
        type=kind,
        group=_group_of(name),
        unit=unit_of(name),
        clustering=not (identifies or kind is AttributeType.DATE or texts.n_unique() == 1),
    )


def _type_of(texts: pl.Series) -> AttributeType:
    lower = texts.str.to_lowercase()
    if lower.is_in([*_YES, *_NO]).all():
        return AttributeType.BOOLEAN
    if share_of_numbers(texts) > 0.95:
        whole = texts.str.contains(r"^[+-]?\d+(\.0*)?$").all()
        return AttributeType.INTEGER if whole else AttributeType.NUMBER
    if share_true(texts.str.contains(r"^\d{4}-\d{2}-\d{2}$")) > 0.95 and stamp_format_of(texts) is not None:
        return AttributeType.DATE
    different = texts.n_unique()
    if different == len(texts) > 2:
        return AttributeType.TEXT
    few = different <= max(min(_MOST_CHOICES, len(texts) // 3), 3)
    return AttributeType.CATEGORY if few else AttributeType.TEXT


def _group_of(name: str) -> AttributeGroup:
    words = set(vocabulary.words_of(name))
    groups = {
        AttributeGroup.HOUSE: "house home building floor area room rooms roof wall window year built heating heater cooling solar insulation type storey",
        AttributeGroup.FAMILY: "occupants people persons children adults family household members age ages kids",
        AttributeGroup.PERSONAL: "income work job employment tariff tou acorn car vehicle education retired customer",
    }
    return next((group for group, listed in groups.items() if words & set(listed.split())), AttributeGroup.OTHER)


def _slug(name: str) -> str:
    return "_".join(vocabulary.words_of(name))[:80]


def _typed(detail: Detail, rows: pl.DataFrame) -> pl.Expr:
    text = pl.col(detail.column).str.strip_chars()
    stated = pl.when(~says_nothing(text)).then(text)
    match detail.definition.type:
        case AttributeType.NUMBER | AttributeType.INTEGER:
            written = number_format_of(rows[detail.column].drop_nulls())
            return _number_or_text(stated, numbers_from(stated, written) * detail.factor)
        case _:
            return stated


def _number_or_text(text: pl.Expr, number: pl.Expr) -> pl.Expr:
    """Numbers as text in plain notation; what is none stays as written, for the backend to say why."""
    return pl.coalesce(number.cast(pl.String), text)
