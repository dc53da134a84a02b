"""Connections of GraphQL: pages with cursors, and GitHub's limits on how much may be asked for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

MOST_PER_PAGE = 100
MOST_NODES = 500_000


class Refused(GraphQLError):
    """``kind`` is the "type" that GitHub gives an error beside its message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Connection:
    nodes: Sequence[Any]
    total: int
    start: int

    @property
    def page_info(self) -> dict[str, Any]:
        end = self.start + len(self.nodes)
        return {
            "hasNextPage": end < self.total,
            "hasPreviousPage": self.start > 0,
            "startCursor": _cursor(self.start) if self.nodes else None,
            "endCursor": _cursor(end - 1) if self.nodes else None,
        }

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [
            {"node": node, "cursor": _cursor(self.start + offset)}
            for offset, node in enumerate(self.nodes)
        ]


def connect(
    name: str,
    items: Sequence[Any],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Connection:
    """The page of ``items`` of the field ``name``; ``Refused`` where GitHub would not give one."""
    if first is None and last is None:
        raise Refused(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}`"
            " connection.",
        )
    for word, count in (("first", first), ("last", last)):
        if count is not None and not 0 <= count <= MOST_PER_PAGE:
            raise Refused(
                "EXCESSIVE_PAGINATION",
                f"Requesting {count} records on the `{name}` connection exceeds the `{word}` limit"
                f" of {MOST_PER_PAGE} records.",
            )
    start = 0 if after is None else _offset(after) + 1
    end = len(items) if before is None else _offset(before)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    return Connection(items[start:end], len(items), start)


def check_size(document: DocumentNode, variables: Mapping[str, Any]) -> None:
    """``Refused`` for a query whose nested pages could together give too many nodes."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            total = _nodes(node.selection_set, 1, fragments, variables)
            if total > MOST_NODES:
                raise Refused(
                    "MAX_NODE_LIMIT_EXCEEDED",
                    f"This query requests up to {total:,} possible nodes which exceeds the maximum"
                    f" limit of {MOST_NODES:,}.",
                )


def _nodes(
    selected: SelectionSetNode | None,
    factor: int,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
) -> int:
    total = 0
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode):
            size = _size(node, variables)
            total += factor * size if size else 0
            total += _nodes(node.selection_set, factor * (size or 1), fragments, variables)
        elif isinstance(node, InlineFragmentNode):
            total += _nodes(node.selection_set, factor, fragments, variables)
        elif isinstance(node, FragmentSpreadNode):
            spread = fragments[node.name.value]
            total += _nodes(spread.selection_set, factor, fragments, variables)
    return total


def _size(node: FieldNode, variables: Mapping[str, Any]) -> int | None:
    """How many records a field asks for; None where it is no connection."""
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                value = variables.get(argument.value.name.value)
                return value if isinstance(value, int) else None
    return None


def _cursor(offset: int) -> str:
    return base64.b64encode(f"cursor:v2:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    try:
        words, _, number = base64.b64decode(cursor, validate=True).decode().rpartition(":")
        if words == "cursor:v2":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Refused("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.")
