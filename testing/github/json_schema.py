"""OpenAPI 3.0.3 schemas as JSON Schema, closed: a field that is not described is a mistake.

Differences that matter: ``nullable`` is a type of its own in JSON Schema, references point into
``$defs`` instead of ``components``, and OpenAPI tells of annotations that JSON Schema would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]

_PREFIX = "#/components/schemas/"
_DROPPED = {
    "nullable",
    "example",
    "examples",
    "discriminator",
    "xml",
    "externalDocs",
    "description",
}
_DROPPED |= {"deprecated", "title", "default", "readOnly", "writeOnly"}
_LISTS = ("allOf", "anyOf", "oneOf")


class Converter:
    """Converts schemas of one description. What it has converted, it keeps."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self._open = set(_composed(components))
        self._converted: dict[str, Any] = {}

    def standalone(self, schema: Schema) -> Schema:
        """``schema`` with all that it refers to, directly or not, under ``$defs``."""
        converted = self._convert(schema, closed=True)
        needed: dict[str, Any] = {}
        waiting = list(_references(converted))
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed[name] = self._component(name)
                waiting.extend(_references(needed[name]))
        return {"$defs": needed, "allOf": [converted]}

    def _component(self, name: str) -> Any:
        if name not in self._converted:
            closed = name not in self._open
            self._converted[name] = self._convert(self._components[name], closed=closed)
        return self._converted[name]

    def _convert(self, schema: Any, *, closed: bool) -> Any:
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return {"$ref": "#/$defs/" + schema["$ref"].removeprefix(_PREFIX)}
        converted: Schema = {}
        for key, value in schema.items():
            if key in _DROPPED or key.startswith("x-"):
                continue
            if key == "properties":
                converted[key] = {k: self._convert(v, closed=True) for k, v in value.items()}
            elif key in _LISTS:
                # Parts of a whole must let the fields of the other parts pass.
                apart = closed and key != "allOf" and "properties" not in schema
                converted[key] = [self._convert(part, closed=apart) for part in value]
            elif key in ("items", "additionalProperties", "not"):
                converted[key] = self._convert(value, closed=True)
            else:
                converted[key] = value
        if closed and schema.get("properties") and not set(schema) & {*_LISTS, "not"}:
            converted.setdefault("additionalProperties", False)
        if not schema.get("nullable"):
            return converted
        # Not "anyOf", whose failures do not say which field it was.
        return {"if": {"not": {"type": "null"}}, "then": converted}


def _composed(components: Mapping[str, Schema]) -> Iterator[str]:
    """Names of the components that are parts of a whole somewhere."""
    waiting: list[Any] = list(components.values())
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            # A property may be called "allOf", but is then no list.
            parts = here.get("allOf")
            if isinstance(parts, list) and len(parts) > 1:
                yield from _references(parts)
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str):
            yield target.rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
