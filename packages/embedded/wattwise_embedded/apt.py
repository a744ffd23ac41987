"""Fetch Debian packages with the machine's own apt, from its own mirror, signatures verified, nothing installed."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from wattwise_embedded.errors import DownloadFailed, MissingTool, NoKeyring, NoMirror

SUITE = "trixie"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ATTEMPTS = 3

CONFIG = """\
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "{work}/sources.list";
Dir::State "{work}";
Dir::State::lists "{work}/lists";
Dir::State::status "{work}/status";
Dir::Cache "{work}/cache";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
"""


def download(packages: Iterable[str], *, architecture: str, into: Path) -> list[Path]:
    """Fetch these packages of Debian trixie and return the .deb files, verified by apt against the archive's keyring.

    `into` must be an empty folder; it also takes apt's own state. Raises MissingTool, NoKeyring, NoMirror or DownloadFailed.
    """
    require_tools()
    keyring = Path(os.environ.get("WATTWISE_KEYRING", KEYRING))
    if not keyring.is_file():
        raise NoKeyring(str(keyring))
    source = mirror()
    environment = _configure(into, architecture=architecture, keyring=keyring, source=source)
    debs = into / "debs"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _apt("update", cwd=into, environment=environment)
            _apt("download", *sorted(packages), cwd=debs, environment=environment)
            return sorted(debs.glob("*.deb"))
        except subprocess.CalledProcessError as failure:
            if attempt == ATTEMPTS:
                raise DownloadFailed(source, SUITE, _reason(failure.stderr)) from failure
            time.sleep(attempt)
    raise AssertionError("unreachable: the last attempt returns or raises")


def require_tools() -> None:
    """Raise MissingTool for the first program that unpacking needs and this machine lacks."""
    for tool, package in {"apt-get": "apt", "dpkg-deb": "dpkg", "gpgv": "gpgv", "tar": "tar"}.items():
        if shutil.which(tool) is None:
            raise MissingTool(tool, package)


def mirror() -> str:
    """Name the Debian mirror to use: WATTWISE_MIRROR, else the machine's own. Raises NoMirror."""
    chosen = os.environ.get("WATTWISE_MIRROR")
    if chosen:
        return chosen
    known = _index_targets("$(ORIGIN)|$(LABEL)|$(REPO_URI)")
    for origin, label, uri in (line.split("|") for line in known):
        if (origin, label) == ("Debian", "Debian"):
            return uri
    # A machine whose package lists were deleted (most container images) knows addresses, but not yet what is there.
    for uri in _index_targets("$(REPO_URI)", "--no-release-info"):
        if re.search(r"/debian/?$", uri):
            return uri
    raise NoMirror


def _index_targets(form: str, *options: str) -> list[str]:
    listing = subprocess.run(
        ["apt-get", "indextargets", *options, "--format", form], capture_output=True, text=True, check=False
    )
    return sorted(set(listing.stdout.split("\n")) - {""})


def _configure(into: Path, *, architecture: str, keyring: Path, source: str) -> dict[str, str]:
    for folder in ("lists/partial", "cache/archives/partial", "debs"):
        (into / folder).mkdir(parents=True)
    (into / "status").touch()
    (into / "sources.list").write_text(f"deb [arch={architecture} signed-by={keyring}] {source} {SUITE} main\n")
    (into / "apt.conf").write_text(_proxy_settings() + CONFIG.format(work=into, architecture=architecture))
    return {**os.environ, "APT_CONFIG": str(into / "apt.conf"), "LC_ALL": "C"}


def _proxy_settings() -> str:
    """Keep how this machine reaches the network, and nothing else of its apt configuration."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False).stdout
    wanted = re.compile(r"^Acquire::https?::(Proxy|Verify|Ca)", re.IGNORECASE)
    return "".join(f"{line}\n" for line in dump.split("\n") if wanted.match(line))


def _apt(*words: str, cwd: Path, environment: dict[str, str]) -> None:
    subprocess.run(
        ["apt-get", "-qq", *words],
        cwd=cwd,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )


def _reason(stderr: str) -> str:
    lines = [line.strip() for line in stderr.split("\n") if line.startswith(("E:", "W:"))]
    return " ".join(lines)[:600]
