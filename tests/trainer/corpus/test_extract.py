from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.archives import docx, pdf, show
from testing.documents import a_document
from trainer.corpus import extract as module
from trainer.corpus.drops import Dropped
from trainer.corpus.extract import extract
from trainer.documents import Document

OFFICE = "application/vnd.openxmlformats-officedocument"


def extracted(document: Document) -> Document:
    result = extract(document)
    assert isinstance(result, Document), result
    return result


def of_type(media_type: str, text: str, language: str = "prose") -> Document:
    return a_document(text, media_type=media_type, language=language)


def test_text_and_code_stay() -> None:
    for document in (
        of_type("text/plain", "a"),
        of_type("text/x-rst", "---\na: b\n---\nc"),
        of_type("text/html", "<p>a", language="html"),
        of_type("text/x-python", "---\na: b\n---\n", language="python"),
    ):
        assert extract(document) is document


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("---\ntitle: A\n---\n# B\n", "# B\n"),
        ("\ufeff---\r\ntitle: A\r\n---\r\n# B\n", "# B\n"),
        ("+++\ntitle = 'A'\n+++\nB", "B"),
        ("---\n\nA rule, and then text.\n\n---\nmore", None),
        ("---\ntitle: A\n", None),
        ("---\n" + "a: b\n" * 5000 + "---\nB", None),
        ("# A\n---\na: b\n---\n", None),
    ],
)
def test_front_matter_goes(text: str, left: str | None) -> None:
    document = of_type("text/markdown", text)
    if left is None:
        assert extract(document) is document
    else:
        assert extracted(document).text == left


def test_the_history_tells_how() -> None:
    page = of_type("text/html", "<p>Some words of a page.")
    assert extracted(page).history == ("extract: HTML, all that is visible",)
    assert extracted(page).media_type == "text/html"


def test_binary_formats_become_text_alone() -> None:
    one = a_document(content=pdf(show("Hello")), media_type="application/pdf", language="prose")
    assert (extracted(one).text, extracted(one).content) == ("Hello", None)
    word = docx("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>")
    two = a_document(content=word, media_type=f"{OFFICE}.wordprocessingml.document")
    assert extracted(two).text == "Hello"


@pytest.mark.parametrize(
    ("media_type", "content", "reason"),
    [
        (f"{OFFICE}.spreadsheetml.sheet", b"PK", "spreadsheet"),
        ("image/png", b"\x89PNG", "unknown format"),
        ("application/pdf", pdf(show("")), "no text in it"),
    ],
)
def test_what_has_no_text_falls_out(media_type: str, content: bytes, reason: str) -> None:
    result = extract(a_document(content=content, media_type=media_type))
    assert isinstance(result, Dropped)
    assert result.reason == reason


def test_what_is_too_large_falls_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_TEXT", 100)
    monkeypatch.setattr(module, "LARGEST_BINARY", 1000)
    for document in (
        a_document("x" * 101),
        a_document(content=b"%PDF" * 300, media_type="application/pdf"),
        a_document(content=pdf(show("word " * 40)), media_type="application/pdf"),
    ):
        result = extract(document)
        assert isinstance(result, Dropped)
        assert result.reason == "too large to extract"


TYPES = (
    *("text/html", "text/markdown", "text/vtt", "application/x-subrip", "text/plain"),
    "application/x-ipynb+json",
)


@given(
    st.sampled_from(TYPES),
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    *(
                        "<p>",
                        "</p>",
                        "<pre>",
                        "</pre>",
                        "<script>",
                        "<!--",
                        "-->",
                        "<",
                        ">",
                        "&amp;",
                    ),
                    *("<nav>", "</nav>", "---\n", "a: b\n", "00:01.000 --> 00:02.000\n", "\n\n"),
                    *('{"cells":', "[", "]", "}", '"x"', "words ", "\udcff", "\x00", "<?xml ?>"),
                ]
            ),
            max_size=30,
        ).map("".join),
    ),
)
def test_no_text_raises(media_type: str, text: str) -> None:
    result = extract(of_type(media_type, text, language=""))
    prose = extract(of_type(media_type, text))
    assert isinstance(result, (Document, Dropped))
    assert isinstance(prose, (Document, Dropped))


def cell(kind: str, source: object) -> dict[str, object]:
    return {"cell_type": kind, "source": source, "outputs": [{"text": "OUTPUT"}]}


def notebook(*cells: object, **metadata: object) -> Document:
    return of_type(
        "application/x-ipynb+json", json.dumps({"cells": cells, "metadata": metadata}), language=""
    )


WORDS = "There are some words here which explain what is done, and why. " * 6


def test_a_notebook_is_prose_with_fences() -> None:
    done = extracted(
        notebook(
            cell("markdown", ["# Title\n", WORDS]),
            cell("code", ["x = 1\n", "x"]),
            cell("code", "'''```'''"),
            cell("raw", "RAW"),
            cell("code", ""),
            language_info={"name": "python"},
        )
    )
    assert (
        done.text == f"# Title\n{WORDS}\n\n```python\nx = 1\nx\n```\n\n````python\n'''```'''\n````"
    )
    assert done.language == "prose"


def test_a_notebook_of_code_is_code() -> None:
    done = extracted(
        notebook(cell("code", "x = 1"), cell("code", "y"), kernelspec={"language": "julia"})
    )
    assert (done.text, done.language) == ("x = 1\n\ny", "julia")


def test_notebooks_of_format_3() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1"]}]}, 7]}
    done = extracted(of_type("application/x-ipynb+json", json.dumps(old), language=""))
    assert (done.text, done.language) == ("a = 1", "python")


@pytest.mark.parametrize(
    "text",
    [
        *("", "not JSON", "[]", "7", "null", "{}", '{"cells": 7}', '{"cells": [7, {}, null]}'),
        *('{"cells": [{"cell_type": "code", "source": 7}]}', "[" * 200_000, '{"a":' * 50_000),
        '{"worksheets": {"cells": []}, "metadata": []}',
    ],
    ids=range(12),
)
def test_what_is_no_notebook_falls_out(text: str) -> None:
    result = extract(of_type("application/x-ipynb+json", text, language=""))
    assert isinstance(result, Dropped)
    assert result.reason == "no notebook"


def test_odd_metadata_of_a_notebook_is_passed_over() -> None:
    for metadata in (
        {"kernelspec": 7},
        {"language_info": {"name": ["x"]}},
        {"kernelspec": {"language": "??"}},
    ):
        assert extracted(notebook(cell("code", "x = 1"), **metadata)).language == "python"


def test_subtitles() -> None:
    vtt = (
        "WEBVTT\nKind: captions\n\nNOTE a\nb\n\n1\n00:00.000 --> 00:02.000 align:start\n"
        "<c.yellow>Hello</c> there\n\n00:00:02.000 --> 00:00:03.000\nHello there\nand welcome\n\n"
        "3\n00:03.000 --> 00:04.000\n[Music]\n\n4\n00:05.000 --> 00:06.000\n(laughs) to this\n"
    )
    assert extracted(of_type("text/vtt", vtt)).text == "Hello there\nand welcome\nto this"
    cues = ("1\n00:00:01,000 --> 00:00:02,000\nOne.", "2\n00:00:02,000 --> 00:00:03,000\nTwo.\n")
    srt = "\n\n".join(cues).replace("\n", "\r\n")
    assert extracted(of_type("application/x-subrip", srt)).text == "One.\nTwo."
