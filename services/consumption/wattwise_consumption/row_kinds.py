"""A column that says of each row which quantity it is of: import or export, electricity or gas."""

from collections.abc import Mapping

import polars as pl

from wattwise_contract.quantities import Quantity

from . import vocabulary
from .columns import Columns
from .flows import flow_of, is_reactive
from .headers import quantity_said
from .numbers import share_of_numbers

_MOST_KINDS = 12
_NAMES_MEDIA = {"type", "fuel", "commodity", "utility", "energy", "service", "medium", "sparte", "resource", "meter",
                "kind", "category", "measurement", "quantity", "energietrager", "reading", "readings", "gerateart",
                "zahlerart", "zahlertyp", "geratetyp"}  # fmt: skip
_ELECTRIC = {Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, None}
Kinds = tuple[tuple[str, Quantity | None], ...]  # cells in lower case, and what rows with them are of; None: not kept


def kind_column(columns: Columns) -> tuple[str, Kinds]:
    """(the column, what its cells mean); empty where there is none, or all rows are of the import anyway."""
    for column, name in columns.names.items():
        texts = columns.texts(column)
        if texts.is_empty() or texts.n_unique() > _MOST_KINDS or share_of_numbers(texts.head(500)) > 0.5:
            continue
        kinds = {text: quantity_said(text) for text in texts.unique(maintain_order=True)}
        is_told = all(kind is not None or is_reactive(text) for text, kind in kinds.items())
        # A household's heating, or what a power station burns, is no word about its readings.
        names = (
            _NAMES_MEDIA if len(kinds) > 1 or all(map(flow_of, kinds)) else _NAMES_MEDIA - {"type", "kind", "category"}
        )
        is_medium = bool(names & set(vocabulary.words_of(name))) or set(kinds.values()) <= _ELECTRIC
        if is_told and is_medium and _differ(kinds):
            return column, tuple((text.lower(), kind) for text, kind in kinds.items())
    return "", ()


def _differ(kinds: Mapping[str, Quantity | None]) -> bool:
    return len(set(kinds.values())) > 1 or Quantity.ELECTRICITY_IMPORT not in kinds.values()


def has_several_registers(kinds: Kinds) -> bool:
    """Whether the column tells registers of one quantity apart, too, as “Afname Dag” and “Afname Nacht” do."""
    kept = [kind for _, kind in kinds if kind is not None]
    return len(kept) > len(set(kept))


def quantity_of_rows(column: str, kinds: Kinds, usual: Quantity) -> pl.Expr:
    """The quantity of each row; `usual` where its cell says nothing. Null for what is not kept."""
    text = pl.col(column).str.strip_chars().str.to_lowercase().fill_null("")
    named = {text: None if kind is None else kind.value for text, kind in kinds}
    return text.replace_strict(named, default=usual.value, return_dtype=pl.String)
