"""Run the web server in the foreground: `python -m wattwise_frontend`. The process id stays: this process becomes nginx."""

import os
import shutil
import stat
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
    """Return the pages where nginx's workers can read them: a checkout that is closed to them (below /root, say) is copied."""
    copy = folder / "site"
    shutil.rmtree(copy, ignore_errors=True)
    index = dist / "index.html"
    if not index.is_file() or _is_open(index, account):
        return dist
    shutil.copytree(dist, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def _is_open(file: Path, account: Account) -> bool:
    try:
        require_way_to(file, account)
    except Unusable:
        return False
    return account.uid == os.geteuid() or bool(file.stat().st_mode & stat.S_IROTH)


if __name__ == "__main__":
    main()
