"""Paragraphs out of the XML of Office formats, as a stream: no tree is built, however deep it is.

Elements are told by their local names, which Word, PowerPoint and OpenDocument use alike: "p" is a
paragraph, "h" a heading, "t" a run of text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn
from xml.parsers import expat

_PARAGRAPHS = ("p", "h")
_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " "}
_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:"


class BrokenXmlError(Exception):
    """With the parser's reason."""


def text_of(raw: bytes) -> str:
    """One paragraph a line and a blank line between two; headings as Markdown has them."""
    reader = _Paragraphs()
    _parse(raw, reader.start, reader.end, reader.characters)
    return "\n\n".join(reader.done)


def attributes_of(raw: bytes, name: str) -> list[dict[str, str]]:
    """Those of every element called ``name``, in order."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == name:
            found.append({_local(key): value for key, value in attributes.items()})

    _parse(raw, start)
    return found


class _Paragraphs:
    def __init__(self) -> None:
        self.done: list[str] = []
        self._text: list[str] = []
        self._heading = 0
        self._depth = 0
        """Paragraphs that are open: a text box stands inside one."""
        self._runs = 0
        self._all_is_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name in _PARAGRAPHS:
            self._depth += 1
            self._heading = _level(attributes) if name == "h" else 0
            # Word keeps text in runs, beside field codes and what was deleted.
            self._all_is_text = tag.startswith(_OPEN_DOCUMENT)
        elif name == "t":
            self._runs += 1
        elif name == "pStyle":
            self._heading = _style(attributes)
        elif name in _SPACES and self._depth:
            self._text.append(_SPACES[name])

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "t":
            self._runs -= 1
        elif name in _PARAGRAPHS:
            self._depth -= 1
            text = "".join(self._text).strip()
            self._text.clear()
            if text:
                self.done.append(f"{'#' * self._heading} {text}" if self._heading else text)

    def characters(self, text: str) -> None:
        if self._runs or (self._all_is_text and self._depth):
            self._text.append(text)


def _level(attributes: dict[str, str]) -> int:
    value = next((v for k, v in attributes.items() if _local(k) == "outline-level"), "1")
    return min(6, int(value)) if value.isdecimal() else 1


def _style(attributes: dict[str, str]) -> int:
    value = next((v for k, v in attributes.items() if _local(k) == "val"), "")
    level = value.removeprefix("Heading")
    return min(6, int(level)) if value.startswith("Heading") and level.isdecimal() else 0


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _parse(
    raw: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    # No such file declares entities, but one that unfolds to a billion of them does.
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BrokenXmlError(str(error)) from None


def _refuse(*declaration: Any) -> NoReturn:
    raise BrokenXmlError("it declares entities")
