"""nginx's settings, written from the templates beside this file."""

import string
from importlib.resources import files
from pathlib import Path

from wattwise_embedded import Prefix
from wattwise_embedded.account import Account
from wattwise_frontend.settings import Settings

PAGES = """\
try_files $uri /index.html;
            add_header Cache-Control no-cache;
            include "%folder/security.conf";"""
NOT_BUILT = """\
default_type text/plain;
            return 503 "The pages of Wattwise are not built. Run ./wattwise up: it builds them.\\n";"""


class Template(string.Template):
    """Placeholders as %name, because $name is nginx's own."""

    delimiter = "%"


def write(settings: Settings, *, prefix: Prefix, site: Path, account: Account | None) -> None:
    """Write nginx.conf and what it includes into the service's run folder; workers run as `account` where one is given."""
    folder = settings.folder
    for name in ("proxy.conf", "security.conf"):
        (folder / name).write_text(_own(name))
    pages = PAGES if (site / "index.html").is_file() else NOT_BUILT
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    text = Template(_own("nginx.conf.template").replace("%pages", pages)).substitute(
        user=f"user {account.name};" if account else "",
        folder=folder,
        home=settings.home,
        site=site,
        mime_types=prefix.root / "etc/nginx/mime.types",
        backend=settings.backend,
        listen=f"{host}:{settings.port}",
    )
    (folder / "nginx.conf").write_text(text)


def _own(name: str) -> str:
    return files("wattwise_frontend").joinpath(name).read_text()
