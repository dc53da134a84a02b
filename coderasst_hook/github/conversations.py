"""The threads and comments of a pull request, through GraphQL, however long their lists are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coderasst_hook.github import fields, graphql, paths, shapes
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.values import Comment, Reaction, Thread

MOST_PAGES = 50
"""Of one list."""


def read_threads(client: Client, repository: str, number: int) -> tuple[Thread, ...]:
    """Those of which a comment is left, oldest first."""
    found: list[Thread] = []
    try:
        for data in _of_pull_request(client, graphql.THREADS, repository, number):
            comments = tuple(_thread_comments(client, data))
            # GitHub leaves a thread behind whose comments have been deleted.
            if comments:
                found.append(shapes.thread(data, comments))
    except fields.Malformed as error:
        raise malformed("the query Threads", error) from None
    return tuple(found)


def read_conversation(client: Client, repository: str, number: int) -> tuple[Comment, ...]:
    try:
        return tuple(
            _comment(client, data)
            for data in _of_pull_request(client, graphql.CONVERSATION, repository, number)
        )
    except fields.Malformed as error:
        raise malformed("the query Conversation", error) from None


def _thread_comments(client: Client, thread: Any) -> Iterator[Comment]:
    identity = {"id": fields.text(thread, "id")}
    first = fields.get(thread, "comments")
    for data in _listed(client, graphql.MORE_COMMENTS, identity, first):
        yield _comment(client, data)


def _comment(client: Client, data: Any) -> Comment:
    identity = {"id": fields.text(data, "id")}
    first = fields.get(data, "reactions")
    listed = _listed(client, graphql.MORE_REACTIONS, identity, first)
    reactions: list[Reaction | None] = [shapes.reaction(one) for one in listed]
    return shapes.comment(data, tuple(filter(None, reactions)))


def _of_pull_request(client: Client, query: str, repository: str, number: int) -> Iterator[Any]:
    owner, name = paths.split(repository)
    variables = {"owner": owner, "name": name, "number": number}
    return _listed(client, query, variables, _page(client, query, variables, None))


def _listed(client: Client, query: str, variables: Mapping[str, Any], page: Any) -> Iterator[Any]:
    """The nodes of a list whose first ``page`` is there, and whose next ones ``query`` answers."""
    for _ in range(MOST_PAGES):
        yield from (node for node in fields.items(page, "nodes") if node is not None)
        if not fields.flag(page, "pageInfo", "hasNextPage"):
            return
        after = fields.text(page, "pageInfo", "endCursor")
        try:
            page = _page(client, query, variables, after)
        except NotFound:
            # Deleted while it was being read.
            return
    name = query.partition("(")[0].split()[-1]
    client.leave_out(f"the list {name}: more than {MOST_PAGES} pages, the rest was not read")


def _page(client: Client, query: str, variables: Mapping[str, Any], after: str | None) -> Any:
    data = client.graphql(query, {**variables, "after": after})
    holder = fields.get(data, "node") or fields.get(data, "repository", "pullRequest")
    if holder is None:
        raise NotFound("GitHub knows no such pull request, thread or comment (any more)")
    return fields.get(holder, "page")
