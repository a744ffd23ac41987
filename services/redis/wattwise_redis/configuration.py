"""Redis's settings for a broker: nothing is evicted, at most the last second is lost."""

import json
from pathlib import Path

TEXT = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir {folder}
daemonize no
loglevel notice
appendonly yes
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory-policy noeviction
"""


def write(*, host: str, port: int, password: str, folder: Path) -> str:
    """Write redis.conf's text."""
    # Redis reads double quotes with backslash escapes, as JSON writes them.
    return TEXT.format(
        host=host, port=port, password=json.dumps(password), folder=json.dumps(str(folder), ensure_ascii=False)
    )


def put(file: Path, text: str) -> None:
    """Put this text, which holds a password, into a file that only its owner can read."""
    new = file.with_name(f"{file.name}.new")
    new.touch(mode=0o600)
    new.chmod(0o600)
    new.write_text(text)
    new.rename(file)
