"""While a release replaces another, both write to the same tables."""

import pytest
from django.db import connection

from wattwise_backend.imports.models import Import, Source

from .conftest import Community
from .estate import NOON

pytestmark = pytest.mark.django_db


def test_the_release_before_sources_that_fetch_goes_on_writing(community: Community) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sources (organization_id, name, kind, config, recipe, created_at)"
            " VALUES (%s, 'Files', 'files', '{}', '{}', %s) RETURNING id",
            [community.organization.pk, NOON],
        )
        (source_id,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO imports (organization_id, source_id, recipe, kind, stage, created_at)"
            " VALUES (%s, %s, '{}', 'auto', 'import', %s)",
            [community.organization.pk, source_id, NOON],
        )
    source, run = Source.objects.get(), Import.objects.get()
    assert (source.state, source.cursor, source.failures, source.every) == ("active", {}, 0, "")
    assert (run.cursor, run.landed_files, run.began_with) == ({}, 0, None)
