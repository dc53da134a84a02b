"""Serve repositories of this machine as GitHub would, until interrupted:

python -m testing.github octo/shop=path/to/repository --head feature
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import suppress
from pathlib import Path

from testing.github.schemas import Schemas, folder
from testing.github.server import GitHubServer

_WRITES = ("contents", "pull_requests", "issues", "checks", "security_events")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m testing.github", description=__doc__)
    parser.add_argument("repository", nargs="+", help="OWNER/NAME=FOLDER")
    parser.add_argument("--head", help="open a pull request from this branch of the first one")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--schemas", type=Path, help="GitHub's schemas; fetched if not given")
    given = parser.parse_args()
    schemas = Schemas(given.schemas or folder())
    with (
        tempfile.TemporaryDirectory() as scratch,
        GitHubServer(schemas, Path(scratch), port=given.port) as github,
    ):
        made = [
            github.repository(name, Path(path).resolve())
            for name, _, path in (told.partition("=") for told in given.repository)
        ]
        if given.head:
            github.open_pull(made[0], head=given.head)
        token = github.workflow_token(**dict.fromkeys(_WRITES, "write"))
        # As lines that a shell can evaluate.
        print(f"GITHUB_API_URL={github.api_url}")
        print(f"GITHUB_GRAPHQL_URL={github.graphql_url}")
        print(f"GITHUB_TOKEN={token}", flush=True)
        with suppress(KeyboardInterrupt):
            github.wait()
        for violation in github.violations:
            print(violation)


if __name__ == "__main__":
    main()
