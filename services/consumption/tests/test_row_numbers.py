"""Every row of an import has a number of its own, the same on each attempt, which tells its line and can be written down."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from wattwise_consumption.row_numbers import RowNumbers, line_of, lines, number_in, text_of

BLOCKS = st.lists(
    st.tuples(st.sampled_from(["a.csv", "b.csv"]), st.lists(st.integers(0, 2_000_000), max_size=8)), max_size=8
)


def numbered(blocks: list[tuple[str, list[int]]]) -> list[tuple[str, pl.DataFrame, list[int]]]:
    numbers = RowNumbers()
    cells = [(file, pl.DataFrame({"line": some}, schema={"line": pl.Int64}), some) for file, some in blocks]
    return [(file, numbers.numbered(file, frame), some) for file, frame, some in cells]


@given(BLOCKS)
def test_numbers_are_unique_and_tell_their_lines(blocks: list[tuple[str, list[int]]]) -> None:
    met: set[tuple[str, int]] = set()
    for file, frame, some in numbered(blocks):
        rows = frame["line"].to_list()
        assert met.isdisjoint((file, row) for row in rows)
        met |= {(file, row) for row in rows}
        assert len(set(rows)) == len(rows)
        assert [line_of(row) for row in rows] == frame.select(lines())["line"].to_list() == some
        assert [number_in(text_of(row)) for row in rows] == rows


def test_lines_that_tell_rows_apart_stay_as_they_are_through_all_blocks() -> None:
    blocks = [("a.csv", [2, 3, 7]), ("b.csv", [2, 3]), ("a.csv", [8, 9])]
    assert [frame["line"].to_list() for _, frame, _ in numbered(blocks)] == [[2, 3, 7], [2, 3], [8, 9]]


def test_what_a_spreadsheet_makes_of_a_number_is_understood_and_other_text_is_not() -> None:
    assert [number_in(text) for text in ("57", " 57 ", "57.0", "57#3")][:3] == [57, 57, 57]
    assert [number_in(text) for text in ("", "#", "57#", "x", "57.5", "-3")] == [None] * 6
