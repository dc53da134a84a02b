"""OpenAPI 3.0.3 schemas as JSON Schema, closed: a field that is not described is a mistake.

Differences that matter: ``nullable`` is a type of its own in JSON Schema, references point into
``$defs`` instead of ``components``, and OpenAPI tells of annotations that JSON Schema would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]

_PREFIX = "#/components/schemas/"
_PART = "part:"
"""Before the name of a component that is part of a whole, and lets the other parts' fields pass."""
_LISTS = ("allOf", "anyOf", "oneOf")
_DROPPED = {
    "default", "deprecated", "description", "discriminator", "example", "examples", "externalDocs",
    "nullable", "readOnly", "title", "writeOnly", "xml",
}  # fmt: skip


class Converter:
    """Converts schemas of one description. What it has converted, it keeps."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self._converted: dict[str, Any] = {}

    def standalone(self, schema: Schema) -> Schema:
        """``schema`` with all that it refers to, directly or not, under ``$defs``."""
        converted = _convert(schema, closed=True)
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
            component = self._components[name.removeprefix(_PART)]
            self._converted[name] = _convert(component, closed=not name.startswith(_PART))
        return self._converted[name]


def _convert(schema: Any, *, closed: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_PREFIX)
        return {"$ref": f"#/$defs/{name if closed else _PART + name}"}
    converted: Schema = {}
    for key, value in schema.items():
        if key in _DROPPED or key.startswith("x-"):
            continue
        if key == "properties":
            converted[key] = {name: _convert(one, closed=True) for name, one in value.items()}
        elif key in _LISTS:
            whole = closed and "properties" not in schema and (key != "allOf" or len(value) == 1)
            converted[key] = [_convert(part, closed=whole) for part in value]
        elif key in ("items", "additionalProperties", "not"):
            converted[key] = _convert(value, closed=True)
        else:
            converted[key] = value
    if closed and schema.get("properties") and not set(schema) & {*_LISTS, "not"}:
        converted.setdefault("additionalProperties", False)
    if not schema.get("nullable"):
        return converted
    # Not "anyOf", whose failures do not say which field it was.
    return {"if": {"not": {"type": "null"}}, "then": converted}


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
