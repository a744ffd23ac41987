"""How a command finds its platform and its organization."""

import json
from pathlib import Path

import httpx2
import pytest

from wattwise_cli.connection import CommandError, choose_organization, connect
from wattwise_cli.platform.settings import SettingsMissing
from wattwise_client import Wattwise


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WATTWISE_URL", "WATTWISE_TOKEN", "WATTWISE_HOME"):
        monkeypatch.delenv(name, raising=False)


def organizations(*slugs: str) -> Wattwise:
    found = [
        {"id": number, "slug": slug, "name": slug, "timezone": "UTC", "is_simulated": slug == "demo"}
        for number, slug in enumerate(slugs, 1)
    ]
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=found))
    return Wattwise("http://meters.test", "ww_t", transport=transport)


def home_with(folder: Path) -> Path:
    settings = {"host": "127.0.0.1", "port": 1, "backend_port": 2, "database_port": 3, "redis_port": 4}
    secrets = {
        "database_password": "a", "redis_password": "b", "secret_key": "c", "tokens": {"operator": "ww_o"},
        "first_login": {},
    }  # fmt: skip
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "secrets.json").write_text(json.dumps(secrets))
    return folder


def test_a_home_gives_the_address_of_its_backend(tmp_path):
    with connect(home_with(tmp_path)) as api:
        assert api.url == "http://127.0.0.1:2"


def test_a_home_that_is_named_wins_over_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("WATTWISE_URL", "https://energy.example.org")
    with connect(home_with(tmp_path)) as api:
        assert api.url == "http://127.0.0.1:2"


def test_a_home_without_a_platform_says_how_to_start_one(tmp_path):
    with pytest.raises(SettingsMissing, match=r"Start it: \./wattwise up"):
        connect(tmp_path)


def test_a_remote_platform_needs_its_address_and_a_token(monkeypatch):
    monkeypatch.setenv("WATTWISE_URL", "https://energy.example.org")
    with pytest.raises(CommandError, match="not WATTWISE_TOKEN"):
        connect()
    monkeypatch.setenv("WATTWISE_TOKEN", "ww_t")
    with connect() as api:
        assert api.url == "https://energy.example.org"
    monkeypatch.setenv("WATTWISE_URL", "energy.example.org")
    with pytest.raises(CommandError, match="WATTWISE_URL: 'energy.example.org' is no address"):
        connect()


@pytest.mark.parametrize(
    ("known", "asked", "chosen"),
    [
        (["home"], None, "home"),
        (["home", "demo"], None, "home"),  # a simulation is nobody's own
        (["demo"], None, "demo"),
        (["home", "demo"], "demo", "demo"),
        (["home", "east"], "east", "east"),
    ],
)
def test_the_organization_that_fits_is_taken(known, asked, chosen):
    assert choose_organization(organizations(*known), asked).slug == chosen


@pytest.mark.parametrize(
    ("known", "asked", "sentence"),
    [
        (["home", "east"], None, "Say which: --organization SLUG, one of: home, east."),
        (["home"], "east", "There is no organization 'east' here. Choose one of: home."),
        ([], None, "no organization that this token may see"),
    ],
)
def test_where_none_or_several_fit_they_are_listed(known, asked, sentence):
    with pytest.raises(CommandError, match=sentence):
        choose_organization(organizations(*known), asked)
