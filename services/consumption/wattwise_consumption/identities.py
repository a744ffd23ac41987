"""The columns that name the meter and the consumer of each row."""

from wattwise_contract.recipes import Recipe

from . import vocabulary
from .columns import REGISTER_WORDS, Columns
from .numbers import share_of_numbers
from .stamps import TIME_OF_DAY, stamp_format_of

_MONEY = r"^[€$£¥]|[€$£¥%]$"


def id_columns(columns: Columns, consumer: str, meter: str, recipe: Recipe) -> tuple[str, str, bool]:
    """(consumer, meter, whether meters of several consumers are called the same); empty where there is none. `consumer`
    and `meter` are those that the recipe names."""
    if not consumer and not recipe.meter_column:
        consumer = best_named(columns.without(meter), vocabulary.CONSUMER)
    is_told = bool(meter)
    if not meter:
        meter = _meter_column(columns.without(consumer))
    if not consumer and not meter:
        meter = next((column for column in columns.names if _looks_like_id(columns, column)), "")
    if is_told or not (consumer and meter):
        return consumer, meter, False
    return _told_apart(columns, consumer, meter)


def _meter_column(columns: Columns) -> str:
    """The column of the metering points, or that of the meters where a point has several."""
    point = best_named(columns, vocabulary.METER)
    meter = (
        best_named(columns.without(point), "meter;meter id;meter number;meter no;meter serial number;meter serial")
        if point
        else ""
    )
    if not meter:
        return point
    pairs = columns.sample.select(point, meter).drop_nulls().unique()
    return meter if pairs.height == pairs[meter].n_unique() > pairs[point].n_unique() else point


def _told_apart(columns: Columns, consumer: str, meter: str) -> tuple[str, str, bool]:
    """Meters that are only numbered within their consumer (0 and 1 of each building, say) are not known by that alone."""
    pairs = columns.sample.select(consumer, meter).drop_nulls().unique()
    if pairs.height == pairs[meter].n_unique():
        return consumer, meter, False
    is_only_one = pairs.height == pairs[consumer].n_unique()
    return (consumer, "", False) if is_only_one else (consumer, meter, True)


def is_named_id(columns: Columns, column: str) -> bool:
    """Whether a column's name says that it names meters or consumers, whatever else its cells say."""
    ids = f"{vocabulary.METER};{vocabulary.CONSUMER}"
    return bool(column) and vocabulary.rank_among(columns.names[column], ids) is not None


def best_named(columns: Columns, phrases: str) -> str:
    ranked = {column: vocabulary.rank_among(name, phrases) for column, name in columns.names.items()}
    known = {column: rank for column, rank in ranked.items() if rank is not None and len(columns.texts(column))}
    return min(known, key=lambda column: known[column], default="")


def _looks_like_id(columns: Columns, column: str) -> bool:
    texts = columns.texts(column)
    words = set(vocabulary.words_of(columns.names[column]))
    if words & (vocabulary.NOT_A_VALUE - {"id", "number", "nummer", "code"} | REGISTER_WORDS):
        return False
    if texts.is_empty() or share_of_numbers(texts) > 0.1 or len(texts) < columns.sample.height * 0.99:
        return False
    some = texts.head(500)
    digits, others = (
        some.str.contains(r"\d"),
        some.str.contains(TIME_OF_DAY + r"|^\d{4}-\d{2}-\d{2}[ T]|" + _MONEY + r"|^P(T?\d+[A-Z])+$"),
    )
    return bool(digits.all()) and not others.any() and stamp_format_of(texts) is None
