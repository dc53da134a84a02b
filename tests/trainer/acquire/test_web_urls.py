from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.acquire.web import urls


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("HTTP://Example.COM:80/a/../b/./c?x=1#top", "http://example.com/b/c?x=1"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/a//b/", "https://example.com:8443/a//b/"),
        ("http://example.com./", "http://example.com/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f000001:80/", "http://127.0.0.1/"),
        ("http://[0:0:0:0:0:0:0:1]/x", "http://[::1]/x"),
        ("http://münchen.de/ü?q=ü", "http://xn--mnchen-3ya.de/%C3%BC?q=%C3%BC"),
        ("  https://example.com/a\n b ", "https://example.com/a%20b"),
        ("https://example.com/../../x", "https://example.com/x"),
        ("https://a_b.example/", "https://a_b.example/"),
    ],
)
def test_one_spelling_is_asked_for(written: str, asked: str) -> None:
    assert urls.normal(written) == asked
    assert urls.normal(asked) == asked


@pytest.mark.parametrize(
    "written",
    [
        *("ftp://x/", "file:///etc/passwd", "javascript:alert(1)", "mailto:a@b.c", "data:,x", "x"),
        *("http://", "http:///x", "http://user:secret@x/", "http://user@x/", "http://x:99999/"),
        *("http://x:0/", "http://[::1/", "http://a b/", "http://x\0y/", "https://x/" + "a" * 2100),
    ],
)
def test_what_cannot_or_must_not_be_asked_for_is_none(written: str) -> None:
    assert urls.normal(written) is None


@pytest.mark.parametrize(
    ("base", "link", "found"),
    [
        ("https://x.test/a/b", "c", "https://x.test/a/c"),
        ("https://x.test/a/b", "//y.test/c", "https://y.test/c"),
        ("https://x.test/a/b", "?q=1", "https://x.test/a/b?q=1"),
        ("https://x.test/a", "file:///etc", None),
    ],
)
def test_links_are_read_from_where_they_stand(base: str, link: str, found: str | None) -> None:
    assert urls.normal(link, base) == found


@pytest.mark.parametrize(
    "same",
    [
        "http://example.org/a",
        "https://example.org/a/",
        "https://example.org/a/index.html",
        "https://example.org/a?utm_source=x&utm_medium=y&gclid=1&fbclid=2",
        "https://example.org/a;jsessionid=AF01?PHPSESSID=3",
        "https://EXAMPLE.org:443/b/../a/#part",
    ],
)
def test_spellings_of_one_page_have_one_key(same: str) -> None:
    found = urls.normal(same)
    assert found is not None
    assert urls.key(found) == "example.org/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.test/?a=1&b=2", "https://x.test/?b=2&a=1"),
        ("https://x.test/%7Ejoe/%c3%bc", "https://x.test/~joe/%C3%BC"),
    ],
)
def test_order_and_escapes_make_no_other_page(one: str, other: str) -> None:
    assert urls.key(one) == urls.key(other)


@pytest.mark.parametrize(
    "other",
    ["https://x.test/b", "https://y.test/a", "https://x.test:8080/a", "https://x.test/a?page=2"],
)
def test_other_pages_have_other_keys(other: str) -> None:
    assert urls.key(other) != urls.key("https://x.test/a")


def test_a_site_is_its_host() -> None:
    assert urls.site("https://www.example.org:8080/a") == "example.org"
    assert urls.origin("https://www.example.org:8080/a?b") == "https://www.example.org:8080"
    assert urls.host("mailto:x") == ""


@given(text=st.text(max_size=60), base=st.sampled_from(["", "https://x.test/a/b?c"]))
def test_nothing_that_is_written_breaks_it(text: str, base: str) -> None:
    for written in (text, f"https://{text}", f"http://x.test/{text}"):
        found = urls.normal(written, base)
        if found is not None:
            assert found.isascii()
            assert "@" not in found.split("/")[2]
            assert urls.normal(found) == found
            assert urls.key(found)
