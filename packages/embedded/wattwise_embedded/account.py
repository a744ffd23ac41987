"""Which system user an embedded server runs as: PostgreSQL refuses root, and nothing here needs it."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from wattwise_embedded.errors import MissingTool, Unusable

NAME = "wattwise"


@dataclass(frozen=True)
class Account:
    """An ordinary user of this machine."""

    name: str
    uid: int
    gid: int

    def own(self, *paths: Path) -> None:
        """Give these files or folders (not their contents) to this user."""
        for path in paths:
            os.chown(path, self.uid, self.gid)

    def as_child(self) -> dict[str, Any]:
        """Return the options with which `subprocess` starts a child as this user."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account() -> Account:
    """Return who servers run as: the caller, or for root the system user `wattwise`, created when absent.

    Raises MissingTool when it must be created and cannot be.
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(str(uid), uid, os.getegid())
    return _system_account() or _create()


def require_way_to(path: Path, account: Account) -> None:
    """Raise Unusable when this user cannot enter a folder on the way to `path`."""
    for folder in reversed(path.absolute().parents):
        if folder.exists() and not _may_enter(folder, account):
            raise Unusable(
                f"The system user {account.name}, as whom the database runs, cannot enter {folder}, so {path} is out of its reach. "
                f"Choose a home elsewhere (--home /var/lib/wattwise/home), or allow it: chmod o+x {folder}"
            )


def become(account: Account, words: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> NoReturn:
    """Replace this process by a program that runs as this user, in this folder; the process id stays."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)
    os.chdir(folder)
    os.execve(words[0], list(words), dict(environment))  # noqa: S606 - a fixed list of words; no shell is wanted


def _system_account() -> Account | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(NAME, entry.pw_uid, entry.pw_gid)


def _create() -> Account:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise MissingTool("useradd", "passwd (or create a system user named wattwise)")
    made = subprocess.run(
        [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            NAME,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    account = _system_account()  # looked up whatever useradd said: another process may have been quicker
    if account is None:
        raise Unusable(
            f"The system user {NAME} could not be created: {made.stderr.strip()}. Create it, or start as an ordinary user."
        )
    return account


def _may_enter(folder: Path, account: Account) -> bool:
    status = folder.stat()
    if account.uid in (0, status.st_uid):
        return account.uid == 0 or bool(status.st_mode & stat.S_IXUSR)
    wanted = stat.S_IXGRP if status.st_gid == account.gid else stat.S_IXOTH
    return bool(status.st_mode & wanted)
