"""A home remembers where its services listen, and keeps its secrets to its owner."""

import json
import os
import socket
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from wattwise_cli.platform import ports, secrets, services, settings
from wattwise_cli.platform.errors import FileDamaged, HomeUnusable, PortTaken
from wattwise_cli.platform.home import Home, find_home
from wattwise_cli.platform.settings import SettingsMissing, Wishes
from wattwise_contract.scheduling import ServiceName


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_nine_services_are_named_as_the_contract_names_them():
    assert [service.name for service in services.SERVICES] == list(ServiceName)


def test_secrets_are_made_once_for_their_owner_alone(home: Home):
    first = secrets.settle(home)
    assert mode(home.secrets_file) == 0o600
    assert secrets.settle(home) == first
    assert first.first_login["email"] == "owner@wattwise.local"
    values = [
        first.database_password,
        first.redis_password,
        first.secret_key,
        first.first_login["password"],
        *first.tokens.values(),
    ]
    assert len(set(values)) == len(values) == 10
    assert all(len(value) >= 20 for value in values)


def test_each_service_is_told_the_secrets_it_needs_and_no_other(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTWISE_SECRET_KEY", "of some other program")
    kept, chosen = secrets.settle(home), settings.settle(home, Wishes())
    told = {
        service.name: services.environment(service.name, home=home, settings=chosen, secrets=kept)
        for service in services.SERVICES
    }
    secret_names = {
        name: {variable for variable in services.SECRET_VARIABLES if variable in variables}
        for name, variables in told.items()
    }
    assert secret_names["frontend"] == set()
    assert secret_names["database"] == {"DATABASE_URL"}
    assert secret_names["redis"] == {"REDIS_URL"}
    assert secret_names["forecasting"] == secret_names["scheduler"] == {"REDIS_URL", "WATTWISE_TOKEN"}
    assert "DATABASE_URL" in secret_names["backend"]
    assert told["backend"]["WATTWISE_SECRET_KEY"] == kept.secret_key
    assert told["forecasting"]["WATTWISE_TOKEN"] != told["clustering"]["WATTWISE_TOKEN"]
    assert (
        json.loads(told["backend"]["WATTWISE_SERVICE_TOKENS"])["forecasting"] == told["forecasting"]["WATTWISE_TOKEN"]
    )


def test_servers_of_the_operators_own_take_the_place_of_ours(home: Home, monkeypatch: pytest.MonkeyPatch):
    url = "postgresql://energy:secret@db.example:5432/energy"
    monkeypatch.setenv("DATABASE_URL", url)
    kept = secrets.settle(home)
    assert kept.database_url(settings.settle(home, Wishes())) == url
    assert [service.name for service in services.ours(kept)] == [name for name in ServiceName if name != "database"]
    monkeypatch.delenv("DATABASE_URL")
    assert secrets.settle(home).external == {}


def test_wishes_hold_and_internal_ports_stay(home: Home):
    first = settings.settle(home, Wishes(port=15_001))
    settings.save(home, first)
    second = settings.settle(home, Wishes(host="::1"))
    assert second == replace(first, host="::1")
    assert second.url == "http://[::1]:15001"
    assert len({first.port, first.backend_port, first.database_port, first.redis_port}) == 4


def test_a_taken_port_names_its_holder_and_the_way_out(home: Home):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        assert not ports.is_free(port)
        chosen = settings.settle(home, Wishes(port=port))
        with pytest.raises(PortTaken, match=rf"{port} \(frontend\) is taken by .*process {os.getpid()}.*--port"):
            settings.require_free_ports(chosen, external=frozenset())


def test_a_port_of_a_service_that_runs_elsewhere_may_be_taken(home: Home):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        chosen = settings.settle(home, Wishes(port=ports.choose_free(), database_port=squatter.getsockname()[1]))
        assert settings.require_free_ports(chosen, external=frozenset({"database"})) is None


def test_an_absent_platform_and_damaged_files_say_what_to_do(home: Home):
    with pytest.raises(SettingsMissing, match=r"\./wattwise up"):
        settings.load(home)
    home.secrets_file.write_text("{")
    with pytest.raises(FileDamaged, match="backup"):
        secrets.load(home)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(HomeUnusable, match="--home"):
        Home(tmp_path / "file/home").make()


def test_the_home_is_the_one_chosen_else_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("WATTWISE_HOME", "/srv/wattwise")
    assert find_home(tmp_path).folder == tmp_path
    assert find_home().folder == Path("/srv/wattwise")
    monkeypatch.delenv("WATTWISE_HOME")
    assert find_home().folder.name == "home"
