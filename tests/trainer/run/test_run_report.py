"""The report as a page, as Markdown and as JSON: complete, and nothing in it takes effect."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from coderasst_hook.errors import StoreError
from testing.run_stages import Bench
from trainer.pipeline.report import write
from trainer.pipeline.report_markdown import inert
from trainer.pipeline.results import Ended
from trainer.pipeline.view import duration

HOSTILE = (
    "<script>alert(1)</script>",
    "@octocat closes #1 | a\nb",
    "[x](javascript:alert(1)) www.evil.example https://evil.example",
    "```\n`` ` ``",
    "deadbeefcafe _x_ :tada:",
)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            self.links += [value or "" for name, value in attrs if name == "href"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "data")
    made.source("a")
    return made


def written(ended: Ended, bench: Bench) -> Path:
    return write(ended, bench.root / "runs" / "one", bench.root).parent


def test_each_stage_is_told_with_what_it_took_and_gave(bench: Bench) -> None:
    bench.run()
    (bench.root / "pages").mkdir()
    page = bench.root / "pages" / "two #1.html"
    page.write_text("")
    telling = bench.with_step(
        "two",
        setting="new",
        change=lambda o: replace(
            o, took={"documents": "12"}, reports=(page,), warnings=("one was empty",)
        ),
    )
    folder = written(telling.run(), bench)
    html = (folder / "run_report.html").read_text()
    for told in ("documents", "12", "one was empty", "changed: settings of two", "as before"):
        assert told in html
    assert Page(html).links == ["../../pages/two%20%231.html"]
    data = json.loads((folder / "run.json").read_text())
    assert [one["status"] for one in data["stages"]] == ["unchanged", "done", "done"]
    assert data["stages"][1]["warnings"] == ["one was empty"]
    assert (data["exit_code"], data["nothing_done"]) == (0, False)
    markdown = (folder / "run_report.md").read_text()
    assert "| two | done |" in markdown
    assert "- two: one was empty" in markdown


def test_a_refusal_and_a_failure_are_told(bench: Bench) -> None:
    refusing = bench.with_step("two", change=lambda o: replace(o, refused=("worse by 3",)))
    folder = written(refusing.run(), bench)
    assert "### the candidate was not promoted: worse by 3" in (
        folder / "run_report.md"
    ).read_text().replace("`", "")

    def fail(work: object) -> None:
        raise StoreError("the disk is full")

    folder = written(bench.with_step("one", setting="x", act=fail).run(), bench)
    data = json.loads((folder / "run.json").read_text())
    assert data["verdict"] == "one failed: the disk is full"
    assert [one["status"] for one in data["stages"]] == ["failed", "not reached", "not reached"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_takes_effect(bench: Bench, text: str) -> None:
    telling = bench.with_step(
        "one",
        change=lambda o: replace(o, line=text, gave={text: text}, warnings=(text,)),
    )
    folder = written(telling.run(), bench)
    page = Page((folder / "run_report.html").read_text())
    assert "script" not in page.tags
    assert page.links == []
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(f"| a |\n|---|\n| {inert(text)} |")
    shown = Page(rendered)
    assert shown.tags <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    # GitHub looks for people and issues in all that is not code.
    assert "<td><code>" in rendered
    assert rendered.count("<td") == 1


@pytest.mark.parametrize("text", ["1,204 of 1,300 documents stayed", "F1 0.5 (0.4 - 0.6)"])
def test_plain_words_stay_plain(text: str) -> None:
    assert inert(text) == text


def test_a_folder_that_cannot_be_written(bench: Bench) -> None:
    ended = bench.run()
    (bench.root / "runs").write_text("")
    with pytest.raises(StoreError, match="cannot write the report"):
        written(ended, bench)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.04, "0.0 s"), (12.4, "12 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told
