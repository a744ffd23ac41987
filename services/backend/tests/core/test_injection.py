"""Names and values from other people's files: data wherever they come out, in a page, a spreadsheet, a header or a log."""

import csv
import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from wattwise_backend.imports.models import ImportFile, RejectedFile, RejectedRow
from wattwise_backend.platform.logs import json_formatter

from . import estate
from .conftest import Community
from .estate import Machine

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
FORMULAS = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "\t=1", "home;=1+1", "home; @SUM(A1)", "a\n=1", "＝1"]
HEADER = 'a"; filename=evil.exe\r\nSet-Cookie: x=1.csv'


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})


@pytest.mark.parametrize("value", FORMULAS)
def test_no_rejected_value_becomes_a_formula(value: str, alice: Client, community: Community) -> None:
    import_run, _ = estate.started_import(community.organization)
    RejectedRow.objects.create(import_run=import_run, part="p", file=value, column=value, value=value, reason=value)
    answer: Any = alice.get(f"/api/imports/{import_run.pk}/rejected/", {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    for delimiter in ",;\t":
        for row in list(csv.reader(text.splitlines(), delimiter=delimiter))[1:]:
            assert not [cell for cell in row if cell.strip('"').lstrip()[:1] in tuple("=+@＝")]


@pytest.mark.parametrize("name", [SCRIPT, HEADER, "é\u202egnp.csv", "a\x00b"])
def test_a_files_name_is_a_name_and_nothing_else(
    name: str, worker: Machine, alice: Client, community: Community
) -> None:
    from wattwise_backend.imports.queries import files_folder
    from wattwise_backend.imports.requests import plain_name

    import_run, _ = estate.started_import(community.organization)
    kept = plain_name(name)
    assert kept.isprintable()
    (files_folder() / "kept").write_bytes(b"a,b")
    ImportFile.objects.create(import_run=import_run, number=0, name=kept, bytes=3, sha256="", file="kept")
    RejectedFile.objects.create(import_run=import_run, name=kept, rows=1, bytes=3, file="kept")
    for answer in (
        worker.get(f"/data/imports/{import_run.pk}/files/0/"),
        worker.get(f"/data/imports/{import_run.pk}/rejected/"),
        alice.get(f"/api/imports/{import_run.pk}/rejected/whole/"),
    ):
        assert answer.status_code == 200
        answer.close()
        disposition = answer["Content-Disposition"]
        assert "\r" not in disposition
        assert "\n" not in disposition
        assert "filename=evil" not in disposition.replace('\\"; filename=evil', "")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "html" not in answer["Content-Type"]


def test_markup_is_told_as_data_never_as_a_page(alice: Client, community: Community) -> None:
    community.martin.name = community.martin_meter.key = SCRIPT
    community.martin.save()
    community.martin_meter.save()
    for address in ("/api/consumers/", "/api/meters/", f"/api/consumers/?attribute.tariff={SCRIPT}", f"/api/{SCRIPT}/"):
        answer = alice.get(address)
        assert answer["Content-Type"].startswith("application/json")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_what_is_logged_of_a_request_stays_in_its_line() -> None:
    wanted = '/api/\n{"event": "all is well"}\r\x1b[31m'
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Not Found: %s", (wanted,), None)
    line = json_formatter().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
