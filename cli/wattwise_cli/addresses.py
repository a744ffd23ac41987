"""Web addresses among the files of `wattwise import`: each is a source that is asked when somebody wants it."""

from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from wattwise_contract.recipes import Recipe

from .connection import CommandError

if TYPE_CHECKING:
    from wattwise_client import Wattwise

_KIND = "http"
_EVERYTHING = date(1970, 1, 1)


def is_address(word: str) -> bool:
    return word.lower().startswith(("https://", "http://"))


def import_address(
    api: "Wattwise", address: str, *, organization_id: int, recipe: Recipe, name: str, looks_first: bool
) -> dict[str, Any]:
    """The import of what is at an address. A source that asks there is made where there is none yet: asked again, it brings
    only what changed, unless its numbers are to be read in another way. Raises CommandError."""
    known = list(api.sources(organization_id=organization_id))
    config, secrets = _settings_of(address)
    source = next((one for one in known if one["kind"] == _KIND and one["config"] == config and not one["every"]), None)
    is_new = source is None
    if source is None:
        name = name or _free_name(config["url"], {one["name"] for one in known})
        source = api.create_source(
            organization_id=organization_id, kind=_KIND, name=name, config=config, secrets=secrets, recipe=recipe, every=""
        )  # fmt: skip
    elif secrets or name:
        api.change_source(source["id"], secrets=dict(secrets), name=name or None)
    is_read_anew = not is_new and recipe != Recipe() and recipe.model_dump(mode="json") != source["recipe"]
    if is_read_anew:
        api.change_source(source["id"], recipe=recipe)
    if looks_first:
        return api.preview_source(source["id"])
    if source["state"] == "draft":
        first = api.start_source(source["id"])["last_import"]
        return api.import_status(first["id"])
    return api.fetch_source(source["id"], since=_EVERYTHING if is_read_anew else None)


def _settings_of(address: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A password in the address is kept as a secret, and not shown with it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host:
        raise CommandError(f"{address!r} is no web address.")
    if parts.password is None:
        return {"url": address}, {}
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    config = {"url": plain, "auth": "basic", "username": unquote(parts.username or "")}
    return config, {"secret": unquote(parts.password)}


def _free_name(url: str, taken: set[str]) -> str:
    """The host and the file, with a number behind where there is such a source already."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    name = " ".join(filter(None, (parts.hostname, last)))[:180]
    names = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(name for name in names if name not in taken)
