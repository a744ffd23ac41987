"""CSV and its kin: any delimiter, encoding and line end."""

from collections.abc import Iterator

from wattwise_consumption import csv_cells, sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.head_facts import facts_above, recipe_above, titles_of, with_facts
from wattwise_consumption.problems import BadFile

from .format import Bounds, FileFormat, Table


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        dialect = sniff.dialect_of(stream.read(sniff.HEAD_BYTES))
    facts, says = facts_above(dialect.above, dialect.names), recipe_above(dialect.above)
    titles = titles_of(dialect.above)
    rows = 0
    with member.open() as stream:
        for cells in csv_cells.blocks_of(stream, dialect):
            rows += cells.height
            names, told = with_facts(dialect.names, cells, facts)
            yield Table(names, told, dialect.delimiter, says, titles=titles)
    if rows == 0:
        raise BadFile("The file has a header, but no rows.", "Export it again, for a time with readings.")


def _recognises(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and not sniff.is_markup(head)


CSV = FileFormat("CSV", _recognises, _tables)
