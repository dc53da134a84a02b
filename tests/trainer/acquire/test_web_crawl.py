"""Whole crawls, by Scrapy, of a site on this machine."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import StoreError
from testing.certificate import self_signed
from testing.crawling import AGENT, crawled
from testing.website import Served, Website, website
from trainer.acquire.web.addresses import AddressPolicy
from trainer.acquire.web.frontier import Frontier, Task
from trainer.config import Limits
from trainer.raw_source import RawSource

HERE = "127.0.0.1"
NEARBY = "127.0.0.2"
# To these tests, one address of this machine is the internet, and the others are private.
INTERNET = AddressPolicy(exceptions=(ipaddress.ip_network(f"{HERE}/32"),))


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as served:
        yield served


@pytest.fixture
def private() -> Iterator[Website]:
    with website(NEARBY) as served:
        served.page("/", text="secret")
        served.page("/sitemap.xml", "/secret")
        yield served


class Names:
    """Names and the addresses that they have, one lookup after the other; the last one stays."""

    def __init__(self, **names: Sequence[str]) -> None:
        self.names = {f"{name}.test": list(found) for name, found in names.items()}

    async def __call__(self, host: str, port: int) -> Sequence[tuple[Any, ...]]:
        found = self.names.get(host, [host])
        address = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


# What is taken


def test_pages_are_taken_with_where_they_come_from(site: Website, tmp_path: Path) -> None:
    licence = '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
    site.page("/", "/a.txt", "guide.md", "/manual.pdf", text="Größe", head=licence)
    site.pages["/a.txt"] = Served("Grüße".encode("cp1252"), type="text/plain; charset=latin1")
    site.pages["/guide.md"] = Served("# Guide", type="text/plain", etag='"1"')
    site.pages["/manual.pdf"] = Served(b"%PDF-1.4 manual", type="application/pdf")
    got = crawled(tmp_path, site.url)
    assert got.outcome.read == 4
    assert got.outcome.finished
    start = got.at("/")
    assert start.origin.kind == "web"
    assert start.origin.source == "site"
    assert start.origin.group == HERE
    assert start.origin.location == f"{site.url}/"
    assert start.origin.licence == "CC-BY-4.0"
    assert start.origin.details == {"title": "Größe", "encoding": "utf-8"}
    assert start.origin.fetched_at is not None
    assert start.id.startswith(f"web/{HERE}/{site.url}/@")
    assert start.media_type == "text/html"
    assert start.text == site.pages["/"].body
    assert got.at("/a.txt").text == "Grüße"
    guide = got.at("/guide.md")
    assert (guide.media_type, guide.origin.details["etag"]) == ("text/markdown", '"1"')
    manual = got.at("/manual.pdf")
    assert (manual.content, manual.text) == (b"%PDF-1.4 manual", "")


def test_it_says_who_it_is_and_nothing_else(site: Website, tmp_path: Path) -> None:
    site.page("/", "/a", headers={"Set-Cookie": "session=1"})
    site.page("/a")
    crawled(tmp_path, site.url)
    assert {one.headers["User-Agent"] for one in site.asked} == {AGENT}
    for one in site.asked:
        assert not {"Cookie", "Referer", "Authorization"} & set(one.headers)


def test_it_follows_links_as_deep_as_is_wanted(site: Website, tmp_path: Path) -> None:
    site.page("/", "/1")
    for depth in range(1, 6):
        site.page(f"/{depth}", f"/{depth + 1}", "/")
    assert crawled(tmp_path, site.url, depth=2).paths == {"/", "/1", "/2"}
    assert crawled(tmp_path / "alone", site.url, depth=0).paths == {"/"}


def test_it_stays_on_its_site(site: Website, private: Website, tmp_path: Path) -> None:
    site.page("/", f"{private.url}/", "/a", "ftp://x/", f"http://u:p@{HERE}/b")
    site.page("/a")
    assert crawled(tmp_path, site.url).paths == {"/", "/a"}
    assert private.asked == []


def test_patterns_choose(site: Website, tmp_path: Path) -> None:
    site.page("/", "/docs/a", "/docs/a?print=1", "/blog/b")
    site.page("/docs/a")
    crawled(tmp_path, site.url, scope={"allow": ["/docs/"], "deny": ["print"]})
    assert site.paths() == ["/", "/docs/a"]


def test_a_calendar_without_end_has_one(site: Website, tmp_path: Path) -> None:
    def month(path: str) -> Served:
        number = int(path.rpartition("=")[2] or 0) if "=" in path else 0
        links = "".join(f'<a href="/?month={number + step}">' for step in range(1, 60))
        return Served(f"<title>{path}</title>{links}")

    site.otherwise = lambda path: month(path) if path.startswith("/?") or path == "/" else None
    got = crawled(tmp_path, site.url, max_pages=30)
    assert got.outcome.had_enough
    assert got.outcome.finished
    assert len(got.documents) == len(site.paths()) == 30


def test_loops_of_links_end(site: Website, tmp_path: Path) -> None:
    site.page("/", "/a", "/", "#x")
    site.page("/a", "/b", "/a")
    site.page("/b", "/", "/a/", "/a/index.html", "/b?utm_source=loop")
    assert len(crawled(tmp_path, site.url).documents) == 3
    assert len(site.paths()) == 3


# One page is one document


def test_a_canonical_url_is_the_page(site: Website, tmp_path: Path) -> None:
    canonical = '<link rel="canonical" href="/article">'
    site.page("/", "/article?view=1", "/article?view=2", "/article")
    for path in ("/article?view=1", "/article?view=2", "/article"):
        site.page(path, "/more", text="Article", head=canonical)
    site.page("/more")
    got = crawled(tmp_path, site.url)
    assert sorted(got.paths) == ["/", "/article", "/more"]
    assert got.drops == {"another URL is the canonical one of its page": 2}


def test_a_canonical_url_elsewhere_or_in_a_circle_loses_nothing(
    site: Website, tmp_path: Path
) -> None:
    site.page("/", "/a", "/b", head='<link rel="canonical" href="https://elsewhere.test/">')
    site.page("/a", head='<link rel="canonical" href="/b">')
    site.page("/b", head='<link rel="canonical" href="/a">')
    got = crawled(tmp_path, site.url)
    assert "/" in got.paths
    assert got.paths & {"/a", "/b"}


# Redirects


def test_redirects_are_followed_and_counted_as_one_page(site: Website, tmp_path: Path) -> None:
    site.redirect("/", "/docs", 301)
    site.redirect("/docs", "/docs/", 308)
    site.page("/docs/", "/old")
    site.redirect("/old", f"{site.url}/new", 307)
    site.page("/new", "/docs")
    got = crawled(tmp_path, site.url)
    assert got.paths == {"/docs/", "/new"}
    assert not got.drops
    assert site.paths() == ["/", "/docs", "/docs/", "/old", "/new"]


def test_redirects_that_lead_nowhere_are_told(
    site: Website, private: Website, tmp_path: Path
) -> None:
    site.page("/", "/circle", "/self", "/far", "/file", "/long0", "/none")
    site.redirect("/circle", "/circle2")
    site.redirect("/circle2", "/circle")
    site.redirect("/self", "/self")
    site.redirect("/far", f"{private.url}/")
    site.redirect("/file", "file:///etc/passwd")
    for number in range(9):
        site.redirect(f"/long{number}", f"/long{number + 1}")
    site.pages["/none"] = Served(status=302)
    got = crawled(tmp_path, site.url)
    assert got.paths == {"/"}
    assert got.drops == {
        "redirects in a circle": 2,
        "redirect to another site": 1,
        "redirect to what is no page": 1,
        "too many redirects": 1,
        "HTTP 302": 1,
    }
    assert private.asked == []


# What must not be asked


def test_nothing_here_is_asked_without_leave(site: Website, tmp_path: Path) -> None:
    port = site.url.rpartition(":")[2]
    got = crawled(tmp_path, f"http://localhost:{port}/", policy=AddressPolicy())
    assert site.asked == []
    assert got.drops == {"address of a private network": 1}
    assert got.outcome.failure == "address of a private network"


@pytest.mark.parametrize(
    "host", [NEARBY, "2130706434", "0x7f.2", "0177.0.0.2", "[::ffff:127.0.0.2]", "inner.test"]
)
def test_no_redirect_leads_to_a_private_address(
    site: Website, private: Website, tmp_path: Path, host: str
) -> None:
    port = private.url.rpartition(":")[2]
    site.redirect("/", f"http://{host}:{port}/")
    got = crawled(
        tmp_path,
        site.url,
        policy=INTERNET,
        lookup=Names(inner=[NEARBY]),
        scope={"domains": [NEARBY, "inner.test"]},
    )
    assert private.asked == []
    (reason,) = got.drops
    assert "address of a private network" in reason


@pytest.mark.parametrize("host", [NEARBY, "0x7f000002", "inner.test"])
def test_no_link_leads_to_a_private_address(
    site: Website, private: Website, tmp_path: Path, host: str
) -> None:
    port = private.url.rpartition(":")[2]
    site.page("/", f"http://{host}:{port}/")
    got = crawled(
        tmp_path,
        site.url,
        policy=INTERNET,
        lookup=Names(inner=[NEARBY]),
        scope={"domains": [NEARBY, "inner.test"]},
    )
    assert private.asked == []
    assert got.paths == {"/"}
    assert got.drops == {"address of a private network": 1}


def test_a_name_that_changes_its_address_gains_nothing(
    site: Website, private: Website, tmp_path: Path
) -> None:
    """DNS rebinding: robots.txt from the internet, the page from inside. Both have one port."""
    port = int(site.url.rpartition(":")[2])
    close = {"Connection": "close"}
    site.pages["/robots.txt"] = Served("", type="text/plain", headers=close)
    with website(NEARBY, port) as inside:
        inside.page("/", text="secret")
        inside.page("/sitemap.xml")
        got = crawled(
            tmp_path,
            f"http://rebind.test:{port}/",
            policy=INTERNET,
            lookup=Names(rebind=[HERE, NEARBY]),
        )
        assert inside.asked == []
    assert [one.path for one in site.asked] == ["/robots.txt"]
    assert got.drops == {"address of a private network": 1}


def test_robots_and_sitemaps_lead_to_no_private_address(
    site: Website, private: Website, tmp_path: Path
) -> None:
    site.pages["/robots.txt"] = Served(f"Sitemap: {private.url}/sitemap.xml", type="text/plain")
    site.page("/")
    got = crawled(tmp_path, site.url, policy=INTERNET, scope={"domains": [NEARBY]})
    assert private.asked == []
    assert got.paths == {"/"}
    site.redirect("/robots.txt", f"{private.url}/robots.txt")
    got = crawled(tmp_path / "again", site.url, policy=INTERNET)
    assert private.asked == []
    assert got.drops == {"address of a private network": 1}


def test_a_host_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def nobody(host: str, port: int) -> Sequence[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    got = crawled(tmp_path, "http://gone.test/", policy=INTERNET, lookup=nobody)
    assert got.drops == {"no such host": 1}


# robots.txt and sitemaps


def test_robots_rules_are_obeyed(site: Website, tmp_path: Path) -> None:
    rules = """User-agent: *\nDisallow: /\n
        User-agent: Coderasst-Train\nDisallow: /private\nAllow: /private/open\nDisallow: /*.cgi$"""
    site.pages["/robots.txt"] = Served(rules, type="text/plain")
    site.page("/", "/private/a", "/private/open", "/x.cgi", "/b")
    for path in ("/private/a", "/private/open", "/x.cgi", "/b"):
        site.page(path)
    got = crawled(tmp_path, site.url)
    assert sorted(site.paths()) == ["/", "/b", "/private/open"]
    assert got.drops == {"robots.txt forbids it": 2}


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (Served("x", 500), "robots.txt cannot be read"),
        (Served("x", 429), "robots.txt cannot be read"),
        (Served(raw=b"rubbish\r\n\r\n"), "connection broke off"),
        (Served("User-agent: *\nCrawl-delay: 86400"), "robots.txt asks for more than 120 s"),
    ],
)
def test_a_site_whose_rules_are_unknown_is_left_alone(
    site: Website, tmp_path: Path, rules: Served, reason: str
) -> None:
    site.pages["/robots.txt"] = rules
    site.page("/")
    got = crawled(tmp_path, site.url)
    assert site.paths() == []
    (told,) = got.drops
    assert told.startswith(reason)


@pytest.mark.parametrize(
    "rules",
    [
        Served("x", 404),
        Served("x", 403),
        Served(status=301, headers={"Location": "/rules"}),
        Served(status=301, headers={"Location": "/robots.txt"}),
        Served(status=301, headers={"Location": "mailto:x"}),
        Served(b"\xff\xfe\x00rubbish" * 99),
        Served("User-agent: *\nDisallow: /a\n" + "# filling\n" * 99_999),
    ],
)
def test_a_site_without_rules_forbids_nothing(site: Website, tmp_path: Path, rules: Served) -> None:
    site.pages["/robots.txt"] = rules
    site.page("/")
    assert crawled(tmp_path, site.url).paths == {"/"}


def test_a_pause_that_robots_ask_for_is_kept(site: Website, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nCrawl-delay: 0.15", type="text/plain")
    site.page("/", "/a")
    site.page("/a")
    crawled(tmp_path, site.url, use_sitemaps=False)
    assert len(site.asked) == 3
    # Two pauses; when exactly a request arrives is up to the machine.
    assert site.asked[-1].at - site.asked[0].at > 0.2


def test_a_delay_is_one_at_least(site: Website, tmp_path: Path) -> None:
    site.page("/", "/a", "/b")
    site.page("/a")
    site.page("/b")
    crawled(tmp_path, site.url, delay=0.1)
    assert len(site.asked) == 5
    assert site.asked[-1].at - site.asked[0].at > 0.3


def test_a_page_that_asks_is_left_out(site: Website, tmp_path: Path) -> None:
    site.page("/", "/noindex", "/header", "/other", "/noai", "/tdm", "/nofollow")
    site.page("/noindex", "/found", head='<meta name="robots" content="noindex">')
    site.page("/header", headers={"X-Robots-Tag": "noindex, nofollow"})
    site.page("/other", headers={"X-Robots-Tag": "otherbot: noindex"})
    site.page("/noai", head='<meta name="robots" content="noai, noimageai">')
    site.page("/tdm", headers={"TDM-Reservation": "1"})
    site.page("/nofollow", "/lost", headers={"X-Robots-Tag": "nofollow"})
    site.page("/found")
    site.page("/lost")
    got = crawled(tmp_path, site.url)
    assert got.paths == {"/", "/other", "/nofollow", "/found"}
    assert got.drops == {"asks not to be indexed": 2, "reserves text and data mining": 2}


def test_sitemaps_lead_to_pages(site: Website, private: Website, tmp_path: Path) -> None:
    def urlset(*paths: str) -> bytes:
        found = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths)
        return f"<urlset>{found}<url><loc>{private.url}/</loc></url></urlset>".encode()

    names = "".join(
        f"<sitemap><loc>{site.url}/{name}</loc></sitemap>"
        for name in ("plain.xml", "packed.xml.gz", "broken.xml", "index.xml", "bomb.gz", "gone.xml")
    )
    xml = "application/xml"
    site.pages["/robots.txt"] = Served(f"Sitemap: {site.url}/index.xml\nSitemap: /no", type="t/p")
    site.pages["/index.xml"] = Served(f"<sitemapindex>{names}</sitemapindex>", type=xml)
    site.pages["/plain.xml"] = Served(urlset("/a", "/forbidden%"), type=xml)
    packed = gzip.compress(urlset("/b"))
    site.pages["/packed.xml.gz"] = Served(packed, type="application/gzip")
    site.pages["/broken.xml"] = Served(urlset("/c")[:-30], type=xml)
    site.pages["/bomb.gz"] = Served(gzip.compress(b" " * 60_000_000), type="application/gzip")
    for path in "abc":
        site.page(f"/{path}")
    site.page("/")
    got = crawled(tmp_path, site.url)
    assert got.paths == {"/", "/a", "/b", "/c"}
    assert got.drops == {"sitemap that cannot be read": 1, "HTTP 404": 2}
    assert private.asked == []
    assert len(site.asked) == len({one.path for one in site.asked})


def test_a_sitemap_that_nobody_named_may_be_missing(site: Website, tmp_path: Path) -> None:
    site.page("/")
    assert not crawled(tmp_path, site.url).drops
    site.pages["/sitemap.xml"] = Served(f"{site.url}/hidden\n", type="text/plain")
    site.page("/hidden")
    assert crawled(tmp_path / "again", site.url).paths == {"/", "/hidden"}
    alone = crawled(tmp_path / "alone", site.url, use_sitemaps=False)
    assert alone.paths == {"/"}


# Sites that are slow and broken


def test_servers_that_fail_are_asked_again(site: Website, tmp_path: Path) -> None:
    failing = Counter[str]()

    def twice(path: str) -> Served | None:
        failing[path] += 1
        if not path.startswith("/often"):
            return None
        return Served("x", 503) if failing[path] < 3 else Served("<p>at last")

    site.otherwise = twice
    site.page("/", "/often", "/always", "/never")
    site.pages["/always"] = Served("x", 500, headers={"Retry-After": "soon"})
    got = crawled(tmp_path, site.url)
    assert got.paths == {"/", "/often"}
    assert got.drops == {"HTTP 500": 1, "HTTP 404": 1}
    asked = Counter(site.paths())
    assert (asked["/often"], asked["/always"], asked["/never"]) == (3, 3, 1)


@pytest.mark.parametrize(
    ("served", "reason", "times"),
    [
        (Served("x" * 1000, cut=True), "connection broke off", 3),
        (Served(raw=b""), "connection broke off", 3),
        (Served(raw=b"rubbish\r\n\r\n"), "connection broke off", 3),
        (Served(raw=b"HTTP/1.1 200 OK\r\nA: " + b"x" * 99_999), "connection broke off", 3),
        (Served("x" * 200_000), "larger than --max-document-bytes", 1),
        (Served(endless=True), "larger than --max-document-bytes", 1),
        (Served(b"x", headers={"Content-Encoding": "gzip"}), "connection broke off", 3),
        (Served(b"\x1brubbish", headers={"Content-Encoding": "br"}), "answer that cannot", 1),
        (Served(" \n"), "empty", 1),
        (Served(status=204, type=None), "empty", 1),
        (Served(b"\0\1\2" * 99), "not what its content type says", 1),
        (Served(b"\x89PNG", type="image/png"), "no HTML, text, Markdown or PDF", 1),
        (Served(endless=True, type="video/mp4"), "no HTML, text, Markdown or PDF", 1),
        (Served('{"error": 1}', 403, "application/json"), "HTTP 403", 1),
        (Served(status=304, type=None), None, 1),
    ],
)
def test_an_answer_that_is_of_no_use_is_told(
    site: Website, tmp_path: Path, served: Served, reason: str | None, times: int
) -> None:
    site.page("/", "/bad", "/good")
    site.pages["/bad"] = served
    site.page("/good")
    got = crawled(tmp_path, site.url, limits=Limits(max_document_bytes=100_000))
    assert got.paths == {"/", "/good"}
    assert [one.partition(reason or "x")[0] for one in got.drops] == ([""] if reason else [])
    # Twisted itself asks once more where a connection that was kept open is closed at once.
    assert times <= site.paths().count("/bad") < 2 * times


def test_a_small_answer_that_unpacks_without_end_is_left_out(site: Website, tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>" + b"a" * 30_000_000)
    site.page("/", "/bomb", "/layers")
    site.pages["/bomb"] = Served(bomb, headers={"Content-Encoding": "gzip"})
    layers = gzip.compress(bomb)
    site.pages["/layers"] = Served(layers, headers={"Content-Encoding": "gzip, gzip"})
    got = crawled(tmp_path, site.url, limits=Limits(max_document_bytes=100_000))
    assert got.drops == {"larger than --max-document-bytes": 2}


def test_a_page_that_never_comes_is_given_up(site: Website, tmp_path: Path) -> None:
    site.page("/", "/slow", "/a")
    site.page("/a")
    site.pages["/slow"] = Served("x", hold=threading.Event())
    got = crawled(tmp_path, site.url, timeout=0.2)
    assert got.paths == {"/", "/a"}
    assert got.drops == {"took too long": 1}


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with website(tls=self_signed(tmp_path)) as served:
        got = crawled(tmp_path, served.url)
        assert served.asked == []
    assert got.drops == {"certificate that is not valid": 1}


def test_a_port_where_nobody_answers_is_told(tmp_path: Path) -> None:
    with website() as gone:
        pass
    got = crawled(tmp_path, gone.url)
    assert got.drops == {"connection refused": 1}
    assert got.outcome.failure == "connection refused"


# The next run


def test_what_has_not_changed_is_not_sent_again(site: Website, tmp_path: Path) -> None:
    site.page("/", "/a", "/b", etag='"1"')
    site.page("/a", "/c", etag='W/"2"')
    site.page("/b")
    site.page("/c", etag='"3"')
    first = crawled(tmp_path, site.url)
    site.asked.clear()
    second = crawled(tmp_path, site.url)
    assert second.outcome.unchanged == 3
    assert second.documents == first.documents
    assert site.paths().count("/c") == 1
    conditions = {one.path: one.headers.get("If-None-Match") for one in site.asked}
    assert conditions["/a"] == 'W/"2"'
    assert conditions["/b"] is None


def test_what_has_changed_is_another_document(site: Website, tmp_path: Path) -> None:
    site.page("/", "/a", etag='"1"')
    site.page("/a", text="Old")
    crawled(tmp_path, site.url)
    site.page("/", "/a", "/b", etag='"2"')
    site.page("/a", text="New")
    site.page("/b")
    got = crawled(tmp_path, site.url)
    assert Counter(got.locations) == {
        f"{site.url}/": 2,
        f"{site.url}/a": 2,
        f"{site.url}/b": 1,
    }
    assert len({one.id for one in got.documents}) == 5
    third = crawled(tmp_path, site.url)
    assert len(third.documents) == 5


def test_without_what_it_knew_of_links_it_asks_in_full(site: Website, tmp_path: Path) -> None:
    site.page("/", "/a", etag='"1"')
    site.page("/a", etag='"2"')
    crawled(tmp_path, site.url)
    (tmp_path / "work" / "frontier.sqlite").unlink()
    site.asked.clear()
    got = crawled(tmp_path, site.url)
    assert len(got.documents) == 2
    assert site.paths() == ["/", "/a"]
    assert not any("If-None-Match" in one.headers for one in site.asked)


@pytest.mark.parametrize("state", ['{"pages": 3}', '{"pages": {"x": 1}}', '{"pages": {"x": {}}}'])
def test_a_state_that_somebody_changed_is_no_obstacle(
    site: Website, tmp_path: Path, state: str
) -> None:
    site.page("/", etag='"1"\t')
    crawled(tmp_path, site.url)
    path = tmp_path / "raw" / "web" / "site" / "state.json"
    key = site.url.removeprefix("http://") + "/"
    path.write_text(state.replace('"x"', f'"{key}"'))
    assert crawled(tmp_path, site.url).outcome.read == 1


def test_a_limit_ends_it_and_the_next_run_goes_on(site: Website, tmp_path: Path) -> None:
    site.page("/", *(f"/{number}" for number in range(20)))
    for number in range(20):
        site.page(f"/{number}")
    first = crawled(tmp_path, site.url, limits=Limits(max_documents=5))
    assert len(first.documents) == 5
    assert not first.outcome.finished
    asked = len(site.paths())
    second = crawled(tmp_path, site.url)
    assert second.outcome.resumed
    assert second.outcome.finished
    assert len(second.documents) == 21
    # What was under way is asked for again, and no more.
    assert len(site.paths()) <= 21 + asked - 5


def test_a_time_that_is_up_ends_it_at_once(site: Website, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nCrawl-delay: 100", type="text/plain")
    site.page("/")
    got = crawled(tmp_path, site.url, limits=Limits(max_seconds=0.5))
    assert got.outcome.finished is False
    assert site.paths() == []


def test_a_disk_that_is_full_is_told(
    site: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/", "/a")

    def full(*arguments: object) -> Task:
        raise StoreError("cannot use it: disk full")

    monkeypatch.setattr(Frontier, "next", full)
    with pytest.raises(StoreError, match="disk full"):
        crawled(tmp_path, site.url)


def test_a_fault_of_ours_ends_it_with_its_own_error(
    site: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/", "/a", "/b")

    def broken(*arguments: object) -> bool:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(RawSource, "add", broken)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        crawled(tmp_path, site.url)
    monkeypatch.undo()
    monkeypatch.setattr("trainer.acquire.web.spider.SiteSpider._request", broken)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        crawled(tmp_path, site.url)
    monkeypatch.undo()
    assert crawled(tmp_path, site.url).paths == {"/"}
