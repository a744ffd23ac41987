"""Run Redis in the foreground: `python -m wattwise_redis`. The process id stays: this process becomes Redis."""

import os
import sys

from wattwise_embedded import EmbeddedError, ensure
from wattwise_embedded.account import become, require_way_to, service_account
from wattwise_embedded.lock import hold
from wattwise_redis import configuration, settings

# A killed Redis may leave a child that still rewrites its log; its lock tells when it is gone.
PATIENCE_S = 15.0


def main() -> None:
    try:
        start(settings.read(os.environ))
    except EmbeddedError as error:
        sys.exit(f"wattwise-redis: {error}")


def start(chosen: settings.Settings) -> None:
    """Become Redis on this home. Raises EmbeddedError with the remedy."""
    account, folder = service_account(), chosen.folder
    require_way_to(folder, account)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    hold(folder.parent / "redis.lock", what="A Redis", folder=folder, patience_s=PATIENCE_S)
    text = configuration.write(host=chosen.host, port=chosen.port, password=chosen.password, folder=folder)
    configuration.put(folder / "redis.conf", text)
    account.own(folder, folder / "redis.conf")
    words = [str(ensure().program("redis-server")), str(folder / "redis.conf")]
    become(account, words, environment={"LC_ALL": "C"}, folder=folder)


if __name__ == "__main__":
    main()
