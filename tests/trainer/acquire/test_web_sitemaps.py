from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.acquire.web import sitemaps

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*found: str) -> bytes:
    entries = "".join(f"<url><loc> {one} </loc><lastmod>2024</lastmod></url>" for one in found)
    return f'<?xml version="1.0"?><urlset {NAMESPACE}>{entries}</urlset>'.encode()


def test_pages_of_a_sitemap() -> None:
    for body in (
        urlset("https://x.test/a", "https://x.test/b&amp;c"),
        gzip.compress(urlset("https://x.test/a", "https://x.test/b&amp;c")),
    ):
        found = sitemaps.read(body)
        assert found == sitemaps.Sitemap(("https://x.test/a", "https://x.test/b&c"), ())


def test_sitemaps_of_an_index() -> None:
    body = f"<sitemapindex {NAMESPACE}><sitemap><loc>https://x.test/1.xml</loc></sitemap>".encode()
    assert sitemaps.read(body) == sitemaps.Sitemap((), ("https://x.test/1.xml",))


def test_lines_of_a_plain_one() -> None:
    found = sitemaps.read(b"\xef\xbb\xbfhttps://x.test/a\r\nhttps://x.test/b\nnothing\n")
    assert found is not None
    # What stands behind the mark is no URL; a sitemap is to have none.
    assert found.pages == ("https://x.test/b",)


def test_what_is_broken_is_read_as_far_as_it_goes() -> None:
    body = urlset("https://x.test/a", "https://x.test/b")
    found = sitemaps.read(body[:-30])
    assert found is not None
    assert "https://x.test/a" in found.pages


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not found",
        b"\x1f\x8b rubbish",
        gzip.compress(urlset("https://x.test/"), mtime=0)[:40],
    ],
)
def test_what_is_no_sitemap_is_none(body: bytes) -> None:
    assert sitemaps.read(body) is None


def test_one_that_expands_without_end_is_none() -> None:
    assert sitemaps.read(gzip.compress(b" " * (sitemaps.LARGEST + 1))) is None


def test_entities_are_not_expanded_nor_fetched() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    body = f"""<!DOCTYPE u [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>
        <urlset><url><loc>https://x.test/&l19;</loc></url><url><loc>&f;</loc></url></urlset>"""
    found = sitemaps.read(body.encode())
    assert found is not None
    assert "root" not in "".join(found.pages)
    assert sum(map(len, found.pages)) < 100


def test_no_more_are_read_than_a_sitemap_may_have() -> None:
    found = sitemaps.read(urlset(*(f"https://x.test/{n}" for n in range(sitemaps.MOST_URLS + 5))))
    assert found is not None
    assert len(found.pages) == sitemaps.MOST_URLS


@given(body=st.binary() | st.text(alphabet="<>/urlocsitemap&;! ").map(str.encode))
def test_no_body_breaks_it(body: bytes) -> None:
    sitemaps.read(body)
