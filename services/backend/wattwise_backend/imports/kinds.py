"""The kinds of sources that workers have declared, and what they say of a source's settings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from wattwise_backend.platform.errors import BadRequest
from wattwise_contract.sources import SourceKindInfo

from .models import SourceKindDeclared


class WrongSettings(BadRequest):
    """Settings do not fit their kind; `fields` says which and why."""

    remedy = "Correct the settings that are named."

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("The settings do not fit this kind of source.", fields=dict(fields))


def declare(infos: Sequence[SourceKindInfo], *, now: datetime) -> None:
    """Keep what a worker says of its kinds; those of other workers stay."""
    rows = [SourceKindDeclared(kind=each.kind, info=each.model_dump_json(), declared_at=now) for each in infos]
    SourceKindDeclared.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind"], update_fields=["info", "declared_at"]
    )


def declared() -> list[SourceKindInfo]:
    """By title."""
    infos = (SourceKindInfo.model_validate_json(each.info) for each in SourceKindDeclared.objects.all())
    return sorted(infos, key=lambda info: info.title.lower())


def kind_named(kind: str) -> SourceKindInfo:
    """Raises BadRequest where no worker has declared it."""
    found = SourceKindDeclared.objects.filter(pk=kind).first()
    if found is None:
        raise BadRequest(
            f"No worker knows the kind of source {kind}.",
            remedy="Choose one of GET /api/source-kinds/; if that is empty, the consumption service is not running.",
        )
    return SourceKindInfo.model_validate_json(found.info)


def secret_names(info: SourceKindInfo) -> set[str]:
    """The settings that are secrets."""
    properties = info.settings_schema.get("properties")
    if not isinstance(properties, dict):
        return set()
    return {name for name, schema in properties.items() if _is_secret(schema)}


def _is_secret(schema: object) -> bool:
    """Also where only a part of it is, such as the one choice that is not null."""
    if isinstance(schema, dict):
        return schema.get("writeOnly") is True or any(map(_is_secret, schema.values()))
    return isinstance(schema, list) and any(map(_is_secret, schema))


def check_settings(info: SourceKindInfo, settings: Mapping[str, Any]) -> None:
    """Raises WrongSettings, which never tells a value: it may be a secret."""
    schema = {**info.settings_schema, "additionalProperties": False}
    fields = {name: [_UNWRITABLE] for name, value in settings.items() if not _is_writable(value)}
    for error in Draft202012Validator(schema).iter_errors(dict(settings)):
        for name, sentence in _told(error):
            fields.setdefault(name, []).append(sentence)
    if fields:
        raise WrongSettings(fields)


_UNWRITABLE = "It holds a character that cannot be kept."


def _is_writable(value: object) -> bool:
    """Whether the database takes it: no NUL, no half of a surrogate pair."""
    text = json.dumps(value, ensure_ascii=False)
    return "\\u0000" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _told(error: ValidationError) -> Iterable[tuple[str, str]]:
    """The setting and what is wrong with it."""
    place = ".".join(map(str, error.absolute_path))
    match error.validator:
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            return [(f"{place}.{name}".strip("."), "This is needed.") for name in missing]
        case "additionalProperties":
            known = error.schema.get("properties", {})
            extra = [name for name in error.instance if name not in known]
            return [(f"{place}.{name}".strip("."), "There is no such setting.") for name in extra]
        case "enum":
            return [(place, f"It is one of {', '.join(map(str, error.validator_value))}.")]
        case "type":
            return [(place, f"It has to be of the type {error.validator_value}.")]
        case "minLength" | "minItems":
            return [(place, "This is needed.")]
        case _:
            return [(place or "config", f"It does not fit: {error.validator} {error.validator_value}.")]
