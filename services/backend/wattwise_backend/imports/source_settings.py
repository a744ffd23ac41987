"""A source's settings: what is shown of them, what is sealed, and what a change of them may do."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from wattwise_contract.sources import SourceKindInfo

from . import kinds
from .models import Source
from .secrets import SecretsUnreadable, opened

Settings = Mapping[str, Any]
_PLACES = ("host", "hostname", "server", "broker", "port")  # settings that say where, without being an address


def parted(info: SourceKindInfo, config: Settings, secrets: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """What may be shown, and what is a secret, also where it came among the settings. Raises WrongSettings for a setting
    among the secrets: it would not be hidden."""
    names = kinds.secret_names(info)
    if strangers := {name: ["This is no secret of this kind."] for name in secrets if name not in names}:
        raise kinds.WrongSettings(strangers)
    found = {name: value for name, value in config.items() if name in names}
    return {name: value for name, value in config.items() if name not in names}, {**found, **secrets}


def changed_settings(source: Source, info: SourceKindInfo, wish: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings and secrets of a source after a wish: secrets stay unless they are given anew, or null. Raises
    WrongSettings, also where secrets that are kept would go to another address than they were entered for."""
    config, given = parted(info, wish.get("config", source.config), wish.get("secrets") or {})
    kept = {name: value for name, value in _opened(source).items() if name not in given}
    if kept and _places(config) != _places(source.config):
        sentence = "Enter it again: it would be sent to another address."
        raise kinds.WrongSettings({name: [sentence] for name in sorted(kept)})
    secrets = kept | {name: value for name, value in given.items() if value is not None}
    kinds.check_settings(info, {**config, **secrets})
    return config, secrets


def _opened(source: Source) -> dict[str, Any]:
    """What is sealed; nothing where it cannot be read any more: then all of it has to be entered anew."""
    try:
        return dict(opened(source.secrets))
    except SecretsUnreadable:
        return {}


def _places(config: Settings) -> set[tuple[str, str]]:
    """Where secrets go: the servers of all addresses, and what else says where."""
    addresses = {(name, _server(value)) for name, value in config.items() if isinstance(value, str) and "://" in value}
    return addresses | {(name, str(config[name])) for name in _PLACES if name in config}


def _server(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return f"{parts.scheme}://{parts.netloc}"
