"""HTML out of functions: text is escaped unless it is marked as trusted."""

from __future__ import annotations

import html
from dataclasses import dataclass

from coderasst_hook.visible import visible

_VOID = frozenset({"meta", "link", "br"})


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of HTML, already escaped."""

    html: str


def text(content: str) -> Markup:
    """Untrusted text: escaped, and what hides or reorders made visible."""
    return Markup(html.escape(visible(content)))


def trusted(content: str) -> Markup:
    """HTML that this package itself has written."""
    return Markup(content)


def join(*parts: Markup | None) -> Markup:
    return Markup("".join(part.html for part in parts if part is not None))


def element(tag: str, *children: Markup | None, **attributes: str | bool) -> Markup:
    """``<tag attributes>children</tag>``. ``class_`` and ``aria_label`` become ``class`` and
    ``aria-label``; True is an attribute without a value, None as a child is left out."""
    opening = f"<{tag}{''.join(_attribute(*item) for item in attributes.items())}>"
    if tag in _VOID:
        return Markup(opening)
    return Markup(f"{opening}{join(*children).html}</{tag}>")


def _attribute(name: str, value: str | bool) -> str:
    name = name.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{html.escape(visible(value))}"'
