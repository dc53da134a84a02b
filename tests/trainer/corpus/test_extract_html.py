from __future__ import annotations

import time

import pytest

from trainer.corpus.extract_html import html_to_text
from trainer.corpus.html_scan import scan

WORDS = "This sentence says what the function is for, and why anybody would call it at all. "
PAGE = f"""<!doctype html><html><head><title>Guide</title><style>p {{ x }}</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li>About us</li></ul></nav>
<main><article><h1>Guide to things</h1><p>{WORDS * 3}</p>
<div class="highlight"><pre><span></span><span class="k">def</span> <span>f</span>(x):
    <span class="k">return</span> x &lt; 1
</pre></div><p>{WORDS * 3} With <code>inline()</code> code.</p></article></main>
<script>track("user")</script><footer>Copyright 2001</footer></body></html>"""


def test_the_content_of_a_page_with_its_code() -> None:
    text = html_to_text(PAGE).text
    assert "This sentence says" in text
    assert "```\ndef f(x):\n    return x < 1\n```" in text
    assert "`inline()`" in text
    for furniture in ("track", "Home", "About us", "Copyright"):
        assert furniture not in text


def test_a_page_without_content_is_told_by_what_is_visible() -> None:
    found = html_to_text("<title>x</title><td>one<td>two<br>three &amp; four")
    assert found.how == "HTML, all that is visible"
    assert found.text == "x\n one two\nthree & four"


def test_every_line_of_code_is_kept() -> None:
    code = "x = 1\n\n\n\nif x:\n\ty = '```'"
    page = f"<p>{WORDS * 9}</p><pre class=a>\n\n{code}\n\n</pre><p>{WORDS * 9}</p>" * 3
    assert html_to_text(page).text.count(f"```\n{code}\n```".replace("\n\n\n\n", "\n\n")) == 3


def test_a_page_cannot_multiply_its_code() -> None:
    code = "x = 1\n" * 1000
    tokens = "".join(
        f"<p>{WORDS} coderasst-code-block-{n} {n}{WORDS}</p>" for n in (0, 7, 0, "9" * 99)
    )
    text = html_to_text(f"<p>{WORDS * 9}</p>{tokens}<pre>{code}</pre><p>{WORDS * 9}</p>").text
    assert text.count("x = 1") == 1000


def test_code_that_is_not_found_is_looked_for_again() -> None:
    page = f"<p>{WORDS * 20}</p><table><tr><td><pre>x = 1\n  y</pre></td></tr></table>"
    assert "x = 1\n  y" in html_to_text(page).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a<b>b</b>c", "abc"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a  \n b", "a b"),
        ("<pre>a\n  b</pre>c", "```\na\n  b\n```\nc"),
        ("<pre>a<br>b<div>c</div>d", "```\na\nbc\nd\n```"),
        ("</pre>a", "a"),
        ("<script>a</script >b", "b"),
        ("<script>a<b>", ""),
        ("<SCRIPT>a</script>b", "b"),
        ("<svg/>b", "b"),
        ("<!-- a <p> --->b", "b"),
        ("<!-- a", ""),
        ("<nav>a<nav>b</nav>c</nav>d", "d"),
        ("<header><nav>a</header>b", "b"),
        ("</nav>b", "b"),
        ("1 < 2 <", "1 < 2 <"),
        ("<a href='x>y", "y"),
        ("&lt;p&gt; &#x1F600; &bogus;", "<p> 😀 &bogus;"),
        ("İ<script>a</script>b", "İb"),
    ],
)
def test_all_that_is_visible(html: str, text: str) -> None:
    assert scan(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + WORDS + "</div>" * 100_000,
        "<b>" * 100_000 + WORDS,
        "<p " + "a=b " * 500_000 + ">x",
        "<p " + "a='" * 500_000,
        "<" * 2_000_000,
        "<a " * 700_000,
        "<!--" * 500_000,
        "<script>" * 200_000,
        "<script></scrip" * 100_000,
        "<nav>" * 200_000 + "</aside>" * 100_000,
        "<pre>" * 200_000,
        "&" * 2_000_000,
        "&#" * 1_000_000,
        "<table><tr><td>" * 50_000,
        "<p>" + "x" * 3_000_000,
        f"<p>{WORDS}</p>" * 20_000,
        "<li><a href=x>y</a>" * 40_000,
        "<![CDATA[" * 200_000,
        "\x00\ud800" * 100_000,
    ],
    ids=range(19),
)
def test_hostile_pages_take_bounded_time(html: str) -> None:
    start = time.process_time()
    html_to_text(html)
    assert time.process_time() - start < 20
