from __future__ import annotations

import json
import pickle
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testing.archives import pdf, show
from testing.documents import a_document
from trainer.config import TrainerSettings
from trainer.corpus.drops import Dropped, NamedStep
from trainer.corpus.steps import document_steps
from trainer.documents import Document

STEPS = document_steps(TrainerSettings())
PROSE = (
    "The server answers every request with a page that says what was asked for. A reader who "
    "knows the address of a host can find out which of its names are in use, and how often they "
    "have been read since the last time that somebody looked. Nothing of this is kept for longer "
    "than a day, because old figures are of no use to anyone but those who sell them."
)


def through(document: Document, steps: tuple[NamedStep, ...] = STEPS) -> Document | Dropped:
    for step in steps:
        result = step(document)
        if isinstance(result, Dropped):
            return result
        document = result
    return document


def kept(document: Document) -> Document:
    result = through(document)
    assert isinstance(result, Document), result
    return result


def test_a_source_file_with_its_paper_trail() -> None:
    header = "# Copyright (c) 2020 Ann\n" + "# Permission is hereby granted, free of charge, \n" * 5
    code = 'def f(x):\r\n\treturn x + 1  \n\nf("ann@corp.com")\n'
    done = kept(a_document(header + code))
    assert done.text == 'def f(x):\n\treturn x + 1\n\nf("<EMAIL>")\n'
    assert done.language == "python"
    assert [line.partition(":")[0] for line in done.history] == [
        *("label", "normalise", "boilerplate", "scrub"),
    ]


def test_a_page_a_pdf_and_a_notebook_become_prose() -> None:
    page = a_document(
        f"<html><body><p>{PROSE}</p><p>Accept all cookies</p></body></html>",
        kind="web",
        media_type="text/html",
        location="https://docs.example.org/a",
    )
    paper = a_document(
        content=pdf(show(PROSE.replace(". ", ".\n"))),
        media_type="application/pdf",
        location="a.pdf",
    )
    cells = [{"cell_type": "markdown", "source": PROSE}, {"cell_type": "code", "source": "x = 1"}]
    notebook = a_document(
        json.dumps({"cells": cells}), media_type="application/x-ipynb+json", location="a.ipynb"
    )
    for document in (page, paper, notebook):
        done = kept(document)
        assert done.language == "prose-en"
        assert "The server answers" in done.text
        assert "cookies" not in done.text
        assert done.content is None


def test_a_licence_is_asked_for_first() -> None:
    broken = a_document(content=b"%PDF", media_type="application/pdf", licence="GPL-3.0-only")
    assert through(broken) == Dropped("licence: GPL-3.0-only")


def test_what_repeats_an_evaluation_set_falls_out(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text(json.dumps({"context": PROSE}) + "\n")
    steps = document_steps(TrainerSettings(), [tmp_path])
    leak = through(a_document(f"{PROSE}\n", location="a.txt", media_type="text/plain"), steps)
    assert isinstance(leak, Dropped)
    assert leak.reason == "repeats an evaluation set"
    assert steps[-1].parameters != STEPS[-1].parameters


def test_steps_have_names_and_versions_and_can_be_sent() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert all(step.version for step in STEPS)
    sent = pickle.loads(pickle.dumps(STEPS))
    document = a_document("x = compute(1, 2)\nprint(x)\nprint('done')\n")
    assert through(document, sent) == through(document)


def test_parameters_tell_what_the_answers_depend_on() -> None:
    other = TrainerSettings.model_validate(
        {"licences": {"allow_unknown": True}, "preprocess": {"decontamination_ngram": 8}}
    )
    changed = {
        step.name
        for step, before in zip(document_steps(other), STEPS, strict=True)
        if step.parameters != before.parameters
    }
    assert changed == {"licence", "decontaminate"}


KINDS = st.sampled_from(["files", "web", "github", "conversations", "youtube", "feedback"])
TYPES = st.sampled_from(
    [
        *("text/plain", "text/html", "text/markdown", "text/vtt", "application/json"),
        *("application/x-ipynb+json", "text/x-python", "application/xml"),
    ]
)
PATHS = st.sampled_from(
    ["a.py", "a.js", "a.html", "a.md", "a.json", "README", "a.sh", "a.unknown", "\udcff.go", ""]
)
PIECES = st.sampled_from(
    [
        *("\udcff", "\x00", "\n", "\r", "\n\n\n\n", "é", "\u202e", "```", "---\n", "<p>", "<pre>"),
        *("password = 'hunter2!A9'", "ann@corp.com ", "/*", "*/", "# Copyright 2020 ", '"""', "{"),
        *(
            "x = 1\n",
            f"{PROSE}\n",
            "def f(): return 1\n",
            "a" * 300,
            "Ã©",
            "'" * 7,
            "{{",
            "93.184.215.14",
        ),
    ]
)


@given(KINDS, TYPES, PATHS, st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_document_raises_and_what_is_kept_is_utf8(
    kind: str, media_type: str, path: str, text: str
) -> None:
    document = a_document(text, kind=kind, media_type=media_type, location=path)
    first = through(document)
    assert through(document) == first
    if isinstance(first, Document):
        first.text.encode("utf-8")
        assert first.text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 2_000_000,
        "\udcff" * 1_000_000,
        "a" * 2_000_000,
        " " * 1_000_000 + "x",
        ("x " * 400 + "\n") * 2_000,
        "(" * 1_000_000,
        "#" * 1_000_000,
        "/*" * 500_000,
        "'''\n" * 200_000,
        "if x:\n" * 200_000,
        "<" * 1_000_000,
        "```\n" * 200_000,
        "\n".join(" " * n + "if x:" for n in range(900)),
        "a,b\n" * 300_000,
        "-----BEGIN PRIVATE KEY-----\n" * 30_000,
        "…\n" * 300_000,
    ],
    ids=range(16),
)
@pytest.mark.parametrize("path", ["a.py", "a.md", "a.js"])
def test_hostile_texts_take_bounded_time(text: str, path: str) -> None:
    start = time.process_time()
    through(a_document(text, location=path))
    assert time.process_time() - start < 20


def test_most_of_pythons_own_library_is_kept() -> None:
    library = Path(sysconfig.get_path("stdlib"))
    modules = sorted(path for path in library.glob("*.py") if path.stat().st_size > 1000)[::4]
    results = [through(a_document(path.read_text("utf-8"), location=path.name)) for path in modules]
    assert sum(isinstance(result, Document) for result in results) > 0.95 * len(modules)
