"""Rows as CSV, line by line, harmless in a spreadsheet."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

_FORMULA = re.compile(r"(^|[;\t\r\n]\s*)(?=[=+\-@\t\r＝＋－＠])")


class _Line:
    """A file that hands back each line that is written."""

    def write(self, line: str) -> str:
        return line


def download(rows: QuerySet[Any], columns: Sequence[str], *, name: str) -> StreamingHttpResponse:
    """Stream the rows as CSV that a spreadsheet may open."""
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield writer.writerow(columns)
        for values in rows.values_list(*columns).iterator(chunk_size=2000):
            yield writer.writerow([_harmless(value) for value in values])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula, nor for two cells of which the second one is a formula: where the
    comma is the decimal sign, they cut lines at semicolons."""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
