"""Settings and secrets of sources as they are written on a command line, by the schema of their kind."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from .connection import CommandError

_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def kind_named(kinds: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """Raises CommandError."""
    found = next((kind for kind in kinds if kind["kind"] == name), None)
    if found is None:
        known = ", ".join(kind["kind"] for kind in kinds) or "none yet: is the consumption service running?"
        raise CommandError(f"There is no kind of source {name!r}. Known are: {known}.")
    return found


def properties_of(kind: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Its settings by name; of one that may be empty, what it is where it is not."""
    schema: dict[str, dict[str, Any]] = kind["settings_schema"].get("properties", {})
    return {name: _told(setting) for name, setting in schema.items()}


def is_secret(setting: Mapping[str, Any]) -> bool:
    return setting.get("writeOnly") is True


def config_of(kind: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """What NAME=VALUE says, each by its type; a list is its name several times. Raises CommandError."""
    known = properties_of(kind)
    config: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise CommandError(f"{word!r} sets nothing. Write NAME=VALUE.")
        setting = setting_named(known, name, kind)
        if is_secret(setting):
            raise CommandError(f"{name} is a secret. Give it as: --secret {name}")
        if setting.get("type") == "array":
            config.setdefault(name, []).append(_value(name, setting.get("items", {}), text))
        else:
            config[name] = _value(name, setting, text)
    return config


def secrets_of(kind: Mapping[str, Any], words: Sequence[str], *, ask_for: Sequence[str] = ()) -> dict[str, str]:
    """NAME asks at the terminal, NAME=@FILE reads a file, NAME=- standard input. Those of `ask_for` that are not named
    are asked for too, where there is a terminal. Raises CommandError."""
    known = properties_of(kind)
    secrets: dict[str, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        setting = setting_named(known, name, kind)
        if not is_secret(setting):
            raise CommandError(f"{name} is no secret. Give it as: --set {name}=VALUE")
        secrets[name] = _secret_in(name, text) if equals else _asked(name, setting)
    missing = [name for name in ask_for if name not in secrets] if sys.stdin.isatty() else []
    return secrets | {name: _asked(name, known[name]) for name in missing}


def needed_secrets(kind: Mapping[str, Any]) -> list[str]:
    required = kind["settings_schema"].get("required", [])
    return [name for name, setting in properties_of(kind).items() if is_secret(setting) and name in required]


def setting_named(known: Mapping[str, dict[str, Any]], name: str, kind: Mapping[str, Any]) -> dict[str, Any]:
    """Raises CommandError."""
    if name not in known:
        raise CommandError(f"{kind['title']} has no setting {name!r}. See: wattwise sources kinds {kind['kind']}")
    return known[name]


def type_words(setting: Mapping[str, Any]) -> str:
    """What may stand behind NAME=, in a word or two."""
    if is_secret(setting):
        return "secret"
    if choices := setting.get("enum"):
        return " | ".join(map(str, choices))
    if setting.get("type") == "array":
        return f"{type_words(_told(setting.get('items', {})))}, several times"
    words = {"boolean": "yes | no", "object": "JSON", "string": str(setting.get("format", "text"))}
    return words.get(str(setting.get("type")), str(setting.get("type", "text")))


def _told(setting: dict[str, Any]) -> dict[str, Any]:
    choices = [one for one in setting.get("anyOf", []) if one.get("type") != "null"]
    return {**choices[0], **setting} if len(choices) == 1 else setting


def _value(name: str, setting: Mapping[str, Any], text: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "integer": int, "number": float, "boolean": _yes_or_no, "object": json.loads,
    }  # fmt: skip
    try:
        return readers.get(str(setting.get("type")), str)(text)
    except ValueError as error:
        raise CommandError(f"{name}={text}: this has to be {type_words(setting)}.") from error


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError(text)
    return text.lower() in _YES


def _secret_in(name: str, text: str) -> str:
    if text == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if not text.startswith("@"):
        raise CommandError(
            f"A secret on the command line stays in the shell's history. Write --secret {name} to be asked,"
            f" {name}=@FILE for a file's content, or {name}=- for standard input."
        )
    try:
        return Path(text[1:]).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{text[1:]} cannot be read: {error}") from error


def _asked(name: str, setting: Mapping[str, Any]) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"There is no terminal to ask for {name} at. Write {name}=@FILE, or {name}=-.")
    return str(typer.prompt(str(setting.get("title", name)), hide_input=True))
