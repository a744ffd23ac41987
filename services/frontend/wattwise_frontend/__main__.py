"""Run the web server in the foreground: `python -m wattwise_frontend`. The process id stays: this process becomes nginx."""

import os
import shutil
import sys
from pathlib import Path

from wattwise_embedded import EmbeddedError, ensure
from wattwise_embedded.account import Account, require_way_to, service_account
from wattwise_embedded.errors import Unusable
from wattwise_frontend import configuration, processes, settings


def main() -> None:
    try:
        start(settings.read(os.environ))
    except EmbeddedError as error:
        sys.exit(f"wattwise-frontend: {error}")


def start(chosen: settings.Settings) -> None:
    """Become nginx on this home. Raises EmbeddedError with the remedy."""
    account, folder = service_account(), chosen.folder
    require_way_to(folder, account)
    folder.mkdir(parents=True, exist_ok=True)
    processes.end_orphans(folder)
    prefix = ensure()
    site = _readable(chosen.dist, account, folder)
    is_root = os.geteuid() == 0
    configuration.write(chosen, prefix=prefix, site=site, account=account if is_root else None)
    words = [str(prefix.program("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    os.chdir(folder)
    os.execve(words[0], words, {"LC_ALL": "C"})  # noqa: S606 - a fixed list of words; no shell is wanted


def _readable(dist: Path, account: Account, folder: Path) -> Path:
    """Return the pages where nginx's workers can read them: a checkout below /root is closed to them, so they get a copy."""
    copy = folder / "site"
    shutil.rmtree(copy, ignore_errors=True)
    try:
        require_way_to(dist / "index.html", account)
        return dist
    except Unusable:
        shutil.copytree(dist, copy)
        return copy


if __name__ == "__main__":
    main()
