"""The servers' programs come from Debian, verified, once, and whole."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wattwise_embedded import EmbeddedError, apt, ensure
from wattwise_embedded.errors import DownloadFailed, MissingTool, NoKeyring, NoMirror, UnsupportedMachine
from wattwise_embedded.machine import MACHINES, this_machine
from wattwise_embedded.prefix import declared_packages, location
from wattwise_embedded.unpack import programs_in

ASK = "from wattwise_embedded import ensure; print(ensure().root)"
NOBODY_LISTENS = "http://127.0.0.1:9/debian"


def test_two_first_uses_at_once_unpack_one_prefix_and_leave_nothing_else(tmp_path: Path):
    environment = os.environ | {"WATTWISE_RUNTIME": str(tmp_path)}
    both = [
        subprocess.Popen([sys.executable, "-c", ASK], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    roots = {process.communicate(timeout=120)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    (root,) = roots
    assert sorted(path.name for path in tmp_path.iterdir()) == [Path(root).name, f"{Path(root).name}.lock"]
    version = subprocess.run([f"{root}/usr/sbin/nginx", "-v"], capture_output=True, text=True)
    assert "nginx/1." in version.stderr


def test_a_warm_prefix_is_there_at_once():
    ensure()
    started = time.monotonic()
    prefix = ensure()
    assert time.monotonic() - started < 1
    assert prefix.versions()["postgresql-17"].startswith("17.")


def test_every_program_uses_the_loader_of_the_prefix():
    prefix = ensure()
    programs = list(programs_in(prefix.root))
    assert {"postgres", "initdb", "psql", "nginx"} <= {program.name for program in programs}
    for program in programs:
        assert str(prefix.root / "usr/lib").encode() in program.read_bytes(), program


def test_another_package_list_gets_another_prefix():
    machine = this_machine()
    assert location(declared_packages(), machine) != location((*declared_packages(), "hello"), machine)
    assert location(("nginx",), MACHINES["x86_64"]) != location(("nginx",), MACHINES["aarch64"])


def test_a_mirror_that_does_not_answer_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTWISE_MIRROR", NOBODY_LISTENS)
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1:9/debian failed.*\n.*WATTWISE_MIRROR"):
        apt.download(["tzdata"], architecture="amd64", into=tmp_path)


def test_packages_signed_by_unknown_keys_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    keyring = tmp_path / "nobody.gpg"
    keyring.write_bytes(b"")
    monkeypatch.setenv("WATTWISE_KEYRING", str(keyring))
    into = tmp_path / "apt"
    into.mkdir()
    with pytest.raises(DownloadFailed):
        apt.download(["tzdata"], architecture="amd64", into=into)
    assert not list(into.rglob("*.deb"))


def test_a_missing_keyring_names_the_package_that_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTWISE_KEYRING", "/nowhere/keys.gpg")
    with pytest.raises(NoKeyring, match="debian-archive-keyring"):
        apt.download(["tzdata"], architecture="amd64", into=tmp_path)


def test_a_machine_without_apt_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="apt-get is missing.*DATABASE_URL"):
        apt.download(["tzdata"], architecture="amd64", into=tmp_path)


def test_apt_sources_without_debian_ask_for_a_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An Ubuntu machine, say: its apt knows addresses, and none of them is Debian's."""
    pretender = tmp_path / "apt-get"
    pretender.write_text("#!/bin/sh\nexit 0\n")
    pretender.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("WATTWISE_MIRROR", raising=False)
    with pytest.raises(NoMirror, match="WATTWISE_MIRROR"):
        apt.mirror()


def test_a_machine_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(UnsupportedMachine, match="riscv64"):
        this_machine()


def test_a_runtime_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    occupied = tmp_path / "file"
    occupied.touch()
    monkeypatch.setenv("WATTWISE_RUNTIME", str(occupied / "runtime"))
    with pytest.raises(EmbeddedError, match="WATTWISE_RUNTIME"):
        ensure()
