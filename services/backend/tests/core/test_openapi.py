"""The committed openapi.json is what the backend offers, and the backend keeps what it says."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from wattwise_backend.platform.access import Role
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .everything import fill

OPENAPI = Path(__file__).parents[4] / "openapi.json"
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
REMEDY = "run: python -m wattwise_backend manage spectacular --validate --fail-on-warn --format openapi-json --file openapi.json"


@pytest.mark.django_db
def test_openapi_json_is_what_the_backend_offers() -> None:
    text = io.StringIO()
    call_command("spectacular", format="openapi-json", validate=True, fail_on_warn=True, stdout=text)
    assert json.loads(OPENAPI.read_text()) == json.loads(text.getvalue()), REMEDY


def test_every_operation_says_how_it_fails() -> None:
    for path, operations in json.loads(OPENAPI.read_text())["paths"].items():
        for method, operation in operations.items():
            assert "4XX" in operation["responses"], f"{method} {path}"


def operations() -> list[Any]:
    """Every operation but signing out; removals last, so that there is something to ask for."""
    offered = schemathesis.openapi.from_dict(json.loads(OPENAPI.read_text()))
    found = [result.ok() for result in offered.get_all_operations()]
    found = [each for each in found if (each.method.upper(), each.path) != ("DELETE", "/api/session/")]
    return sorted(found, key=lambda each: each.method.upper() == "DELETE")


@pytest.mark.django_db(transaction=True)  # the WSGI application ends its own connections
def test_the_backend_keeps_what_it_says(community: Community, subtests: pytest.Subtests) -> None:
    """Whatever is sent, the answer has a status, a type and a shape that openapi.json names, and is never a 500."""
    places, app = fill(community), get_wsgi_application()
    acting = estate.machine(*Scope, where=community.organization)
    for operation in operations():
        with subtests.test(operation.label):
            send(operation, places, app=app, token=acting.token)
    assert community.organization.members.filter(role=Role.OWNER.value).exists()


def send(operation: Any, places: dict[str, Any], *, app: Any, token: str) -> None:
    exists = places.get(operation.path.split("/")[2])

    @given(case=operation.as_strategy(), ask_for_what_exists=st.booleans())
    @settings(
        max_examples=4,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def sent(case: Any, ask_for_what_exists: bool) -> None:
        if ask_for_what_exists:
            case.path_parameters |= dict.fromkeys(case.path_parameters, str(exists))
        case.call_and_validate(app=app, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    sent()
