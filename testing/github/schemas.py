"""GitHub's own description of its interface, as files outside of the tree."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testing.github.openapi import Description

if TYPE_CHECKING:
    from graphql import GraphQLSchema


def folder() -> Path:
    """Where the files lie, fetched where they do not. ``CalledProcessError`` if they cannot be."""
    script = Path(__file__).parent.with_name("provide_github_schemas.sh")
    done = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@dataclass(frozen=True)
class Schemas:
    """Each is loaded when it is first asked for: 0.3 s for REST, 1.5 s for GraphQL."""

    root: Path

    @cached_property
    def rest(self) -> Description:
        return Description(self._json("rest.json"))

    @cached_property
    def enterprise(self) -> Description:
        """REST of the newest GitHub Enterprise Server."""
        return Description(self._json("rest-enterprise.json"))

    @cached_property
    def graphql(self) -> GraphQLSchema:
        from graphql import build_schema

        text = (self.root / "schema.graphql").read_text(encoding="utf-8")
        return build_schema(text, assume_valid=True, no_location=True)

    def _json(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.root / name).read_bytes())
        return loaded
