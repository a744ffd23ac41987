"""Messages of the contract in the API document."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction, extend_schema_field
from pydantic import BaseModel

Field = TypeVar("Field")


class MessageExtension(PydanticExtension):  # type: ignore[no-untyped-call]
    """Describes a message with the words of OpenAPI 3.0, which the document is written in: pydantic writes 3.1, where
    what may be empty has another form. A message that is sent has all its fields."""

    target: type[BaseModel]
    priority = 1  # before the one of drf-spectacular

    @staticmethod
    def describes(message: type[BaseModel]) -> Callable[[type[Field]], type[Field]]:
        """The decorator of a field that holds such a message."""
        return extend_schema_field(cast(Any, message))

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema = self.target.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        for name, part in schema.pop("$defs", {}).items():
            auto_schema.registry.register_on_missing(
                ResolvedComponent(  # type: ignore[no-untyped-call]
                    name=name, type=ResolvedComponent.SCHEMA, object=name, schema=_as_3_0(part)
                )
            )
        described: dict[str, Any] = _as_3_0(schema)
        return described


def _as_3_0(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_as_3_0(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    written = {name: _as_3_0(value) for name, value in schema.items() if name not in ("title", "default")}
    if "properties" in schema:
        written |= {
            "properties": {name: _as_3_0(value) for name, value in schema["properties"].items()},
            "required": list(schema["properties"]),
        }
    kinds = written.pop("anyOf", [])
    (kind, *others) = [each for each in kinds if each.get("type") != "null"] or [{}]
    if others:
        return {**written, "anyOf": kinds}
    if "$ref" in kind:
        kind = {"allOf": [kind]}
    return {**written, **kind, **({"nullable": True} if kinds else {})}
