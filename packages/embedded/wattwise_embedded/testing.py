"""Servers of others, for the length of a test: a broker to listen to."""

import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wattwise_embedded.account import service_account
from wattwise_embedded.child import free_port, running
from wattwise_embedded.prefix import ensure

_BROKER = (
    "mosquitto", "libmosquitto1", "libcjson1", "libdlt2", "libssl3t64", "libsystemd0", "libwrap0", "libcap2",
    "libwebsockets19t64", "zlib1g", "libzstd1",
)  # fmt: skip
_BROKER_CONFIG = """\
per_listener_settings false
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
persistence true
persistence_location {folder}/
autosave_interval 1
max_queued_messages 0
{more}
"""


@dataclass
class Broker:
    """An MQTT broker on loopback, for the user `meter` with its password."""

    folder: Path
    port: int
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    more: str = ""  # lines of its configuration, such as a second listener
    _up: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """As it was, when it was stopped: it keeps sessions and what waits for them."""
        text = _BROKER_CONFIG.format(port=self.port, folder=self.folder, more=self.more)
        (self.folder / "broker.conf").write_text(text)
        words = [str(ensure(_BROKER).program("mosquitto")), "-c", str(self.folder / "broker.conf")]
        self._up.enter_context(
            running(
                words,
                account=service_account(),
                folder=self.folder,
                environment={"LC_ALL": "C"},
                stop=signal.SIGTERM,
                log=self.folder / "broker.log",
            )  # fmt: skip
        )
        until_answered(self.port)

    def stop(self) -> None:
        self._up.close()

    def log(self) -> str:
        return (self.folder / "broker.log").read_text()


def until_answered(port: int, *, seconds: float = 20.0) -> None:
    """Wait for a server on loopback."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def running_broker(more: str = "") -> Iterator[Broker]:
    """Serve a broker of its own while the block lasts; it may be stopped and started in it."""
    prefix, account = ensure(_BROKER), service_account()
    with tempfile.TemporaryDirectory(prefix="wattwise-broker-", dir="/var/tmp", ignore_cleanup_errors=True) as folder:
        broker = Broker(Path(folder), free_port(), more=more)
        passwords = broker.folder / "passwords"
        words = [str(prefix.program("mosquitto_passwd")), "-b", "-c", str(passwords), "meter", broker.password]
        subprocess.run(words, check=True, capture_output=True)
        account.own(broker.folder, passwords)
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()
