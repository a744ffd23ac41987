"""A throw-away Redis for tests."""

import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattwise_embedded import ensure
from wattwise_embedded.account import service_account
from wattwise_embedded.child import free_port, running
from wattwise_redis import configuration
from wattwise_redis.probe import ready


@contextmanager
def running_redis() -> Iterator[str]:
    """Serve an empty Redis of its own while the block lasts, and yield its REDIS_URL. Starts within half a second."""
    prefix, account = ensure(), service_account()
    with tempfile.TemporaryDirectory(prefix="wattwise-redis-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        password, port = secrets.token_urlsafe(16), free_port()
        text = configuration.write(host="127.0.0.1", port=port, password=password, folder=folder)
        configuration.put(folder / "redis.conf", text)
        account.own(folder, folder / "redis.conf")
        words = [str(prefix.program("redis-server")), str(folder / "redis.conf")]
        with running(
            words,
            account=account,
            folder=folder,
            environment={"LC_ALL": "C"},
            stop=signal.SIGTERM,
            log=folder / "redis.log",
        ):
            url = f"redis://:{password}@127.0.0.1:{port}/0"
            ready(url)
            yield url
