"""What can be wrong with a file, a column or a cell: one code each, with the sentence and the remedy that people read."""

from datetime import timedelta
from enum import StrEnum


class BadFile(Exception):
    """A file that cannot be read as what it claims to be. `reason` says why, `remedy` what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class CannotFetch(BadFile):
    """Of where readings are fetched from: no repetition will help, a person has to change something first."""


class NotNow(Exception):
    """Of where readings are fetched from: it may well work later, and is tried again by itself; not before
    `retry_after`, where somebody said so. `progressed`: something new was landed before."""

    def __init__(
        self, reason: str, remedy: str = "", *, retry_after: timedelta | None = None, progressed: bool = False
    ) -> None:
        super().__init__(f"{reason} {remedy}".strip())
        self.reason = reason
        self.remedy = remedy
        self.retry_after = retry_after
        self.progressed = progressed


class Problem(StrEnum):
    """Why a reading was rejected."""

    TOO_MANY_FIELDS = "too_many_fields"
    NO_TIME = "no_time"
    NOT_A_TIME = "not_a_time"
    BEFORE_METERS = "before_meters"
    IN_THE_FUTURE = "in_the_future"
    IN_THE_SPRING_GAP = "in_the_spring_gap"
    OFF_THE_GRID = "off_the_grid"
    NO_METER = "no_meter"
    NO_VALUE = "no_value"
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    CONTRADICTED = "contradicted"
    GLITCH = "glitch"
    UNKNOWN_UNIT = "unknown_unit"


SENTENCES: dict[Problem, tuple[str, str]] = {
    Problem.TOO_MANY_FIELDS: (
        "The row has more fields than the header.",
        "Put values that hold the delimiter in quotes, or use a decimal point.",
    ),
    Problem.NO_TIME: ("There is no time.", "Give the reading its time, or leave the row out."),
    Problem.NOT_A_TIME: ("This is not a date and time as in the rest of the file.", "Write it like the other rows."),
    Problem.BEFORE_METERS: ("The date is before 1980.", "Write the year with four digits."),
    Problem.IN_THE_FUTURE: ("The time is in the future.", "Check the date's order (day, month) and the time zone."),
    Problem.IN_THE_SPRING_GAP: (
        "This local time does not exist: the clocks went forward over it.",
        "Say which zone the stamps are written in (UTC, perhaps), or correct the time.",
    ),
    Problem.OFF_THE_GRID: (
        "The time is off the meter's grid: it is no whole number of intervals from the other readings.",
        "Correct the time, or import such readings as a meter of their own.",
    ),
    Problem.NO_METER: ("The row names no meter.", "Fill in the meter's or the consumer's column."),
    Problem.NO_VALUE: ("There is no value.", "Nothing to do if it was not measured: missing is kept as missing."),
    Problem.NOT_A_NUMBER: ("The value is not a number.", "Write it as a plain number, such as 0.25."),
    Problem.NOT_FINITE: ("The value is not a finite number.", "Leave the row out, or give the measured number."),
    Problem.NEGATIVE: (
        "The value is negative, which this quantity cannot be.",
        "Import what is fed into the grid as electricity_export, with positive numbers.",
    ),
    Problem.TOO_LARGE: ("The value is impossibly large.", "Check the unit and the decimal sign."),
    Problem.GLITCH: (
        "The register's count leaves its course here and comes back at once.",
        "Correct the count, or leave the row out: what was used is told by the readings around it.",
    ),
    Problem.UNKNOWN_UNIT: (
        "The row's unit is not known here, or does not measure this quantity.",
        "Write a unit such as kWh, Wh or m³, or import such rows by themselves.",
    ),
    Problem.CONTRADICTED: (
        "The same meter and time appear more than once.",
        "Keep one of the rows, or choose another rule for duplicates (last, first, sum).",
    ),
}
