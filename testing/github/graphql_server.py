"""Runs a query against GitHub's own schema: what the schema does not know fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSyntaxError,
    execute_sync,
    parse,
    validate,
)

from testing.github.graphql_fields import FIELDS, of_connection
from testing.github.graphql_pages import Refused, check_size
from testing.github.graphql_roots import ROOTS
from testing.github.graphql_values import Viewer, typename

Json = dict[str, Any]


class NotServed(GraphQLError):
    """A field of the schema that this GitHub does not have yet."""


def run(schema: GraphQLSchema, viewer: Viewer, body: Json, violated: Callable[[str], None]) -> Json:
    """The answer. ``violated`` hears of whatever breaks the schema, on either side."""
    try:
        document = parse(body["query"])
    except GraphQLSyntaxError as error:
        violated(f"GraphQL: {error.message}")
        return {"errors": [_told(error)]}
    return _validated(schema, document, viewer, body, violated)


def _validated(
    schema: GraphQLSchema,
    document: DocumentNode,
    viewer: Viewer,
    body: Json,
    violated: Callable[[str], None],
) -> Json:
    variables = body.get("variables") or {}
    invalid = validate(schema, document)
    if invalid:
        for error in invalid:
            violated(f"GraphQL: {error.message}")
        return {"errors": [_told(error) for error in invalid]}
    try:
        check_size(document, variables)
    except Refused as refused:
        return {"errors": [_told(refused)]}
    return _executed(schema, document, viewer, variables, body.get("operationName"), violated)


def _executed(
    schema: GraphQLSchema,
    document: DocumentNode,
    viewer: Viewer,
    variables: Json,
    name: str | None,
    violated: Callable[[str], None],
) -> Json:
    done = execute_sync(
        schema,
        document,
        context_value=viewer,
        variable_values=variables,
        operation_name=name,
        field_resolver=_resolve,
        type_resolver=lambda value, info, abstract: typename(value),
    )
    for error in done.errors or ():
        # What GitHub refuses is an answer; anything else is a mistake in the query or in here.
        if not isinstance(error.original_error, Refused):
            violated(f"GraphQL: {error}")
    if not done.errors:
        return {"data": done.data}
    return {"data": done.data, "errors": [_told(error) for error in done.errors]}


def _resolve(source: Any, info: GraphQLResolveInfo[Viewer], **arguments: Any) -> Any:
    kind, field = info.parent_type.name, info.field_name
    known = ROOTS.get(kind) or FIELDS.get(kind) or of_connection(kind)
    if field in known:
        return known[field](source, info.context, **arguments)
    if isinstance(source, dict) and field in source:
        return source[field]
    raise NotServed(f"{kind}.{field} is not served yet: add it to testing/github/graphql_fields.py")


def _told(error: GraphQLError) -> Json:
    told: Json = {"message": error.message}
    cause = error if isinstance(error, Refused) else error.original_error
    if isinstance(cause, Refused):
        told["type"] = cause.kind
    if error.path:
        told["path"] = error.path
    if error.locations:
        told["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return told
