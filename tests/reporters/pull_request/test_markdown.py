"""Untrusted text is shown as it was written, and nothing in it takes effect."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from coderasst_hook.github.markers import decode_finding, decode_state
from coderasst_hook.reporters.pull_request.markdown import code, fenced, inline, link, text
from coderasst_hook.visible import prose, visible
from tests.reporters.pull_request.rendered import rendered

HARMLESS = {"p", "br", "code", "pre"}

HOSTILE_LINES = [
    "@octocat and @org/team, (@octocat), “@octocat”",
    "＠octocat ﹫octocat @\u200boctocat",
    "#12, (#12), owner/repo#12, GH-12, gh-12, owner/repo@0123456789",
    "0123456789abcdef0123456789abcdef01234567 and 0123abc!",
    "https://evil.example/x HTTP://EVIL.EXAMPLE ftp://a.example www.evil.example WWW.evil.example",
    "mailto:a@b.example a@b.example xmpp:a@b.example",
    "[text](https://evil.example) [text](/relative) ![image](https://evil.example/x.png)",
    "[text][ref] [ref] [^1] ![][ref]",
    "[ref]: https://evil.example 'title'",
    "[ref]: /relative",
    "[^1]: footnote",
    "<https://evil.example> <a@b.example> <b>bold</b> <script>alert(1)</script>",
    "<!-- comment --> <!-- coderasst:finding {} --> <![CDATA[x]]> <?php ?> <!DOCTYPE x>",
    "</details></summary></div>",
    "<details>",
    "<img src=x onerror=alert(1)>",
    "# heading",
    "###### heading #",
    "heading\n===",
    "heading\n---",
    "heading\n:-",
    "> quote",
    "> [!NOTE]\n> alert",
    "- item",
    "+ item\n* item",
    "1. item\n2) item",
    "- [ ] task\n- [x] task",
    "---",
    "***\n___\n- - -",
    "| a | b |\n|---|---|\n| c | d |",
    "a | b\n--- | ---\nc | d",
    "a\n:-:\n-:\n:--",
    "**bold** __bold__ *it* _it_ ***both*** a**b**c ~~gone~~ ~gone~",
    "$x + y$ $$z$$ $`x`$ costs $5 and $6",
    ":tada: :+1: a:b:c std::vector::size",
    "&lt;b&gt; &commat;octocat &#64;octocat &#x40;octocat &amp;",
    "\\@octocat \\<b> \\`code` \\*x* \\\\ trailing\\",
    "    indented code @octocat",
    "\tindented code",
    "```\nfence @octocat\n```",
    "```suggestion\nrm -rf /\n```",
    "~~~mermaid\ngraph\n~~~",
    "```never closed\n@octocat",
    "`` ` `` ``` `` ``` `a` ``b`` `c",
    "`code`@octocat`code`#12`code`",
    "` `` ``` ```` `````",
    "text `code` \\``b` `",
    "/approve",
    "/lgtm @octocat",
    "Fixes #12\nCloses owner/repo#12",
    "a\u202eb\u200bc\u2066d\x1b[31m\x00\r\u2028e\udcff",
    "line  \nbreak\\\nbreak",
    "\n\n\n",
    "",
    "  ",
    "<",
    "[",
    "@",
    "`",
    "``",
    "$",
    "\\",
]
_FRAGMENTS = st.sampled_from(
    [
        *HOSTILE_LINES,
        *"`*_[]()<>!#@$:~|\\/-+=.&;^{}\"'\n\t 1ax",
        *("``", "```", "~~~", "<!--", "-->", "](", "://", "www.", "gh-1", "\n\n", "\n> ", "\n    "),
        *("&#64;", "@a", "#1", "\u200d", "＠", "\u202e", "é", "𝕏", "0123456"),
    ]
)
HOSTILE = st.lists(_FRAGMENTS, max_size=25).map("".join)


def without_code_marks(shown: str) -> str:
    """A text's characters, without what makes up its code and without its spacing."""
    return "".join(shown.replace("`", "").split())


@given(HOSTILE)
def test_no_text_takes_effect(hostile: str) -> None:
    page = rendered(text(hostile))
    assert set(page.tags) <= HARMLESS
    assert page.comments == []
    assert page.effects == []
    assert page.languages == []


@given(HOSTILE)
def test_no_line_takes_effect(hostile: str) -> None:
    for before in ("", "- ", "> ", "1. ", "# ", "**High** "):
        page = rendered(before + inline(hostile))
        alone = rendered(f"{before}x")
        assert set(page.tags) <= {*alone.tags, "code"}
        assert page.effects == []
        assert page.comments == []


@given(HOSTILE)
def test_a_second_parser_finds_nothing_either(hostile: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text(hostile))
    inner = [child.type for token in tokens for child in token.children or ()]
    assert {token.type for token in tokens} <= {
        "paragraph_open",
        "inline",
        "paragraph_close",
        "fence",
    }
    assert set(inner) <= {"text", "softbreak", "code_inline"}


