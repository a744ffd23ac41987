"""Whatever is sent, to whatever address: never a 5xx, and always a sentence with a remedy."""

import json
import logging
import re
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from wattwise_contract.jobs import LEASE_HEADER
from wattwise_contract.scopes import SERVICE_SCOPES, Scope

from . import estate
from .conftest import Community
from .everything import fill
from .test_openapi import OPENAPI
from .test_tenancy import addresses

pytestmark = pytest.mark.django_db
CLIENT = Client(raise_request_exception=False)
# Each address gets a few of these, in turn: all at all of them take a minute.
LONG = "9" * 5000
QUERIES = [
    "-1", "--5", "abc", "99999999999999999999", LONG, "NaN", "1,,x", quote("\0"), "%ED%B2%80", "%FF",
    quote("0001-01-01T00:00+14:00"), quote("9999-12-31T23:59-14:00"), "2026-02-30T00:00Z",
]  # fmt: skip
DATA_PARAMS = {
    "dirty-ranges": ["meter"], "forecasts": ["meter", "organization", "run", "start", "end", "quantity", "format"],
    "meters": ["organization", "consumer", "quantity", "id"], "models": ["organization", "champion"],
    "readings": ["meter", "organization", "quantity", "start", "end", "as_known_on", "format"],
    "rollups": ["meter", "organization", "grain", "quantity", "start", "end"],
    "consumers": ["organization"], "attribute-definitions": ["organization"], "listeners": ["after"],
}  # fmt: skip
HUGE = "9" * 400
BODIES = [
    '{"a": 1e999}', '{"a": NaN}', '{"a": -Infinity}', "[" * 5000, '{"a":' * 5000, '{"a": "\\u0000"}', '"\\ud800"',
    '{"\\ud83d": 1}', '{"a": 1, "a": 2}', "", "null", "[]", "7", '"text"', "{", '{"a": ' + HUGE + "}", '{"a": ' + LONG + "}",
    "\x00\x01", "[[[1]]]", '["\\u0000"]', json.dumps({"name": "x" * 100_000}),
]  # fmt: skip
# Of every field that an address takes: values which its type does not.
VALUES: list[Any] = [
    None, True, -1, 10**20, 10**400, 1e308, "", "x" * 100_000, "\u202e<script>", [], [[]], {}, {"a": {"b": []}},
    "99999999999999999999", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "P9999999999Y", [None], ["x"] * 3,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 50  # 5,000 take their time
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def places(community: Community) -> dict[str, Any]:
    return fill(community)


@pytest.fixture
def token(community: Community) -> str:
    return estate.machine(*SERVICE_SCOPES["operator"]).token


def asked(
    method: str, address: str, token: str, body: Any = b"", kind: str = "application/json", **headers: str
) -> Any:
    """The answer, which has to be one of ours. What it changed is taken back, so that the next one finds all."""
    before = transaction.savepoint()
    try:
        return _answered(method, address, token, body, kind, headers)
    finally:
        transaction.savepoint_rollback(before)


def _answered(method: str, address: str, token: str, body: Any, kind: str, headers: dict[str, str]) -> Any:
    path, _, query = address.partition("?")
    raw = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
    response: Any = CLIENT.generic(
        method,
        path,
        raw,
        content_type=kind,
        headers={"Authorization": f"Bearer {token}", **headers},
        QUERY_STRING=query,
    )
    place = f"{method} {address[:200]} {raw[:80]!r}"
    assert response.status_code < 500, f"{place}: {response.status_code} {response.content[:300]!r}"
    if response.status_code >= 400:
        assert response["Content-Type"].startswith("application/json"), place
        said = response.json()
        assert isinstance(said["error"], str), place
        assert said["error"], place
        assert isinstance(said["remedy"], str), place
        assert len(response.content) < 20_000, f"{place}: as much comes back as was sent"
    return response


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in json.loads(OPENAPI.read_text())["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_ids_may_be_any_number(places: dict[str, Any], token: str) -> None:
    for number in ("0", "2147483648", "9223372036854775808", "99999999999999999999", LONG[:300]):
        for address in addresses(dict.fromkeys(places, number)):
            for method in ("GET", "DELETE"):
                if number in address:
                    assert asked(method, address, token).status_code in (403, 404, 405)


def test_query_parameters_may_be_anything(places: dict[str, Any], token: str) -> None:
    worker, queries = estate.machine(*Scope).token, cycle(QUERIES)
    for address, names in _questions(places):
        for name in names:
            for value in islice(queries, 4):
                more = "" if name in ("organization", "meter") or "/api/" in address else "&organization=1"
                asked("GET", f"{address}?{name}={value}{more}", token if "/api/" in address else worker)


def _questions(places: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for method, path, operation in operations():
        if method == "GET":
            names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
            kind = path.split("/")[2]
            yield re.sub(r"\{\w+\}", str(places.get(kind)), path), [*names, "attribute.tariff"]
    for kind, names in DATA_PARAMS.items():
        yield f"/data/{kind}/" + (f"{places[kind]}/spool/" if kind == "listeners" else ""), names


def test_bodies_may_be_anything(places: dict[str, Any], token: str, community: Community) -> None:
    leased, bodies = {LEASE_HEADER: _lease(community)}, cycle(BODIES)
    for address in (each for each in addresses(places) if each not in ("/api/docs/", "/api/schema/")):
        for method in ("POST", "PUT", "PATCH"):
            acting = token if address.startswith("/api/") else estate.machine(*Scope).token
            if asked(method, address, acting, "{").status_code in (403, 405):
                continue
            for body in islice(bodies, 5):
                asked(method, address, acting, body, **leased)


def _lease(community: Community) -> str:
    _, claim = estate.started_import(community.organization)
    return f"{claim.job.id}:{claim.lease_token}"


def test_fields_may_hold_anything(places: dict[str, Any], token: str, community: Community) -> None:
    document, values = json.loads(OPENAPI.read_text()), cycle(VALUES)
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        fields = document["components"]["schemas"].get(reference.rpartition("/")[2], {}).get("properties", {})
        address = re.sub(r"\{\w+\}", str(places.get(path.split("/")[2])), path)
        usual = _usual(fields, community)
        for name in fields:
            for value in islice(values, 4):
                asked(method, address, token, json.dumps(usual | {name: value}))


def _usual(fields: dict[str, Any], community: Community) -> dict[str, Any]:
    known: dict[str, Any] = {
        "organization": community.organization.pk, "kind": "roll_up", "source_kind": "simulation", "key": "k",
        "label": "l", "type": "number", "email": "x@example.org", "role": "viewer", "scopes": ["read"], "name": "n",
        "readings": [], "slug": "s", "password": "a long one 17", "timezone": "Europe/Paris",
    }  # fmt: skip
    return {name: value for name, value in known.items() if name in fields}


def form(*parts: tuple[str, str], file_name: str = "a.csv", files: int = 1, fields: int = 0) -> bytes:
    text = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts]
    text += ['--x\r\nContent-Disposition: form-data; name="more"\r\n\r\n1\r\n'] * fields
    text += [f'--x\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\na,b\r\n'] * files
    return "".join([*text, "--x--\r\n"]).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (form(files=60), 413),
        (form(fields=6000), 413),
        (form(("organization", "x"), file_name="n" * 100_000), 400),
        (form(("organization", "99999999999999999999")), 404),
        (form(("organization", "{}"), ("recipe", '{"calorific_values": [{"mj_per_m3": 1e999}]}')), 400),
        (form(("organization", "{}"), ("recipe", '{"calorific_values": [{"mj_per_m3": NaN}]}')), 400),
        (form(("organization", "{}"), ("recipe", '{"unit": "' + "k" * 50_000 + '"}')), 400),
        (form(("organization", "{}"), ("recipe", "[" * 5000)), 400),
        (form(("organization", "{}"), ("recipe", '{"unit": "\\u0000"}')), 400),
        (form(("organization", "{}"), ("recipe", '{"unit": "\\ud800"}')), 400),
        (form(("organization", "{}"), ("recipe", "{}"), file_name="a\x00b.csv"), 201),
        (form(("organization", "{}"), file_name="a\udc80b\r\nX: y.csv"), 400),
        (form(("organization", "{}"), file_name="n" * 100_000), 400),
        (b"--x\r\nContent-Disposition: form-data; na", 400),
        (b"", 411),
        (form(("organization", "1"))[:-9], 400),
    ],
)
def test_forms_may_be_anything(body: bytes, state: int, token: str, community: Community) -> None:
    body = body.replace(b'"organization"\r\n\r\n{}', b'"organization"\r\n\r\n%d' % community.organization.pk)
    response = asked("POST", "/api/imports/", token, body, "multipart/form-data; boundary=x")
    assert response.status_code == state, response.content[:500]


@pytest.mark.parametrize(
    "kind", ["application/json; charset=nonsense", "application/json; charset=utf-16", "text/x; =", "\udc80"]
)
def test_content_types_may_be_anything(kind: str, token: str) -> None:
    for address in ("/api/imports/", "/api/consumers/", "/api/readings/"):
        asked("POST", address, token, "{}", kind.encode("utf-8", "surrogateescape").decode("latin-1"))


def test_a_number_without_end_in_a_recipe_is_named(token: str, community: Community) -> None:
    body = form(
        ("organization", str(community.organization.pk)), ("recipe", '{"calorific_values": [{"mj_per_m3": 1e999}]}')
    )
    said = asked("POST", "/api/imports/", token, body, "multipart/form-data; boundary=x").json()
    assert "mj_per_m3" in said["error"]
    assert "finite" in said["error"]
