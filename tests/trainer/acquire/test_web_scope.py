from __future__ import annotations

import pytest

from coderasst_hook.errors import UsageError
from trainer.acquire.web.addresses import AddressPolicy
from trainer.acquire.web.scope import Scope, scope_of

PUBLIC = AddressPolicy()


def scope(*starts: str, **more: object) -> Scope:
    return scope_of(starts, policy=PUBLIC, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://docs.example.org/guide", True),
        ("http://docs.example.org/guide", True),
        ("https://www.docs.example.org/", True),
        ("https://example.org/", False),
        ("https://evil-docs.example.org/", False),
        ("https://docs.example.org.evil.test/", False),
        ("https://docs.example.org:8443/", False),
    ],
)
def test_it_stays_on_the_site_of_its_start(url: str, taken: bool) -> None:
    assert scope("https://docs.example.org/start").takes(url) is taken


def test_a_domain_that_is_allowed_has_subdomains() -> None:
    found = scope("https://x.test/", domains=["Example.org"])
    assert found.takes("https://example.org/")
    assert found.takes("https://a.b.example.org:8080/c")
    assert not found.takes("https://badexample.org/")


def test_patterns_choose_among_the_pages_and_never_leave_out_a_start() -> None:
    found = scope("https://x.test/", allow=["/docs/"], deny=[r"\?print", "/old/"])
    assert found.takes("https://x.test/")
    assert found.takes("https://x.test/docs/a")
    assert not found.takes("https://x.test/blog/a")
    assert not found.takes("https://x.test/docs/a?print")
    assert not found.takes("https://x.test/docs/old/a")


def test_paths_that_repeat_themselves_are_a_trap() -> None:
    found = scope("https://x.test/")
    assert found.takes("https://x.test/a/b/a/b/a/b")
    assert not found.takes("https://x.test/a/b/a/b/a/b/a/b")


def test_a_start_is_written_as_people_write_it() -> None:
    assert scope("x.test/a", "https://x.test/a#b").starts == ("https://x.test/a",)


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("ftp://x.test/", "is not the address of a web page"),
        ("file:///etc/passwd", "is not the address of a web page"),
        ("http://user:secret@x.test/", "must not carry a user name or password"),
        ("http://127.0.0.1/", "has an address of a private network"),
        ("http://0x7f.1/", "has an address of a private network"),
        ("http://169.254.169.254/latest/meta-data", "has an address of a private network"),
        ("http://[::ffff:10.0.0.1]/", "has an address of a private network"),
        ("http://224.0.0.1/", "has an address that no host has"),
    ],
)
def test_a_start_that_must_not_be_asked_for_is_said(start: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        scope(start)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("more", [{"allow": ["("]}, {"deny": ["*"]}])
def test_a_pattern_that_is_none_is_said(more: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError, match="is not a regular expression"):
        scope("https://x.test/", **more)


@pytest.mark.parametrize("name", ["https://x.test", "x.test/a", "a b", "", "x.test:80"])
def test_a_domain_that_is_none_is_said(name: str) -> None:
    with pytest.raises(UsageError, match="is not a domain"):
        scope("https://x.test/", domains=[name])
