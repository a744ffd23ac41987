"""A PostgreSQL data folder: made whole or not at all, and brought up to date before each start."""

import hashlib
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wattwise_database.configuration import ACCESS
from wattwise_database.settings import DATABASE, ROLE
from wattwise_embedded import EmbeddedError, Prefix
from wattwise_embedded.account import Account

ENVIRONMENT = {"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"}
SUPERUSER = "postgres"
# Raise it when `_UPDATE` changes, so that existing data folders get it.
UPDATE_VERSION = "1"
UPDATED = "wattwise.updated"

CREATE = f"CREATE ROLE {ROLE} LOGIN{{options}};\nCREATE DATABASE {DATABASE} OWNER {ROLE};"
EXTEND = "CREATE EXTENSION timescaledb;\nCREATE EXTENSION pg_stat_statements;"
# Job 3 belongs to the other edition of TimescaleDB and would only log an error a day.
UPDATE = """\
ALTER EXTENSION timescaledb UPDATE;
UPDATE _timescaledb_config.bgw_job SET scheduled = false WHERE proc_name = 'policy_job_stat_history_retention' AND scheduled;
ALTER ROLE {role} PASSWORD '{password}';"""


class DatabaseBroken(EmbeddedError):
    def __init__(self, step: str, detail: str) -> None:
        super().__init__(f"{step} failed: {detail.strip()[-600:]}")


@dataclass(frozen=True)
class Cluster:
    """A data folder of PostgreSQL, owned by `account`, served by the programs of `prefix`."""

    folder: Path
    prefix: Prefix
    account: Account

    @property
    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").is_file()

    def create(self, *, durable: bool = True, role_options: str = "") -> None:
        """Make the data folder with the role and the database `wattwise` and TimescaleDB in it.

        Whole or not at all: it is made beside and renamed last. The role has no password until `update`.
        """
        work = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        self.account.own(work)
        new = Cluster(work / "data", self.prefix, self.account)
        new.initialize(durable=durable)
        new.run_sql(CREATE.format(options=f" {role_options}" if role_options else ""), database="postgres")
        new.run_sql(EXTEND, database=DATABASE)
        new.folder.rename(self.folder)
        shutil.rmtree(work)

    def initialize(self, *, durable: bool) -> None:
        """Run initdb in a folder of its own. The builtin collation C.UTF-8 and LC_* = C need no locale files at all."""
        work = self.folder.parent
        unknown = work / "password"
        unknown.write_text(secrets.token_urlsafe(32))  # the superuser's, which nobody keeps
        self.account.own(unknown)
        self._link_time_zones(work)
        self._run(
            "Creating the database",
            [str(self.prefix.program("initdb")), f"--pgdata={self.folder}", f"--username={SUPERUSER}"]
            + [
                f"--pwfile={unknown}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
            ]
            + ["--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"]
            + ([] if durable else ["--no-sync"]),
            folder=work,
        )
        self._link_time_zones(self.folder)

    def configure(self, text: str) -> None:
        """Write postgresql.conf and pg_hba.conf, and point to this prefix's time zones."""
        self._write("postgresql.conf", text)
        self._write("pg_hba.conf", ACCESS)
        self._link_time_zones(self.folder)

    def update(self, password: str) -> None:
        """Set the role's password and bring the extension to the version of the prefix, when either has changed."""
        mark = self._mark(password)
        marked = self.folder / UPDATED
        if marked.is_file() and marked.read_text() == mark:
            return
        self.run_sql(UPDATE.format(role=ROLE, password=password.replace("'", "''")), database=DATABASE)
        self._write(UPDATED, mark)

    def run_sql(self, statements: str, *, database: str) -> None:
        """Run statements (each ends its line with `;`) as superuser in single-user mode: no server, no port, no password."""
        words = ["--single", "-j", "-D", str(self.folder)]
        for setting in (
            "shared_preload_libraries=timescaledb,pg_stat_statements",
            "exit_on_error=on",
            "log_min_error_statement=panic",  # a password would be among the statements
            "timescaledb.telemetry_level=off",
            "log_checkpoints=off",
        ):
            words += ["-c", setting]
        self._run(
            "Preparing the database",
            [str(self.prefix.program("postgres")), *words, database],
            folder=self.folder,
            sql=statements.replace(";\n", ";\n\n") + "\n\n",
        )

    def forget_stale_server(self) -> None:
        """Remove a killed server's postmaster.pid when its number now belongs to another program (after a reboot, say).

        PostgreSQL itself would refuse to start then. Where the number is a PostgreSQL's, it decides by itself.
        """
        file = self.folder / "postmaster.pid"
        if not file.is_file():
            return
        name = Path("/proc", file.read_text().split("\n", 1)[0].strip() or "0", "comm")
        if name.is_file() and name.read_text().strip() != "postgres":
            file.unlink()

    def server(self) -> list[str]:
        """Return the command that serves this folder; it must run in this folder, with ENVIRONMENT."""
        return [str(self.prefix.program("postgres")), "-D", str(self.folder)]

    def _run(self, step: str, words: list[str], *, folder: Path, sql: str = "") -> None:
        done = subprocess.run(
            words,
            input=sql,
            cwd=folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            close_fds=False,  # the lock of the data folder is inherited on purpose
            **self.account.as_child(),
        )
        if done.returncode:
            raise DatabaseBroken(step, done.stderr or done.stdout)

    def _link_time_zones(self, folder: Path) -> None:
        # The server looks for time zones in `zoneinfo` where it stands (see unpack.use_own_time_zones).
        zones = folder / "zoneinfo"
        zones.unlink(missing_ok=True)
        zones.symlink_to(self.prefix.root / "usr/share/zoneinfo")

    def _write(self, name: str, text: str) -> None:
        new = self.folder / f"{name}.new"
        new.write_text(text)
        new.chmod(0o600)
        self.account.own(new)
        new.rename(self.folder / name)

    def _mark(self, password: str) -> str:
        versions = self.prefix.versions()
        digest = hashlib.scrypt(password.encode(), salt=str(self.folder).encode(), n=2**12, r=8, p=1)
        return f"{UPDATE_VERSION} {versions['postgresql-17-timescaledb']} {digest.hex()}\n"
