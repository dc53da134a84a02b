"""GitHub's REST interface as described by GitHub: what fits, and what does not, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from testing.github.json_schema import Converter, Schema

_JSON = "application/json"
# These take what is left of the path, slashes included.
_GREEDY = {"path", "ref", "basehead"}
# GitHub refuses in this shape everywhere, also where a path's description does not mention it.
# Where GitHub answers null and its description forgets to say so: the fork is gone, the comment is
# outdated or about a whole file.
_NULLABLE = (
    ("pull-request", "head", "repo"),
    ("pull-request", "head", "user"),
    ("pull-request-simple", "head", "repo"),
    ("pull-request-review-comment", "line"),
    ("pull-request-review-comment", "original_line"),
    ("pull-request-review-comment", "position"),
    ("review-comment", "line"),
    ("review-comment", "original_line"),
)
_REFUSAL: Schema = {
    "type": "object",
    "required": ["message", "documentation_url", "status"],
    "properties": {
        "message": {"type": "string"},
        "documentation_url": {"type": "string"},
        "status": {"type": "string"},
        "errors": {"type": "array"},
    },
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Operation:
    """One verb on one path. ``template`` is the path as described: "/repos/{owner}/{repo}"."""

    verb: str
    template: str
    description: dict[str, Any]
    arguments: Mapping[str, str]
    """The parts of the path, decoded."""


class Description:
    """Of one server. The checks give sentences; none means that all is well."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        for component, *path in _NULLABLE:
            _make_nullable(document["components"]["schemas"][component], path)
        self._converter = Converter(document["components"]["schemas"])
        self._validators: dict[tuple[str, ...], Any] = {}
        self._paths = sorted(map(_Template, document["paths"]), key=lambda path: path.greedy)

    def operation(self, verb: str, path: str) -> Operation | None:
        for template in self._paths:
            arguments = template.match(path)
            described = self._document["paths"][template.text].get(verb.lower())
            if arguments is not None and described is not None:
                return Operation(verb, template.text, described, arguments)
        return None

    def check_request(
        self, operation: Operation, query: Mapping[str, str], body: Any
    ) -> Iterator[str]:
        parameters = {
            parameter["name"]: parameter
            for parameter in map(self._resolved, operation.description.get("parameters", ()))
            if parameter["in"] == "query"
        }
        for name, value in query.items():
            if name not in parameters:
                yield f"query parameter {name!r} is not described"
                continue
            schema = parameters[name]["schema"]
            key = (operation.verb, operation.template, "query", name)
            yield from self._errors(key, schema, _typed(value, schema))
        for name, parameter in parameters.items():
            if parameter.get("required") and name not in query:
                yield f"query parameter {name!r} is missing"
        described = self._resolved(operation.description.get("requestBody", {}))
        content = described.get("content", {}).get(_JSON)
        if content is None:
            if body is not None:
                yield "a body is not described"
        elif body is None:
            if described.get("required"):
                yield "the body is missing"
        else:
            where = (operation.verb, operation.template, "body")
            yield from self._errors(where, content["schema"], body)

    def check_answer(self, operation: Operation, status: int, body: Any) -> Iterator[str]:
        """``body`` is None where there is none."""
        key = (operation.verb, operation.template, str(status))
        if status >= 400:
            yield from self._errors(("refusal",), _REFUSAL, body)
            return
        described = operation.description["responses"].get(str(status))
        if described is None:
            yield f"status {status} is not described"
            return
        content = self._resolved(described).get("content", {})
        if not content:
            if body is not None:
                yield f"no body is described for status {status}"
            return
        schema = (content.get(_JSON) or next(iter(content.values())))["schema"]
        yield from self._errors(key, schema, body)

    def check_event(self, name: str, action: str, payload: Any) -> Iterator[str]:
        """``payload`` as a webhook, or a workflow, gets it for "pull_request" and "opened"."""
        key = f"{name}-{action}".replace("_", "-")
        described = self._document["x-webhooks"][key]["post"]["requestBody"]["content"][_JSON]
        yield from self._errors(("event", key), described["schema"], payload)

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            found: Any = self._document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            value = found
        return value

    def _errors(self, key: tuple[str, ...], schema: Schema, value: Any) -> Iterator[str]:
        """``key`` names ``schema`` for good."""
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                self._converter.standalone(schema),
                validate_formats=True,
                ignore_unknown_formats=True,
                formats={"date-time": _is_time, "timestamp": _is_time},
            )
        for error in self._validators[key].iter_errors(value):
            where = "/".join(map(str, error.instance_path)) or "the whole"
            yield f"{where}: {_short(error.message)}"


def _make_nullable(schema: Schema, path: list[str]) -> None:
    *outer, last = path
    for name in outer:
        schema = schema["properties"][name]
    schema["properties"][last] = {"allOf": [schema["properties"][last]], "nullable": True}


class _Template:
    def __init__(self, text: str) -> None:
        self.text = text
        names = re.findall(r"\{([^}]+)\}", text)
        self.greedy = (len(names), text.count("/") * -1)
        pattern = re.escape(text)
        for name in names:
            last = text.endswith("{" + name + "}") and name in _GREEDY
            pattern = pattern.replace(re.escape("{" + name + "}"), "(.*)" if last else "([^/]+)")
        self._names = names
        self._pattern = re.compile(pattern)

    def match(self, path: str) -> dict[str, str] | None:
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        return dict(zip(self._names, map(unquote, found.groups()), strict=True))


def _short(message: str) -> str:
    # It begins with the value, which may be long, and ends with what is wrong with it.
    return message if len(message) <= 600 else f"{message[:200]} … {message[-300:]}"


def _typed(value: str, schema: Schema) -> Any:
    """``value`` of a query as the type that it stands for."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False
