from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from trainer.config import TrainerSettings
from trainer.corpus.layout import Job, Shard
from trainer.corpus.report import report
from trainer.corpus.tally import KEPT, Cell, Sample, Tally
from trainer.report_page import MOST_ROWS

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\u202e"
OUTPUTS = {"corpus/train-00000.jsonl.gz": {"sha256": "ab", "bytes": 5, "documents": 1}}


def job() -> Job:
    shards = (Shard("files/one/documents-00000.jsonl", "ab", "cd"),)
    return Job("raw", "work", "processed", TrainerSettings(), (), shards, "key")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    return tags


def test_nothing_of_a_document_takes_effect() -> None:
    tally = Tally()
    tally.count(Cell(HOSTILE, HOSTILE, HOSTILE, HOSTILE), 5)
    tally.sample(HOSTILE, Sample(HOSTILE, HOSTILE, HOSTILE))
    page = report(job(), tally, {HOSTILE: {"sha256": "ab", "bytes": 5, "documents": 1}})
    tags = parsed(page)
    assert not {"script", "img"} & set(tags.found)
    assert not any(name.startswith("on") for name in tags.attributes)
    assert "\u202e" not in page
    assert "alert(1)" in page


def test_it_needs_nothing_else() -> None:
    page = report(job(), Tally(), OUTPUTS)
    assert "http:" not in page
    assert "https:" not in page
    assert "default-src 'none'" in page.replace("&#x27;", "'")


def test_it_says_what_came_in_and_why_it_fell_out() -> None:
    tally = Tally()
    for _ in range(3):
        tally.count(Cell(KEPT, "files/one", "python", "MIT"), 1000)
    tally.count(Cell("minified", "files/one", "javascript", "MIT"), 1000)
    page = report(job(), tally, OUTPUTS)
    assert "4 documents (0.0 MB) came in from 1 sources; 3 (0.0 MB) stayed, 1 fell out." in page
    assert '<td>minified</td><td class="number">1</td><td>25.0 %</td>' in page
    assert "minified ×1" in page


def test_long_tables_are_cut_and_say_so() -> None:
    tally = Tally()
    for number in range(MOST_ROWS + 7):
        tally.count(Cell(KEPT, "files/one", "python", f"Licence-{number}"), 1)
    assert "and 7 more" in report(job(), tally, OUTPUTS)


def test_it_is_the_same_for_the_same(tmp_path: Path) -> None:
    assert report(job(), Tally(), OUTPUTS) == report(job(), Tally(), OUTPUTS)
