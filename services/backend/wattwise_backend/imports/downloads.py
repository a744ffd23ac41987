"""Rows as CSV, line by line, harmless in a spreadsheet."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from wattwise_contract.spreadsheets import harmless


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
            yield writer.writerow([harmless(value) if isinstance(value, str) else value for value in values])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
