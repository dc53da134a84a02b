"""What servers said of the version of a page that was read, to ask next time only whether it has
changed. Lives in ``RawSource.state``, so it is saved with the documents that it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FIELDS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
# They are sent back: nothing but what such a header may hold.
_SENDABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")


class Visits:
    """``state``: {"pages": {key: {"url", "etag", "last-modified"}}}."""

    def __init__(self, state: dict[str, Any]) -> None:
        pages = state.setdefault("pages", {})
        if not isinstance(pages, dict):
            pages = state["pages"] = {}
        self._pages: dict[str, Any] = pages

    def conditions(self, key: str, url: str) -> dict[str, str]:
        """Headers of a request for ``url``; none where it was never read, or by another URL."""
        known = self._pages.get(key)
        if not isinstance(known, dict) or known.get("url") != url:
            return {}
        return {
            header: value
            for field, header in _FIELDS
            if isinstance(value := known.get(field), str) and _SENDABLE.fullmatch(value)
        }

    def read(self, key: str, url: str, headers: Mapping[str, str]) -> bool:
        """Whether there is anything to ask by."""
        found = {
            field: value
            for field, _ in _FIELDS
            if _SENDABLE.fullmatch(value := headers.get(field, ""))
        }
        if found:
            self._pages[key] = {"url": url, **found}
        else:
            self._pages.pop(key, None)
        return bool(found)
