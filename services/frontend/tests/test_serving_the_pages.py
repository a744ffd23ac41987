"""A real nginx in front of a real HTTP server: pages, headers, caching, and what happens when the backend is away."""

import gzip
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from wattwise_embedded.child import free_port

PAGE = "<!doctype html><title>Wattwise</title>"
SCRIPT = "export const unit = 'kWh';\n" * 100


@dataclass
class Site:
    home: Path
    port: int
    backend_port: int

    def start(self) -> subprocess.Popen[str]:
        environment = os.environ | {
            "WATTWISE_HOME": str(self.home),
            "WATTWISE_FRONTEND_PORT": str(self.port),
            "WATTWISE_FRONTEND_DIST": str(self.home / "dist"),
            "WATTWISE_BACKEND_URL": f"http://127.0.0.1:{self.backend_port}",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "wattwise_frontend"], env=environment, stderr=subprocess.PIPE, text=True
        )
        for _ in range(100):
            # A killed one's orphans may still answer: wait until this process is nginx itself.
            name = Path(f"/proc/{process.pid}/comm")
            if process.poll() is not None or (name.read_text().strip() == "nginx" and self.answers()):
                break
            time.sleep(0.05)
        return process

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urlopen(request, timeout=5) as answer:  # noqa: S310 - our own server
                return answer.status, {key.lower(): value for key, value in answer.headers.items()}, answer.read()
        except HTTPError as error:
            with error:
                return error.code, {key.lower(): value for key, value in error.headers.items()}, error.read()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="wattwise frontend test-"))  # a space, as people's folders have
    home.chmod(0o755)
    (home / "dist/assets").mkdir(parents=True)
    (home / "dist/index.html").write_text(PAGE)
    (home / "dist/.sources").write_text("a hash")
    (home / "dist/assets/app-1a2b.js").write_text(SCRIPT)
    (home / "dist/assets/app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    site = Site(home, free_port(), free_port())
    process = site.start()
    yield site
    process.terminate()
    process.communicate(timeout=10)


class Backend(http.server.BaseHTTPRequestHandler):
    """Answers with what reached it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        said = json.dumps({"path": self.path, "headers": dict(self.headers), "bytes": len(body)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *words: object) -> None:
        return


@pytest.fixture
def backend(site: Site) -> Iterator[None]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", site.backend_port), Backend) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@pytest.mark.parametrize("path", ["/", "/consumers/17", "/meters/3?start=2024-01-01"])
def test_every_address_of_the_pages_gives_the_pages_never_cached(site: Site, path: str):
    status, headers, body = site.get(path)
    assert (status, body.decode(), headers["cache-control"]) == (200, PAGE, "no-cache")


def test_built_files_are_kept_for_ever_and_sent_compressed(site: Site):
    status, headers, body = site.get("/assets/app-1a2b.js", **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"], gzip.decompress(body).decode()) == (200, "gzip", SCRIPT)
    assert "immutable" in headers["cache-control"]
    assert "javascript" in headers["content-type"]


@pytest.mark.parametrize("path", ["/assets/gone.js", "/.sources"])
def test_what_is_not_there_is_not_the_pages(site: Site, path: str):
    assert site.get(path)[0] == 404


@pytest.mark.parametrize("path", ["/", "/assets/app-1a2b.js", "/assets/gone.js", "/api/health/", "/healthz"])
def test_no_page_may_be_framed_nor_run_foreign_or_inline_scripts(site: Site, path: str):
    _, headers, _ = site.get(path)
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers or "/" not in headers["server"]


@pytest.mark.parametrize("path", ["/api/health/", "/data/readings/", "/static/docs.css"])
def test_while_the_backend_is_away_the_answer_is_a_sentence(site: Site, path: str):
    status, headers, body = site.get(path)
    said = json.loads(body)
    assert (status, headers["content-type"].split(";")[0]) == (503, "application/json")
    assert said["error"].endswith(".")
    assert "Try again" in said["remedy"]


def test_the_backend_hears_who_asks_and_under_which_address(site: Site, backend: None):
    _, _, body = site.get("/api/session/?next=/", **{"X-Forwarded-Proto": "https"})
    said = json.loads(body)
    assert said["path"] == "/api/session/?next=/"
    assert said["headers"]["Host"] == f"127.0.0.1:{site.port}"
    assert said["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert said["headers"]["X-Forwarded-Proto"] == "https"


def test_an_upload_larger_than_any_buffer_reaches_the_backend(site: Site, backend: None):
    readings = b"2024-01-01T00:00:00Z,0.5\n" * 1_000_000
    request = Request(f"http://127.0.0.1:{site.port}/data/imports/1/", data=readings)
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - our own server
        assert json.load(answer)["bytes"] == len(readings)


def test_a_second_web_server_for_the_same_home_is_refused(site: Site):
    second = Site(site.home, free_port(), site.backend_port).start()
    _, errors = second.communicate(timeout=10)
    assert second.returncode == 1
    assert "is already running for" in errors


def test_after_a_kill_the_next_start_takes_the_port_from_the_orphans(home: Path):
    site = Site(home.parent / f"{home.name}-2", free_port(), free_port())
    site.home.mkdir()
    try:
        process = site.start()
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)  # its workers live on, and hold the port
        killed, process = process, site.start()
        killed.communicate(timeout=10)
        assert process.poll() is None
        status, _, body = site.get("/")
        assert status == 503
        assert b"not built" in body
        process.terminate()
        process.communicate(timeout=10)
    finally:
        shutil.rmtree(site.home)


def test_pages_that_only_their_owner_may_read_are_served_all_the_same(home: Path):
    """A checkout below /root, or one made with a strict umask: nginx's workers get a copy that they can read."""
    site = Site(home.parent / f"{home.name}-3", free_port(), free_port())
    shutil.copytree(home / "dist", site.home / "dist")
    (site.home / "dist").chmod(0o700)
    (site.home / "dist/index.html").chmod(0o600)
    try:
        process = site.start()
        assert site.get("/")[2].decode() == PAGE
        process.terminate()
        process.communicate(timeout=10)
    finally:
        shutil.rmtree(site.home)
