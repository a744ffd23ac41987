"""The database of every Python test: DATABASE_URL where it is set, else a throw-away one that is started once."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The address of a PostgreSQL with TimescaleDB in which test databases may be made."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from wattwise_database.testing import running_database

    with running_database() as url:
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str) -> None:
    """Point Django at that database before pytest-django makes its test database there."""
    from django.db import connections

    from wattwise_backend.environment import django_database

    connections.settings["default"].update(django_database(database_url))
