"""SQL that is more than a line: in each app's sql/ folder, one named and described statement a file."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

_APPS = Path(__file__).parent.parent


@cache
def load_sql(app: str, name: str) -> str:
    """The text of <app>/sql/<name>.sql."""
    return (_APPS / app / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def rows_of(app: str, name: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that the statement answers, each a dict by column."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql(app, name), params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(app: str, name: str, params: Mapping[str, Any]) -> int:
    """Run the statement within the caller's transaction; returns how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql(app, name), params)
        return int(cursor.rowcount)
