from __future__ import annotations

import io
import random
import time

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.archives import pdf, show, stream_object
from trainer.corpus import extract_pdf as module
from trainer.corpus.drops import Dropped
from trainer.corpus.extract_pdf import pdf_to_text
from trainer.corpus.extracted import Extracted


def test_pages_in_order_without_their_numbers() -> None:
    found = pdf_to_text(pdf(show("First page\nof two\n1"), show("Page 2 of 2\nSecond")))
    assert found == Extracted("First page\nof two\n\nSecond", "PDF of 2 pages")


def test_hyphens_at_line_ends_go() -> None:
    found = pdf_to_text(pdf(show("an exam-\nple of X-\nRays")))
    assert isinstance(found, Extracted)
    assert found.text == "an example of X-\nRays"


def test_an_encrypted_one_falls_out() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(show("secret"))))
    writer.encrypt("password", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert pdf_to_text(out.getvalue()) == Dropped("encrypted PDF")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"%PDF-1.4\n%%EOF",
        b"not a PDF" * 1000,
        pdf(show("x"))[:300],
        pdf(show("x")).replace(b"/Pages", b"/Sages"),
        pdf(show("x")).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
        b"%PDF-1.4\n" + b"[" * 100_000,
        b"%PDF-1.4\n" + b"<<" * 100_000 + b"\nstartxref\n9\n%%EOF",
    ],
    ids=range(9),
)
def test_broken_ones_fall_out_or_are_empty(content: bytes) -> None:
    found = pdf_to_text(content)
    if isinstance(found, Dropped):
        assert found.reason == "broken PDF"
    else:
        assert found.text.strip() == ""


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_damage_never_raises(seed: int) -> None:
    damage = random.Random(seed)
    content = bytearray(pdf(show("Some text\nof a page"), show("and another")))
    for _ in range(damage.randint(1, 12)):
        place = damage.randrange(len(content))
        content[place] = damage.choice(b"0123456789/<>[]() RobjTf\x00\xff")
    assert isinstance(pdf_to_text(bytes(content)), (Extracted, Dropped))


def forms(depth: int) -> bytes:
    """Each form shows the next one twice: 2**depth times the last one."""
    extra = []
    for level in range(depth):
        content = b"/X Do /X Do" if level < depth - 1 else b"BT /F1 9 Tf (bomb) Tj ET"
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (
            6 + level
        )
        extra.append(stream_object(content, entries))
    return pdf(b"/X Do", resources="/XObject<</X 5 0 R>>", extra=extra)


@pytest.mark.parametrize(
    "content",
    [
        forms(60),
        pdf(b"q Q " * 5_000_000),
        pdf(b"1 " * 9_000_000),
        pdf(b"[" * 3_000_000),
        pdf(b"(" * 15_000_000),
        pdf(b" " * 300_000_000),
        pdf(*[show("x")] * 200),
    ],
    ids=["forms", "operations", "operands", "arrays", "strings", "bomb", "pages"],
)
def test_hostile_ones_take_bounded_time(content: bytes) -> None:
    start = time.process_time()
    pdf_to_text(content)
    assert time.process_time() - start < 60


def test_what_is_too_complex_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf(show("a b c"), show("d e f"))
    for name, most in (("MOST_PAGES", 1), ("MOST_OPERATIONS", 9), ("MOST_CHARACTERS", 7)):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, most)
            found = pdf_to_text(content)
        assert isinstance(found, Dropped)
        assert found.reason == "PDF too complex"
        assert any(word in found.detail for word in ("pages", "operations", "characters"))


def test_operations_in_forms_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OPERATIONS", 100)
    found = pdf_to_text(forms(20))
    assert isinstance(found, Dropped)
    assert found.reason == "PDF too complex"
