"""Ready recipes: a vendor's API in a few lines of TOML, as a kind of its own with only its own settings.

title = "Rain by the hour"            what people call it
description = "…"                     in a sentence: what it brings, and what one needs for it
every = "PT6H"                        how often it is asked
server = "https://rain.example"       {server} in addresses; a setting too, for mirrors. "" where each has their own
[settings.gauge]                      title, description, and: secret, choices, default, pattern, type, advanced
[http]                                settings of the HTTP source, with {gauge} in them
[recipe]                              what is known of the numbers
[[where]]                             the same under conditions: `fuel = "gas"`, then [where.http], [where.recipe]"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, create_model

from wattwise_consumption.fetching import Fetcher, FetchOrder, schema_of, validated
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import SourceKindInfo

from . import templates
from .config import Date, HttpSettings
from .source import HttpSource

_TYPES: dict[str, Any] = {
    "text": str, "integer": int, "number": float, "boolean": bool, "date": Date, "texts": list[str],
}  # fmt: skip
_START = {
    "title": "From", "description": "The first day to ask for. Empty: a year ago.", "type": "date", "default": None,
}  # fmt: skip


@dataclass(frozen=True)
class HttpRecipe:
    """A kind of source: called with an order, it makes a fetcher."""

    info: SourceKindInfo
    Settings: type[BaseModel]
    http: Mapping[str, Any]
    recipe: Mapping[str, Any]
    where: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, text: str, *, kind: str) -> "HttpRecipe":
        document = tomllib.loads(text)
        fields = dict(document.get("settings", {}))
        if "server" in document:
            fields["server"] = _server(document["server"]) | fields.get("server", {})
        if "start" not in document.get("http", {}):
            fields["start"] = _START
        settings = _model(kind, fields)
        info = SourceKindInfo(
            kind=kind, title=document["title"], description=document["description"],
            every=document.get("every", "PT6H"), settings_schema=schema_of(settings),
        )  # fmt: skip
        http = {"start": "{start}", **document["http"]}
        for part in (http, *(clause.get("http", {}) for clause in document.get("where", ()))):
            if unknown := part.keys() - HttpSettings.model_fields.keys():
                raise ValueError(f"{kind}/source.toml: the HTTP source has no setting {min(unknown)}.")
        return cls(info, settings, http, document.get("recipe", {}), tuple(document.get("where", ())))

    def __call__(self, order: FetchOrder[Any]) -> Fetcher:
        return HttpSource(replace(order, settings=self.http_settings(order.settings)))

    def http_settings(self, settings: BaseModel) -> HttpSettings:
        return validated(HttpSettings, _filled(self._told("http", settings), _values(settings)))

    def knows(self, settings: BaseModel) -> Recipe:
        return Recipe.model_validate(_filled(self._told("recipe", settings), _values(settings)))

    def _told(self, part: str, settings: BaseModel) -> dict[str, Any]:
        """With what is told under conditions that these settings meet, the last word last."""
        told = dict(getattr(self, part))
        for clause in self.where:
            conditions = {name: wanted for name, wanted in clause.items() if name not in ("http", "recipe")}
            if all(getattr(settings, name) == wanted for name, wanted in conditions.items()):
                told |= clause.get(part, {})
        return told


def _server(default: str) -> dict[str, Any]:
    if not default:
        return {
            "title": "Address",
            "description": "Where it runs, such as http://homeserver.local:8123.",
            "pattern": "^https?://",
        }
    return {
        "title": "Server", "description": "Another one of the same kind: a mirror or a test.", "default": default,
        "pattern": "^https?://", "advanced": True,
    }  # fmt: skip


def _model(kind: str, fields: Mapping[str, Mapping[str, Any]]) -> type[BaseModel]:
    made: dict[str, Any] = {name: _field(spec) for name, spec in fields.items()}
    config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)
    return create_model(f"{kind.title().replace('_', '')}Settings", __config__=config, **made)


def _field(spec: Mapping[str, Any]) -> tuple[Any, Any]:
    kind: Any = SecretStr if spec.get("secret") else _TYPES[spec.get("type", "text")]
    if "choices" in spec:
        kind = Literal[tuple(spec["choices"])]
    default = spec.get("default", ...)
    if kind is str and default is ... and "pattern" not in spec:
        return kind, Field(title=spec["title"], description=spec.get("description"), min_length=1)
    return kind, Field(
        default=SecretStr(default) if kind is SecretStr and default is not ... else default,
        title=spec["title"],
        description=spec.get("description"),
        pattern=spec.get("pattern"),
        min_length=1 if kind is SecretStr and default is ... else None,
        json_schema_extra={"x-group": "advanced"} if spec.get("advanced") else None,
    )


def _values(settings: BaseModel) -> dict[str, Any]:
    return {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in settings}


def _filled(told: Any, values: Mapping[str, Any], name: str = "") -> Any:
    if isinstance(told, dict):
        return {key: _filled(value, values, key) for key, value in told.items()}
    if isinstance(told, list):
        return [_filled(value, values, name) for value in told]
    if not isinstance(told, str):
        return told
    if (only := templates.only_name_in(told)) in values:
        return values[only]
    if name in ("url", "token_url"):
        return templates.address_with(told, values)
    return (templates.body_with if name == "body" else templates.plain_with)(told, values)
