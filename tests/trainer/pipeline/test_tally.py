from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from testing.raw_documents import document
from trainer.corpus.tally import KEPT, SAMPLES, Cell, Count, Tally, cell_of, merged

TOKEN = "ghp_" + "Ab1" * 12


def part(*numbers: int) -> Tally:
    tally = Tally()
    for number in numbers:
        one = document(f"{number}.py", "x" * number, language="python" if number % 2 else "go")
        tally.drop(one, "too long" if number % 3 else "minified", f"measured {number}")
    return tally


def test_the_order_of_counting_does_not_matter() -> None:
    parts = [part(*range(start, start + 9)) for start in (1, 10, 19)]
    told = [merged(one).to_json() for one in permutations(parts)]
    assert all(one == told[0] for one in told)
    assert told[0] == part(*range(1, 28)).to_json()


def test_each_reason_has_a_few_samples() -> None:
    tally = part(*range(1, 100))
    assert {len(samples) for samples in tally.samples.values()} == {SAMPLES}
    assert {reason: count.documents for reason, count in tally.by("outcome").items()} == {
        "too long": 66,
        "minified": 33,
    }


def test_sums_are_by_what_is_asked() -> None:
    tally = Tally()
    tally.count(cell_of(document("a.py", "12345"), KEPT), 5)
    tally.drop(document("b.go", "123", language="go", licence="GPL-3.0-only"), "licence")
    assert tally.by("language") == {"go": Count(1, 3), "python": Count(1, 5)}
    assert tally.by("licence", kept=False) == {"GPL-3.0-only": Count(1, 3)}
    assert tally.by("source") == {"files/one": Count(2, 8)}
    assert tally.total() == Count(2, 8)
    assert tally.total(kept=True) == Count(1, 5)


def test_it_survives_json() -> None:
    tally = part(1, 2, 3)
    assert Tally.from_json(tally.to_json()) == tally
    assert Cell("too long", "files/one", "python", "MIT") in tally.counts


def test_samples_show_no_secret_and_nobody() -> None:
    tally = Tally()
    tally.drop(document("a.py", f"token = '{TOKEN}'\n# write to jo.smith@northwind.io\n"), "secret")
    (sample,) = tally.samples["secret"]
    assert TOKEN not in sample.excerpt
    assert "jo.smith" not in sample.excerpt


def test_a_token_at_the_end_of_an_excerpt_is_known_for_one() -> None:
    tally = Tally()
    tally.drop(document("a.py", "x " * 110 + f"'{TOKEN}'"), "secret")
    assert "Ab1" not in tally.samples["secret"][0].excerpt


def test_the_content_counts_where_there_is_no_text() -> None:
    tally = Tally()
    tally.drop(replace(document("a.pdf", ""), content=b"12345"), "no text")
    assert tally.total() == Count(1, 5)
