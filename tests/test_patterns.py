from __future__ import annotations

import pytest

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.patterns import Patterns, path_matches


def test_the_last_pattern_that_matches_decides_and_is_named() -> None:
    patterns = Patterns(["", "docs/", "*.gen.py", "!docs/keep.md"])
    assert patterns.decide("a/b.gen.py") == (True, "*.gen.py")
    assert patterns.decide("a\udcff.gen.py") == (True, "*.gen.py")
    assert patterns.decide("docs/keep.md") == (False, "!docs/keep.md")
    assert patterns.decide("src/a.py") is None
    assert patterns.match("docs/a.md")
    assert not patterns.match("docs/keep.md")


def test_no_pattern_matches_nothing() -> None:
    assert Patterns(()).decide("a") is None


@pytest.mark.parametrize("bad", ["!", "a\\", "[z-a]"])
def test_a_pattern_that_is_none_is_named_with_its_key(bad: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^hook\.exclude: .* is not a gitignore pattern"):
        Patterns(["ok", bad], key="hook.exclude")


def test_one_pattern_is_asked_about_a_path() -> None:
    assert path_matches("/src/**", "src/a/b.py")
    assert not path_matches("/src/**", "a/src/b.py")
