"""PostgreSQL's settings, fitted to this machine and to loads of many readings."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

GIB = 1024**3
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")

COMMON = """\
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''          # TCP only: no 107-byte limit of socket paths, no /var/run/postgresql
shared_preload_libraries = 'timescaledb,pg_stat_statements'
timescaledb.telemetry_level = off
timescaledb.max_background_workers = 8
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
jit = off                             # its library is left out of the prefix
shared_buffers = {shared_buffers_mb}MB
effective_cache_size = {cache_mb}MB
work_mem = 32MB
maintenance_work_mem = 256MB
wal_compression = lz4
wal_buffers = 32MB
max_wal_size = {max_wal_gb}GB
checkpoint_timeout = 15min
random_page_cost = 1.1
effective_io_concurrency = 200
max_connections = 100
max_worker_processes = 20
max_locks_per_transaction = 256       # one lock for each chunk that a query touches
dynamic_shared_memory_type = mmap     # no /dev/shm: survives 64 MB containers and logind's RemoveIPC
"""

# A test's database is thrown away: nothing of it needs to survive a power cut.
THROW_AWAY = """\
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
shared_buffers = 128MB
timescaledb.max_background_workers = 0
"""

# The superuser has no password that anybody knows: it works in single-user mode only.
ACCESS = """\
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


@dataclass(frozen=True)
class Resources:
    """What this machine (or container) can give, in bytes."""

    memory: int
    free_disk: int


def measure(folder: Path) -> Resources:
    """Measure the memory of this machine, or of the container around it, and the free disk at this folder."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if CGROUP_LIMIT.is_file() and (limit := CGROUP_LIMIT.read_text().strip()).isdigit():
        memory = min(memory, int(limit))
    return Resources(memory, shutil.disk_usage(folder).free)


def write(resources: Resources, *, host: str, port: int) -> str:
    """Write postgresql.conf's text for these resources.

    A quarter of the memory is shared buffers, 2 GB at most, because eight other services live here too. WAL may grow to
    4 GB between checkpoints (a long load then writes each page once), but to no more than an eighth of the free disk.
    """
    memory_mb = resources.memory // 1024**2
    return COMMON.format(
        host=host,
        port=port,
        shared_buffers_mb=max(64, min(2048, memory_mb // 4)),
        cache_mb=max(128, memory_mb // 2),
        max_wal_gb=max(1, min(4, resources.free_disk // (8 * GIB))),
    )
