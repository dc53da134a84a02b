"""Which pull requests have review threads. Most have none, and each would cost a request."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.github import fields, paths
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.errors import NotFound

BATCH = 50
"""Pull requests that one query asks for; it costs one point of 5,000 an hour."""


def with_threads(client: Client, repository: str, numbers: Sequence[int]) -> frozenset[int]:
    """Those of ``numbers`` that have threads; all, where one of them is gone, for GitHub refuses
    the whole then. Raises ``GitHubError``."""
    if not numbers:
        return frozenset()
    owner, name = paths.split(repository)
    asked = " ".join(
        f"p{number}: pullRequest(number: {number}) {{ reviewThreads(first: 1) {{ totalCount }} }}"
        for number in numbers
    )
    query = (
        "query Busy($owner: String!, $name: String!) "
        f"{{ repository(owner: $owner, name: $name) {{ {asked} }} }}"
    )
    try:
        data = client.graphql(query, {"owner": owner, "name": name})
        return frozenset(
            number
            for number in numbers
            if fields.number(data, "repository", f"p{number}", "reviewThreads", "totalCount")
        )
    except NotFound:
        return frozenset(numbers)
    except fields.Malformed as error:
        raise malformed("the query Busy", error) from None
