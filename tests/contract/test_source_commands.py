"""Sources by the command line, against a portal on this machine: connected, looked at, asked, and kept from telling secrets."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .commanding import at_work, half_hours, wattwise

__all__ = ["at_work", "wattwise"]  # fixtures
pytestmark = [pytest.mark.timeout(60), pytest.mark.usefixtures("at_work")]
KEY = "sk_live_never_to_be_seen"


class Portal:
    """Hands out one file to whoever has the key, where it wants one."""

    def __init__(self) -> None:
        self.content = "time,kWh\n" + half_hours(4, 0.25)
        self.access = ""
        portal = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                allowed = self.headers.get("Authorization", "") == portal.access
                body = portal.content.encode() if allowed else f"{self.headers['Authorization']} is wrong".encode()
                self.send_response(200 if allowed else 401)
                self.send_header("Content-Type", "text/csv")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}/home%201.csv"


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    thread = threading.Thread(target=portal.server.serve_forever, daemon=True)
    thread.start()
    yield portal
    portal.server.shutdown()
    portal.server.server_close()
    thread.join(timeout=10)


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    file = tmp_path / "recipe.json"
    file.write_text('{"timezone": "Europe/London"}')
    return file


def test_a_source_is_previewed_started_and_asked_again(wattwise, portal, zone):
    words = ["--name", "Our flat", "--set", f"url={portal.url}", "--every", "P1D", "--recipe", zone]
    code, out, _ = wattwise("sources", "add", "http", *words, "--choose", 1, "--wait")
    assert code == 0, out
    assert "1.000 kWh" in out
    (listed,) = json.loads(wattwise("sources", "--json")[1])
    assert (listed["state"], listed["every"], listed["last_import"]["stored"]) == ("active", "P1D", 4)
    assert "Our flat" in wattwise("sources")[1]
    code, out, _ = wattwise("sources", "fetch", listed["id"], "--wait")
    assert (code, out) == (0, "There was nothing new.\n")
    portal.content += "2026-01-01 02:00:00,0.5\n"
    code, out, _ = wattwise("sources", "fetch", listed["id"], "--wait", "--json")
    receipt = json.loads(out)["receipt"]
    assert (code, receipt["stored"], receipt["unchanged"]) == (0, 1, 4)
    assert f"{portal.url}" in wattwise("sources", "show", listed["id"])[1]


def test_without_a_word_a_new_source_is_a_draft_that_rests_and_goes(wattwise, portal):
    out = wattwise("sources", "add", "http", "--name", "Our flat", "--set", f"url={portal.url}")[1]
    (made,) = json.loads(wattwise("sources", "--json")[1])
    assert f"wattwise sources preview {made['id']}" in out
    assert wattwise("sources", "pause", made["id"])[2].startswith("wattwise: A source that was never started")
    assert wattwise("sources", "start", made["id"], "--wait")[0] == 0
    assert "rests" in wattwise("sources", "pause", made["id"])[1]
    assert "paused" in wattwise("sources")[1]
    assert "goes on" in wattwise("sources", "resume", made["id"])[1]
    assert "is removed" in wattwise("sources", "remove", made["id"])[1]
    assert json.loads(wattwise("sources", "list", "--json")[1]) == []


def test_secrets_are_asked_for_and_told_nobody(wattwise, portal, tmp_path, monkeypatch):
    portal.access = f"Bearer {KEY}"
    key = tmp_path / "key"
    key.write_text(KEY + "\n")
    words = ["http", "--name", "Flat", "--set", f"url={portal.url}", "--set", "auth=bearer"]
    told = [wattwise("sources", "add", *words, "--secret", f"secret=@{key}", "--start", "--wait")]
    assert told[0][0] == 0, told
    number = json.loads(wattwise("sources", "--json")[1])[0]["id"]
    portal.access = "Bearer another"  # the key has run out: the portal repeats it in its answer
    told += [wattwise("sources", "fetch", number, "--wait"), wattwise("sources")]
    assert told[-2][0] == 1
    assert "failing" in told[-1][1]
    told += [wattwise("sources", "show", number), wattwise("sources", "show", number, "--json")]
    told += [wattwise("jobs", "list", "--json"), wattwise("imports", "list", "--json")]
    job = json.loads(told[-2][1])[0]["id"]
    told += [wattwise("jobs", "show", job, "--json")]
    assert not [said for said in told if KEY in "".join(map(str, said))]
    assert "(kept secret)" in told[3][1]
    piped = io.TextIOWrapper(io.BytesIO(b"another\n"))
    monkeypatch.setattr("sys.stdin", piped)
    assert wattwise("sources", "set", number, "--secret", "secret=-")[0] == 0
    assert wattwise("sources", "fetch", number, "--wait")[1] == "There was nothing new.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--secret", "secret=hunter2"], "stays in the shell's history"),
        (["--secret", "secret"], "There is no terminal"),
        (["--secret", "url=@x"], "url is no secret"),
        (["--set", "secret=hunter2"], "secret is a secret"),
        (["--set", "colour=red"], "has no setting 'colour'"),
        (["--set", "page_size=many"], "page_size=many: this has to be integer."),
        (["--set", "page_size=-1"], "page_size: "),
        (["--set", "url"], "Write NAME=VALUE."),
        ([], "url: This is needed."),
    ],
)
def test_what_does_not_fit_is_one_sentence(wattwise, words, sentence):
    code, out, err = wattwise("sources", "add", "http", "--name", "Flat", *words)
    assert code == 1
    assert sentence in err
    assert "Traceback" not in out + err
    assert json.loads(wattwise("sources", "--json")[1]) == []


def test_kinds_tell_their_settings(wattwise):
    assert "http" in wattwise("sources", "kinds")[1]
    out = wattwise("sources", "kinds", "http")[1]
    assert "none | basic | bearer" in out
    assert json.loads(wattwise("sources", "kinds", "http", "--json")[1])["brings"] == "fetches"
    assert "There is no kind of source 'weather'" in wattwise("sources", "kinds", "weather")[2]


def test_settings_change_one_by_one(wattwise, portal):
    words = ["--set", f"url={portal.url}", "--set", "headers=Accept: text/csv", "--set", "headers=X-Home: 7"]
    wattwise("sources", "add", "http", "--name", "Flat", *words, "--set", "page_size=10")
    (made,) = json.loads(wattwise("sources", "--json")[1])
    assert (made["config"]["headers"], made["config"]["page_size"]) == (["Accept: text/csv", "X-Home: 7"], 10)
    wattwise(
        "sources", "set", made["id"], "--name", "Attic", "--set", "page_size=20", "--unset", "headers", "--every", ""
    )
    changed = json.loads(wattwise("sources", "show", made["id"], "--json")[1])
    assert (changed["name"], changed["every"], changed["config"]) == ("Attic", "", {"url": portal.url, "page_size": 20})


def test_what_could_not_be_understood_is_read_again(wattwise, portal):
    portal.content = "on,how much\n" + "never,a lot\n" * 3
    words = ["--name", "Flat", "--set", f"url={portal.url}", "--start", "--wait"]
    assert wattwise("sources", "add", "http", *words)[0] == 1
    (made,) = json.loads(wattwise("sources", "--json")[1])
    assert made["failures"] == 1
    assert wattwise("sources", "read-again", made["id"])[1] == "1 failed import is read again.\n"


def test_a_web_address_is_imported_like_a_file_and_brings_only_news_the_second_time(wattwise, portal, zone):
    code, out, err = wattwise("import", portal.url, "--timezone", "Europe/London", "--wait")
    assert (code, "1.000 kWh" in out) == (0, True), err
    assert wattwise("import", portal.url, "--timezone", "Europe/London", "--wait")[1] == "There was nothing new.\n"
    (made,) = json.loads(wattwise("sources", "--json")[1])
    assert (made["name"], made["every"], made["state"]) == ("127.0.0.1 home 1.csv", "", "active")
    out = wattwise("import", portal.url, "--timezone", "Europe/London", "--unit", "Wh", "--wait", "--json")[1]
    assert json.loads(out)["receipt"]["corrected"] == 4
    shown = json.loads(wattwise("import", portal.url, "--preview", "--json")[1])
    assert (shown["stage"], shown["source"]["id"]) == ("preview", made["id"])


def test_a_password_in_an_address_is_a_secret(wattwise, portal):
    portal.access = "Basic cm9vZjpodW50ZXIy"  # roof:hunter2
    address = portal.url.replace("http://", "http://roof:hunter2@")
    code, out, err = wattwise("import", address, "--timezone", "Europe/London", "--remember-as", "Roof", "--wait")
    assert (code, "1.000 kWh" in out) == (0, True), err
    told = wattwise("sources", "--json")[1]
    assert (json.loads(told)[0]["name"], json.loads(told)[0]["secrets_set"]) == ("Roof", ["secret"])
    assert "hunter2" not in told + wattwise("imports", "--json")[1] + wattwise("jobs", "--json")[1]
