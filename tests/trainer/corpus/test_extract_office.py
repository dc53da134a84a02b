from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.archives import docx, zipped
from trainer.corpus import extract_office as module
from trainer.corpus.drops import Dropped
from trainer.corpus.extract_office import EPUB, FORMATS, office_to_text
from trainer.corpus.extracted import Extracted

DOCX, PPTX, ODT, ODP = FORMATS
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def text_of(media_type: str, content: bytes) -> str:
    found = office_to_text(media_type, content)
    assert isinstance(found, Extracted), found
    return found.text


def test_word() -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/><w:tabs><w:tab/></w:tabs></w:pPr>'
        "<w:r><w:t>Title</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>One </w:t></w:r><w:r><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>"
        "<w:del><w:r><w:delText>DELETED</w:delText></w:r></w:del>"
        "<w:r><w:instrText>FIELD</w:instrText></w:r></w:p><w:p/>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert text_of(DOCX, docx(body)) == "## Title\n\nOne \ttwo\nthree\n\ncell"


def test_slides_in_order() -> None:
    def slide(text: str) -> str:
        return f'<a:s xmlns:a="{DRAWING}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:s>'

    content = zipped(
        {f"ppt/slides/slide{n}.xml": slide(f"Slide {n}") for n in (10, 2, 1)}
        | {"ppt/theme/theme1.xml": slide("THEME")}
    )
    assert text_of(PPTX, content) == "Slide 1\n\nSlide 2\n\nSlide 10"


@pytest.mark.parametrize("media_type", [ODT, ODP])
def test_open_document(media_type: str) -> None:
    xml = (
        f'<d xmlns:t="{TEXT}">OUT<t:h t:outline-level="1">Title</t:h><t:p>One<t:s/>two'
        "<t:line-break/>three <t:span>four</t:span></t:p></d>"
    )
    assert text_of(media_type, zipped({"content.xml": xml})) == "# Title\n\nOne two\nthree four"


CONTAINER = '<c><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></c>'
PACKAGE = (
    '<p><manifest><item id="b" href="two.xhtml"/><item id="a" href="one%20.xhtml"/><item id="x"/>'
    '</manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="gone"/></spine></p>'
)


def test_a_book_in_the_order_of_its_spine() -> None:
    content = zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": PACKAGE,
            "OEBPS/two.xhtml": "<html><body><p>Second</p><pre>x\n  y</pre></body></html>",
            "OEBPS/one .xhtml": "<html><body><h1>First</h1></body></html>",
            "OEBPS/left-out.xhtml": "<p>LEFT OUT</p>",
        }
    )
    assert text_of(EPUB, content) == "First\n\nSecond\n\n```\nx\n  y\n```"


@pytest.mark.parametrize("container", [None, "<c/>", '<c><rootfile full-path="gone.opf"/></c>'])
def test_a_book_without_a_spine_goes_by_name(container: str | None) -> None:
    files = {"b.xhtml": "<p>b</p>", "a.html": "<p>a</p>"}
    if container is not None:
        files["META-INF/container.xml"] = container
    assert text_of(EPUB, zipped(files)) == "a\n\nb"


BILLION = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else '&a;' * 10}'>" for n in range(12))
    + "]><x>&a11;</x>"
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "broken Office file"),
        (b"PK\x03\x04" + b"\x00" * 100, "broken Office file"),
        (docx("x")[:-30], "broken Office file"),
        (zipped({"word/document.xml": "<x>"}), "broken Office file"),
        (zipped({"word/document.xml": b"\xff\xfe\x00"}), "broken Office file"),
        (zipped({"word/document.xml": BILLION}), "broken Office file"),
        (zipped({"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "broken Office file"),
        (
            zipped({"word/document.xml": '<?xml version="1.0" encoding="nope"?><x/>'}),
            "broken Office file",
        ),
        (zipped({"word/document.xml": b" " * 60_000_000 + b"<x/>"}), "Office file too large"),
        (zipped({f"{n}": "" for n in range(5_001)}), "Office file too large"),
    ],
    ids=range(10),
)
def test_broken_and_hostile_files_fall_out(content: bytes, reason: str) -> None:
    start = time.process_time()
    found = office_to_text(DOCX, content)
    assert isinstance(found, Dropped)
    assert found.reason == reason
    assert time.process_time() - start < 20


def test_many_parts_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_PART", 1000)
    part = f'<a:p xmlns:a="{DRAWING}">' + " " * 700 + "</a:p>"
    content = zipped({f"ppt/slides/slide{n}.xml": part for n in range(4)})
    found = office_to_text(PPTX, content)
    assert isinstance(found, Dropped)
    assert found.reason == "Office file too large"


def test_a_password_falls_out() -> None:
    content = bytearray(docx("x"))
    # The flag of encryption, in the local header and in the directory.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    found = office_to_text(DOCX, bytes(content))
    assert isinstance(found, Dropped)
    assert "password" in found.detail


def test_depth_costs_nothing() -> None:
    deep = "<w:p>" * 200_000 + "<w:r><w:t>deep</w:t></w:r>" + "</w:p>" * 200_000
    assert text_of(DOCX, docx(deep)) == "deep"


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_damage_never_raises(seed: int) -> None:
    damage = random.Random(seed)
    content = bytearray(docx("<w:p><w:r><w:t>Some text.</w:t></w:r></w:p>" * 20))
    for _ in range(damage.randint(1, 8)):
        content[damage.randrange(len(content))] = damage.randrange(256)
    assert isinstance(office_to_text(DOCX, bytes(content)), (Extracted, Dropped))
