from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from trainer.acquire.web import declared_licence, page

URL = "https://x.test/a/b"
BY = "https://creativecommons.org/licenses/by/4.0/"
BY_SA = "http://www.creativecommons.org/licenses/by-sa/3.0/deed.en"


def read(html: str) -> page.Page:
    return page.read(html, URL, "coderasst-train")


def test_links_are_found_each_once_in_order() -> None:
    html = """<a href="https://x.test/c">0</a><a href="c">1</a><a href="./c#part">2</a>
        <area href="//y.test/"><a href="#top">3</a>
        <a href="mailto:a@b.c">4</a><a href="http://u:p@z.test/">5</a><iframe src="/frame"></iframe>
        <a href="d" rel="external NoFollow">6</a><link rel="next" href="?page=2"><a>7</a>"""
    assert read(html).links == (
        "https://x.test/c",
        "https://x.test/a/c",
        "https://y.test/",
        "https://x.test/frame",
        "https://x.test/a/b?page=2",
    )


def test_a_base_changes_where_links_lead() -> None:
    assert read('<base href="/other/"><a href="c">').links == ("https://x.test/other/c",)
    assert read('<base href="file:///"><a href="c">').links == ("https://x.test/a/c",)


def test_a_refresh_is_a_link() -> None:
    html = """<meta http-equiv="Refresh" content="5; url='/next'">"""
    assert read(html).links == ("https://x.test/next",)


def test_a_page_with_endless_links_has_an_end() -> None:
    html = "".join(f'<a href="/{number}">' for number in range(3 * page.MOST_LINKS))
    assert len(read(html).links) == page.MOST_LINKS


def test_its_title_is_one_line_and_short() -> None:
    assert read("<title>\n A  b\n</title>").title == "A b"
    assert len(read(f"<title>{'x' * 9999}</title>").title) == 500


def test_its_canonical_url_is_read_where_there_is_one() -> None:
    assert read("<link rel=canonical href='/c?b=1'>").canonical == "https://x.test/c?b=1"
    for html in ("<p>", "<link rel=canonical>", "<link rel=canonical href=''>"):
        assert read(html).canonical is None


@pytest.mark.parametrize(
    ("html", "directives", "links"),
    [
        ('<meta name="robots" content="NOINDEX, noai"><a href=c>', {"noindex", "noai"}, 1),
        ('<meta name="Robots" content="nofollow"><a href=c>', {"nofollow"}, 0),
        ('<meta name="robots" content="none"><a href=c>', {"none"}, 0),
        ('<meta name="coderasst-train" content="noindex"><a href=c>', {"noindex"}, 1),
        ('<meta name="otherbot" content="noindex"><a href=c>', set(), 1),
        ('<meta name="tdm-reservation" content="1"><a href=c>', {"notdm"}, 1),
        ('<meta name="tdm-reservation" content="0"><a href=c>', set(), 1),
    ],
)
def test_what_it_asks_of_crawlers_is_heard(html: str, directives: set[str], links: int) -> None:
    found = read(html)
    assert found.directives == directives
    assert len(found.links) == links


def test_scripts_and_tokens_do_not_change_its_digest() -> None:
    one = read("<script>a=1</script><input name=csrf value=1><p>Same  words</p>")
    two = read("<script>a=2</script><input name=csrf value=2><p>Same words</p><!-- 12:00 -->")
    assert one.digest == two.digest != read("<p>Other words</p>").digest


@pytest.mark.parametrize(
    ("html", "licence"),
    [
        (f'<a rel="license" href="{BY}">', "CC-BY-4.0"),
        (f'<link rel="License" href="{BY_SA}">', "CC-BY-SA-3.0"),
        (f'<a rel="license" href="{BY}"><a rel="license" href="{BY}deed.de">', "CC-BY-4.0"),
        (f'<a rel="license" href="{BY}"><a rel="license" href="{BY_SA}">', "unknown"),
        ('<a rel="license" href="/our-terms">', "unknown"),
        (f'<figure><a rel="license" href="{BY}"></figure>', "unknown"),
        (f'<meta name="dcterms.license" content="{BY}">', "CC-BY-4.0"),
        ('<meta name="license" content="MIT License">', "MIT"),
        ('<meta name="dc.rights" content="(c) 2024, all rights reserved">', "unknown"),
        (f'<p>An article about <a href="{BY}">a licence</a>', "unknown"),
        (f'<footer><a href="/imprint"><a href="{BY}"></footer>', "CC-BY-4.0"),
        (f'<div class="Site-Footer"><a href="{BY_SA}"></div>', "CC-BY-SA-3.0"),
        (f'<footer><a href="{BY}"><a href="{BY_SA}"></footer>', "unknown"),
        (f'<footer><figure><a href="{BY}"></figure></footer>', "unknown"),
    ],
)
def test_a_licence_is_what_the_page_declares_for_itself(html: str, licence: str) -> None:
    assert read(f"<html><body>{html}").licence == licence


@pytest.mark.parametrize(
    ("url", "licence"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", None),
        ("https://creativecommons.org/licenses/by-nc-nd/2.5/", "CC-BY-NC-ND-2.5"),
        ("https://creativecommons.org/licenses/by-sa/3.0/de/", "CC-BY-SA-3.0-DE"),
        ("https://creativecommons.org/licenses/by/3.0/xx/", "CC-BY-3.0"),
        ("https://evil.test/creativecommons.org/licenses/by/4.0/", None),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://opensource.org/license/bsd-3-clause/", "BSD-3-Clause"),
        ("https://spdx.org/licenses/ISC.html", "ISC"),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://www.gnu.org/licenses/fdl-1.3.html", "GFDL-1.3-only"),
        ("https://unlicense.org/", "Unlicense"),
    ],
)
def test_the_address_of_a_licence_says_which(url: str, licence: str | None) -> None:
    assert declared_licence.of_url(url) == licence
    assert declared_licence.of_page(document_fromstring("<p>x")) == "unknown"


@given(html=st.text() | st.text(alphabet="<>/=\"'ahrefimtcno -!&;\0"))
def test_no_page_breaks_it(html: str) -> None:
    found = read(html)
    assert len(found.digest) == 64
    assert all(link.startswith("http") for link in found.links)


def test_deep_nesting_does_not_break_it() -> None:
    assert read("<div>" * 100_000 + "<a href=/x>").digest
