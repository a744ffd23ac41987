"""Where a server may lead: redirects, links and names, and what is told to whom on the way."""

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from wattwise_consumption.guard import Guard
from wattwise_consumption.problems import CannotFetch

from .fetched import Fetch, fetch
from .vendor import Asked, Says, one_after_another, vendor

__all__ = ["fetch"]
ITEMS = [{"time": f"2026-06-01T{hour:02d}:00:00Z", "kWh": 0.5} for hour in range(24)]
GOOD = Says({"items": ITEMS})
WHOLE = json.dumps({"items": ITEMS}).encode()


def test_redirects_are_followed_to_their_end(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        where = {"/": "/two", "/two": f"{shop.url}/three?x=1"}.get(asked.path)
        return Says(status=302, headers={"Location": where}) if where else GOOD

    with vendor(answer) as shop:
        brought = fetch(url=f"{shop.url}/", auth="bearer", secret="s3cret")
    assert list(brought.files.values()) == [WHOLE]
    assert [one.headers.get("authorization") for one in shop.asked] == ["Bearer s3cret"] * 3


def test_circles_of_redirects_end(fetch: Fetch) -> None:
    with vendor(lambda asked: Says(status=301, headers={"Location": f"/{len(shop.asked)}"})) as shop:
        with pytest.raises(CannotFetch, match="from one address to the next without end"):
            fetch(url=f"{shop.url}/")
        assert len(shop.asked) == 10


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:192.168.1.1]/", "http://0x7f.1/x",
     "http://2130706433/", "http://[::1]/"],
)  # fmt: skip
def test_a_redirect_into_a_private_network_is_not_followed(fetch: Fetch, target: str) -> None:
    with vendor(one_after_another(Says(status=302, headers={"Location": target}))) as shop:
        outside = Guard(names=frozenset({"127.0.0.1"}))  # as if the vendor were at a public address
        with pytest.raises(CannotFetch, match="an address of a private network, which sources may not reach"):
            fetch(url=f"{shop.url}/", guard=outside)
        assert len(shop.asked) == 1


def test_a_private_address_is_not_asked_at_all(fetch: Fetch) -> None:
    with vendor(one_after_another(GOOD)) as shop:
        with pytest.raises(CannotFetch, match="WATTWISE_SOURCES_MAY_REACH=127.0.0.1"):
            fetch(url=f"{shop.url}/", guard=Guard())
        assert shop.asked == []


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose name server says a public address first and a private one the next time gets nowhere with it."""
    really, looked_up = socket.getaddrinfo, []

    def answers_differently(host: str, *more: Any, **named: Any) -> Any:
        if host != "meters.test":
            return really(host, *more, **named)
        looked_up.append(host)
        return really("127.0.0.1" if len(looked_up) == 1 else "10.0.0.1", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", answers_differently)
    with vendor(one_after_another(GOOD)) as shop:
        url = shop.url.replace("127.0.0.1", "meters.test")
        assert len(fetch(url=f"{url}/", guard=Guard.allowing(["127.0.0.1"])).files) == 1
        assert looked_up == ["meters.test"]
        with pytest.raises(CannotFetch, match=r"meters\.test is 10\.0\.0\.1"):
            fetch(url=f"{url}/", guard=Guard.allowing(["127.0.0.1"]))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://a/", "mailto:a@b"])
def test_a_redirect_to_what_is_no_web_address_is_not_followed(fetch: Fetch, target: str) -> None:
    with vendor(one_after_another(Says(status=302, headers={"Location": target}), GOOD)) as shop:
        with pytest.raises(CannotFetch):
            fetch(url=f"{shop.url}/")
        assert len(shop.asked) == 1


def test_credentials_and_headers_stay_with_the_host_that_they_are_for(fetch: Fetch) -> None:
    with vendor(one_after_another(GOOD)) as other, vendor(lambda asked: away) as shop:
        away = Says(status=307, headers={"Location": f"{other.url}/moved"})
        fetch(url=f"{shop.url}/", auth="bearer", secret="s3cret", headers=["X-Tenant: mill", "Accept: text/csv"])
        assert shop.asked[0].headers["authorization"] == "Bearer s3cret"
        assert {"authorization", "x-tenant"}.isdisjoint(other.asked[0].headers)
        assert other.asked[0].headers["accept"] == "text/csv"
        with pytest.raises(CannotFetch, match="sends a request with a body on to"):
            fetch(url=f"{shop.url}/", method="POST", body='{"key": "s3cret"}')
        assert len(other.asked) == 1


def test_nor_does_a_link_to_the_next_page_take_them_elsewhere(fetch: Fetch) -> None:
    with vendor(one_after_another(Says({"items": ITEMS[:2], "next": None}))) as other:
        with vendor(lambda asked: Says({"items": ITEMS[2:], "next": f"{other.url}/?page=2"})) as shop:
            fetch(url=f"{shop.url}/", auth="api_key_header", secret="s3cret", pages="next_link")
        assert "x-api-key" not in other.asked[0].headers


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For localhost, signed by itself."""
    path = tmp_path / "localhost.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", f"{path}.key", "-out", str(path)]
    subprocess.run(["openssl", *words, *names], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.key").read_text())
    return path


def test_a_certificate_is_checked_against_the_name_though_the_address_is_connected_to(
    fetch: Fetch, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vendor(one_after_another(GOOD), certificate) as shop:
        url = shop.url.replace("127.0.0.1", "localhost")
        with pytest.raises(CannotFetch, match=r"The certificate of localhost is not to be trusted.*SSL_CERT_FILE"):
            fetch(url=f"{url}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert list(fetch(url=f"{url}/").files.values()) == [WHOLE]
        with pytest.raises(CannotFetch, match=r"The certificate of 127\.0\.0\.1 is not to be trusted"):
            fetch(url=f"{shop.url}/")