@pytest.mark.parametrize("hostile", [line for line in HOSTILE_LINES if "```" not in line])
def test_nothing_is_lost(hostile: str) -> None:
    if "~~~" not in hostile:
        assert without_code_marks(rendered(text(hostile)).shown) == without_code_marks(
            visible(hostile)
        )
    assert without_code_marks(rendered(inline(hostile)).shown) == without_code_marks(prose(hostile))


@given(st.text("`*_[]()<>!#@$:~|\\/-+=.&;^{}\"' 1ax", max_size=60))
@example("`@a``")
@example("1. 1) #")
def test_a_line_is_shown_as_it_was_written(hostile: str) -> None:
    assert without_code_marks(rendered(inline(hostile)).shown) == without_code_marks(hostile)


@given(HOSTILE)
def test_what_follows_a_text_is_not_swallowed(hostile: str) -> None:
    page = rendered(f"<details>\n\n{text(hostile)}\n\n</details>\n\n**after**")
    assert page.tags[-2:] == ["p", "strong"]
    assert "details" in page.tags


@given(HOSTILE, st.integers(1, 80))
def test_a_limit_is_kept_and_breaks_nothing(hostile: str, limit: int) -> None:
    page = rendered(text(hostile, limit))
    assert set(page.tags) <= HARMLESS
    assert page.effects == []
    assert len(prose(hostile)) <= limit or "…" in inline(hostile, limit)


@given(HOSTILE)
def test_no_text_is_taken_for_a_marker(hostile: str) -> None:
    marker = '<!-- coderasst:finding {"v":1} -->'
    for shown in (text(hostile), text(f"{hostile}\n{marker}"), inline(marker), code(marker)):
        assert decode_finding(shown) is None
        assert decode_state(shown) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("`eval` runs data as code", "`eval` runs data as code"),
        ("see `a | b`", "see `a | b`"),
        ("use ``a ` b``", "use ``a ` b``"),
        ("ask @octocat, please", "ask `@octocat`, please"),
        ("(see #12)", r"(see `#12`)"),
        ("(#12)", "(`#12`)"),
        ("(#12", "(`#12`"),
        ("#12)", "`#12`)"),
        ("f(@a)", "`f(@a)`"),
        ("`a`@b", "`a@b`"),
        ("snake_case", r"snake\_case"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("1. first", r"1\. first"),
        ("1.5 seconds", r"1\.5 seconds"),
        ("- first", r"\- first"),
        ("a - b", "a - b"),
        ("the only ` here", "the only &#96; here"),
        ("a\n\n\nb\nc", "a\n\nb\nc"),
        ("a\n```py\nb\n```\nc", "a\n\n```\nb\n```\n\nc"),
        ("~~~\na\n```\n~~~", "````\na\n```\n````"),
    ],
)
def test_how_it_reads(written: str, shown: str) -> None:
    assert text(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("", ""),
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        (" a ", "`  a  `"),
        (" ", "` `"),
        ("a\nb", "`a\\nb`"),
        ("a\u202eb", "`a\\u202eb`"),
    ],
)
def test_code_spans(written: str, shown: str) -> None:
    assert code(written) == shown
    if written:
        assert rendered(code(written)).code == [visible(written).replace("\n", "\\n")]


@given(st.text("`a \n~", max_size=40))
def test_a_block_of_code_is_shown_as_it_is(content: str) -> None:
    page = rendered(f"{fenced(content)}\n\nafter")
    assert page.tags == ["pre", "code", "p"]
    assert "".join(page.code) == (f"{content}\n" if content else "")


def test_an_empty_block_has_no_line() -> None:
    assert fenced("", "suggestion") == "```suggestion\n```"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "/relative",
        "https://a.example/(x)",
        "https://a.example/ x",
        "https://a.example/<x>",
        "https://a.example/\n",
    ],
)
def test_only_what_is_surely_a_url_is_linked(url: str) -> None:
    assert link("x", url) == "x"
    assert link("x", "https://a.example/b#L1-L2") == "[x](https://a.example/b#L1-L2)"


def test_thousands_of_backticks_take_no_time() -> None:
    runs = " ".join("`" * (1 + n % 900) for n in range(2000))
    assert rendered(text(runs)).effects == []


@pytest.mark.parametrize("length", [59, 60, 61, 79, 80, 81, 255, 256, 3000])
def test_no_run_of_backticks_is_longer_than_the_parser_knows(length: int) -> None:
    run = "`" * length
    for hostile in (
        f"{run} @a {run}",
        f"` {run} `",
        f"`@a`{run} `` {run}",
        f"~~~\n{run}\n@a\n~~~",
        f"{run}\n@a\n{run}",
        f"`` {run[:50]} ```` {run[:50]} ``@a",
    ):
        for page in (rendered(text(hostile)), rendered(inline(hostile))):
            assert set(page.tags) <= HARMLESS
            assert page.effects == []
