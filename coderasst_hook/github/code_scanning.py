"""SARIF for GitHub's code scanning."""

from __future__ import annotations

import base64
import gzip

from coderasst_hook.github import paths
from coderasst_hook.github.client import Client
from coderasst_hook.github.errors import Unprocessable
from coderasst_hook.untrusted import encodable

LARGEST_UPLOAD = 10_000_000
"""Bytes after compression that GitHub takes."""


def upload(client: Client, repository: str, commit_sha: str, ref: str, sarif_text: str) -> None:
    """A second upload for the same commit replaces the first one: it is safe to repeat."""
    packed = gzip.compress(encodable(sarif_text).encode(), mtime=0)
    if len(packed) > LARGEST_UPLOAD:
        raise Unprocessable(
            f"the SARIF file is larger than GitHub takes ({len(packed):,} bytes compressed)"
        )
    body = {
        "commit_sha": commit_sha,
        "ref": ref,
        "sarif": base64.b64encode(packed).decode("ascii"),
    }
    path = paths.of("repos", *paths.split(repository), "code-scanning", "sarifs")
    client.rest("POST", path, body=body, repeatable=True)
