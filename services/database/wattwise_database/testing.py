"""A throw-away PostgreSQL with TimescaleDB for tests."""

import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattwise_database import configuration
from wattwise_database.cluster import ENVIRONMENT, Cluster
from wattwise_database.configuration import THROW_AWAY
from wattwise_database.probe import NotReady, ready
from wattwise_database.settings import DATABASE, ROLE
from wattwise_embedded import ensure
from wattwise_embedded.account import service_account
from wattwise_embedded.child import free_port, running


@contextmanager
def running_database() -> Iterator[str]:
    """Serve an empty database of its own while the block lasts, and yield its DATABASE_URL.

    As in production the role owns its database and is no superuser; for Django's test databases it may also create
    databases, in each of which it may create the trusted extension timescaledb. About 2 seconds to start when the prefix
    is there; nothing is durable; gone with the process that started it.
    """
    prefix, account = ensure(), service_account()
    with tempfile.TemporaryDirectory(prefix="wattwise-database-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        account.own(folder)
        password, port = secrets.token_urlsafe(16), free_port()
        cluster = Cluster(folder / "postgresql", prefix, account)
        cluster.create(durable=False, role_options="CREATEDB")
        text = configuration.write(configuration.measure(folder), host="127.0.0.1", port=port)
        cluster.configure(text + THROW_AWAY)
        cluster.update(password)
        log = folder / "postgresql.log"
        with running(
            cluster.server(),
            account=account,
            folder=cluster.folder,
            environment=ENVIRONMENT,
            stop=signal.SIGINT,
            log=log,
        ):
            url = f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
            try:
                ready(url, timeout_s=20)
            except NotReady as error:
                raise NotReady(f"{error}\n{log.read_text()[-2000:]}") from error
            yield url
