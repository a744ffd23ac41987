"""Servers run as an ordinary user, one for each data folder."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from wattwise_embedded.account import Account, require_way_to, service_account
from wattwise_embedded.errors import Unusable
from wattwise_embedded.lock import AlreadyInUse, hold

STRANGER = Account("stranger", 64_000, 64_000)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:  # pytest's own folders are closed to other users
        Path(name).chmod(0o755)
        yield Path(name)


def test_servers_never_run_as_root():
    assert service_account().uid != 0


def test_a_home_below_a_closed_folder_names_the_folder_and_the_remedy(folder: Path):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Unusable, match=f"cannot enter {closed}.*chmod o\\+x {closed}"):
        require_way_to(closed / "home/data", STRANGER)


def test_an_open_way_is_no_trouble(folder: Path):
    assert require_way_to(folder / "home/data", STRANGER) is None


def test_a_second_server_on_the_same_data_is_refused(folder: Path):
    first = hold(folder / "lock", what="A database", folder=folder, patience_s=0)
    try:
        with pytest.raises(AlreadyInUse, match="already running"):
            hold(folder / "lock", what="A database", folder=folder, patience_s=60)
    finally:
        os.close(first)


def test_the_lock_lives_exactly_as_long_as_the_last_process_of_the_server(folder: Path):
    """A killed server's children may still write: only when they are gone may a new one start."""
    child = (
        "import os, sys, subprocess; from pathlib import Path; from wattwise_embedded.lock import hold\n"
        "hold(Path(sys.argv[1]) / 'lock', what='A database', folder=Path(sys.argv[1]), patience_s=0)\n"
        "subprocess.Popen(['sleep', '1'], close_fds=False)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", child, str(folder)])
    with pytest.raises(AlreadyInUse):
        hold(folder / "lock", what="A database", folder=folder, patience_s=0)
    os.close(hold(folder / "lock", what="A database", folder=folder, patience_s=5))
