"""The licence that a page declares for itself, as an SPDX identifier.

A link to a licence alone says little: a page may be about it, or credit one picture. So only
``rel=license``, metadata, and links from what is visibly a footer or a licence notice count, and
where they disagree, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from trainer import spdx
from trainer.acquire.licences import by_name

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_REL = "contains(concat(' ', translate(@rel, 'LICENS', 'licens'), ' '), ' license ')"
_DECLARED = f"//*[@href][{_REL}][not(ancestor::figure)]/@href"
_NAMES = ("dcterms.license", "dc.license", "dcterms.rights", "dc.rights", "license", "licence")
_NOTICE = " or ".join(
    f"contains(translate(concat(@class, ' ', @id), '{word.upper()}', '{word}'), '{word}')"
    for word in ("licen", "copyright", "footer")
)
_IN_NOTICE = (
    f"//*[not(self::html or self::body)][self::footer or {_NOTICE}]//a[not(ancestor::figure)]/@href"
)
_CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)/(?P<version>[1-4]\.[05])(?P<port>/[a-z]{2,3})?"
    r"|publicdomain/(?P<public>zero|mark)/1\.0)(?:/|$)",
    re.IGNORECASE,
)
_OTHERS = (
    (re.compile(r"https?://(?:www\.)?opensource\.org/licen[cs]es?/([\w.-]+?)(?:\.php|/)?$"), None),
    (re.compile(r"https?://spdx\.org/licenses/([\w.+-]+?)(?:\.html)?$"), None),
    (re.compile(r"https?://(?:www\.)?apache\.org/licenses/LICENSE-2\.0"), "Apache-2.0"),
    (re.compile(r"https?://(?:www\.)?gnu\.org/licenses/fdl-1\.3"), "GFDL-1.3-only"),
    (re.compile(r"https?://(?:www\.)?gnu\.org/licenses/gpl-3\.0"), "GPL-3.0-only"),
    (re.compile(r"https?://(?:www\.)?unlicense\.org/?$"), "Unlicense"),
)


def of_page(tree: HtmlElement) -> str:
    """An SPDX identifier, or "unknown"."""
    declared = [of_url(url) for url in map(str, tree.xpath(_DECLARED))]
    if declared:
        return _agreed(declared)
    stated = [*_metadata(tree)]
    if stated:
        return _agreed(stated)
    notices = [of_url(url) for url in map(str, tree.xpath(_IN_NOTICE)) if _is_licence(url)]
    return _agreed(notices)


def of_url(url: str) -> str | None:
    """What the page at ``url`` is the text of; None for anything else."""
    match = _CREATIVE_COMMONS.match(url.strip())
    if match is not None:
        return _creative_commons(match)
    for pattern, identifier in _OTHERS:
        found = pattern.match(url.strip())
        if found is not None:
            return identifier or spdx.normal(found[1])
    return None


def _creative_commons(match: re.Match[str]) -> str | None:
    if match["public"]:
        return "CC0-1.0" if match["public"].lower() == "zero" else None
    # SPDX knows few of the versions for single countries.
    port = (match["port"] or "").upper().replace("/", "-")
    name = f"CC-{match['kind'].upper()}-{match['version']}"
    return spdx.normal(name + port) or spdx.normal(name)


def _metadata(tree: HtmlElement) -> Iterator[str | None]:
    for meta in tree.xpath("//meta[@name][@content]"):
        if meta.get("name").strip().lower() in _NAMES:
            content = meta.get("content").strip()
            found = of_url(content) or by_name(content)
            # "© 2024 Example, all rights reserved" is a statement as well, but of another kind.
            if found is not None or "licen" in meta.get("name").lower():
                yield found


def _is_licence(url: str) -> bool:
    return _CREATIVE_COMMONS.match(url.strip()) is not None


def _agreed(found: list[str | None]) -> str:
    one = set(found)
    identifier = one.pop() if len(one) == 1 else None
    return identifier or spdx.UNKNOWN
