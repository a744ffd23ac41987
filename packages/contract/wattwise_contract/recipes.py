"""Recipes: how a source is understood."""

from datetime import date
from enum import StrEnum

from pydantic import ConfigDict, Field
from pydantic.fields import FieldInfo

from .message import Message
from .quantities import Quantity


class ImportKind(StrEnum):
    AUTO = "auto"  # decided by what the file holds: a time column means readings
    READINGS = "readings"
    CONSUMERS = "consumers"  # details of consumers: one row each


class StampMarks(StrEnum):
    AUTO = "auto"  # found out; start where nothing tells
    START = "start"
    END = "end"


class Measure(StrEnum):
    """What the numbers of a source are."""

    AUTO = "auto"
    INTERVAL = "interval"  # what was used in each interval
    REGISTER = "register"  # a running count, of which differences are taken
    POWER = "power"  # the mean of each interval
    INSTANT = "instant"  # power at the stamp, held until the next one


class DateOrder(StrEnum):
    AUTO = "auto"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class DecimalSign(StrEnum):
    AUTO = "auto"
    POINT = "point"
    COMMA = "comma"


class NegativeValues(StrEnum):
    REJECT = "reject"
    EXPORT = "export"  # net readings: what is below zero was fed into the grid


class CalorificValue(Message):
    """What a cubic metre of gas holds, from a day on. https://www.gov.uk/guidance/gas-meter-readings-and-bill-calculation"""

    valid_from: date | None = None  # None: always
    mj_per_m3: float = Field(default=39.5, gt=0, allow_inf_nan=False)
    volume_correction: float = Field(default=1.02264, gt=0, allow_inf_nan=False)


class DuplicateRule(StrEnum):
    LAST = "last"
    FIRST = "first"
    SUM = "sum"
    REJECT = "reject"


class Recipe(Message):
    """How to read a source. Empty or None means: find out, and say in the receipt what was found."""

    model_config = ConfigDict(str_max_length=10_000)  # of a name, which a file may have made

    kind: ImportKind = ImportKind.AUTO
    consumer_column: str = ""
    meter_column: str = ""
    time_column: str = ""
    value_column: str = ""
    quantity: Quantity = Quantity.ELECTRICITY_IMPORT
    unit: str = ""  # of the file's values, such as Wh; empty: from the header, else the quantity's own
    timezone: str = ""  # the meters' IANA zone; empty: the organization's
    stamps_in: str = ""  # IANA zone or "UTC" that the stamps are written in; empty: the meters' zone
    stamp_marks: StampMarks = StampMarks.AUTO
    measure: Measure = Measure.AUTO
    date_order: DateOrder = DateOrder.AUTO
    decimal_sign: DecimalSign = DecimalSign.AUTO
    negative_values: NegativeValues = NegativeValues.REJECT
    calorific_values: list[CalorificValue] = Field(default_factory=list, max_length=10_000)  # for gas by volume
    resolution: str = ""  # ISO 8601 duration to resample to; empty: each meter's own
    table: str = ""  # the sheet of a workbook, key of an HDF5 file or path in JSON; empty: all that hold readings
    duplicates: DuplicateRule = DuplicateRule.LAST
    create_consumers: bool = False  # for details: make the consumers that are not there yet

    def stated_over(self, found: "Recipe") -> "Recipe":
        """This recipe, with `found` for what it leaves open."""
        open_fields = {name for name, field in Recipe.model_fields.items() if _is_open(self, name, field)}
        return self.model_copy(update={name: getattr(found, name) for name in open_fields})


def _is_open(recipe: Recipe, name: str, field: FieldInfo) -> bool:
    return bool(getattr(recipe, name) == field.get_default(call_default_factory=True))
