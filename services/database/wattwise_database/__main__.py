"""Run PostgreSQL with TimescaleDB in the foreground: `python -m wattwise_database`.

The process id stays: this process sets the data folder up when needed, then becomes PostgreSQL.
"""

import os
import sys

from wattwise_database import configuration, settings
from wattwise_database.cluster import ENVIRONMENT, Cluster
from wattwise_embedded import EmbeddedError, ensure
from wattwise_embedded.account import become, require_way_to, service_account
from wattwise_embedded.lock import hold

# A backend of a killed server finishes its statement first; its lock tells when it is gone.
PATIENCE_S = 30.0


def main() -> None:
    try:
        start(settings.read(os.environ))
    except EmbeddedError as error:
        sys.exit(f"wattwise-database: {error}")


def start(chosen: settings.Settings) -> None:
    """Become PostgreSQL on this home. Raises EmbeddedError with the remedy."""
    account = service_account()
    require_way_to(chosen.folder, account)
    data = chosen.folder.parent
    data.mkdir(parents=True, exist_ok=True)
    hold(data / "postgresql.lock", what="A database", folder=chosen.folder, patience_s=PATIENCE_S)
    cluster = Cluster(chosen.folder, ensure(), account)
    if not cluster.exists:
        cluster.create()
    cluster.forget_stale_server()
    cluster.configure(configuration.write(configuration.measure(data), host=chosen.host, port=chosen.port))
    cluster.update(chosen.password)
    become(account, cluster.server(), environment=ENVIRONMENT, folder=cluster.folder)


if __name__ == "__main__":
    main()
