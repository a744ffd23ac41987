"""A source's settings: their JSON Schema, from which a page draws its form, and what people gave, checked."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from wattwise_consumption.problems import CannotFetch

S = TypeVar("S", bound=BaseModel)


def schema_of(settings: type[BaseModel]) -> dict[str, JsonValue]:
    """Flat: no references, and an optional value is one of its type that may be left out. SecretStr is `writeOnly`."""
    schema = settings.model_json_schema()
    definitions = schema.pop("$defs", {})
    flat: dict[str, JsonValue] = _flat(schema, definitions)
    flat.pop("description", None)  # a docstring, for those who read code
    return flat


def validated(settings: type[S], given: Mapping[str, object]) -> S:
    """Raises CannotFetch, naming the first setting that is wrong; no value is told, since it may be a secret."""
    try:
        return settings.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, problem["loc"]))
        said = str(problem["msg"]).removeprefix("Value error, ")
        what = f"The source's setting “{place}” is wrong" if place else "The source's settings do not fit together"
        raise CannotFetch(f"{what}: {said}.", "Correct the source's settings.") from None


def _flat(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_flat(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    schema = dict(schema)
    for merged in ("$ref", "allOf", "anyOf"):
        if merged in schema:
            schema = _merged(schema.pop(merged), definitions) | schema
    return {
        name: _flat(value, definitions) for name, value in schema.items() if not (name == "default" and value is None)
    }


def _merged(inner: Any, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """What a reference, or the one choice that is not null, says."""
    if isinstance(inner, str):
        return dict(definitions[inner.rpartition("/")[2]])
    (only,) = (one for one in inner if one.get("type") != "null")
    return dict(only)
