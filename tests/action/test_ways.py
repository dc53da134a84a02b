"""A full clone, a shallow one, none at all: the same review each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.errors import UsageError
from testing.github.state import Pull
from testing.repository import TemporaryRepository
from tests.action.conftest import CLEAN, EVAL, WITHOUT_MODEL, Shop, places

LONG = "".join(f"line_{number} = {number}\n" for number in range(1, 60))


def clone(shop: Shop, pull: Pull, *arguments: str) -> Path:
    """As actions/checkout makes it: the head, ``arguments`` deep, with its origin."""
    folder = shop.folder / "clone"
    shop.git.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made = TemporaryRepository(folder)
    made.git("remote", "add", "origin", shop.git.root.as_uri())
    made.git("fetch", "--quiet", *arguments, "origin", pull.head_sha)
    made.git("checkout", "--quiet", "--force", pull.head_sha)
    return folder


def opened(shop: Shop) -> Pull:
    shop.git.commit("long", {"long.py": LONG})
    for number in range(3):
        shop.git.commit(f"more {number}")
    pull = shop.open({"app.py": EVAL, "long.py": LONG + EVAL})
    shop.git.git("checkout", "--quiet", "main")
    shop.git.commit("on main", {"lib.py": "VALUE = 2\n"})
    shop.git.git("checkout", "--quiet", "topic")
    shop.push(pull, {"README": "shop two\n"})
    return pull


@pytest.mark.parametrize(
    ("arguments", "way"),
    [
        ((), "from the clone, with commits that were fetched for it"),
        (("--depth=1",), "from the clone, with commits that were fetched for it"),
        (("--depth=2",), "from the clone, with commits that were fetched for it"),
    ],
    ids=["full", "shallow", "two deep"],
)
def test_a_clone(
    shop: Shop, arguments: tuple[str, ...], way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = opened(shop)
    assert shop.run(pull, cwd=clone(shop, pull, *arguments)) == 1
    assert places(pull) == [("app.py", 2, False), ("long.py", 61, False)]
    assert f"were reviewed, {way}." in capsys.readouterr().out


def test_a_shallow_clone_whose_origin_is_gone(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = opened(shop)
    folder = clone(shop, pull, "--depth=1")
    TemporaryRepository(folder).git("remote", "set-url", "origin", "/nowhere")
    assert shop.run(pull, cwd=folder) == 1
    assert places(pull) == [("app.py", 2, False), ("long.py", 61, False)]
    assert "as GitHub shows them (git fetch failed" in capsys.readouterr().out


def test_no_clone_at_all(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.git.commit("policy", {".coderasst.toml": 'fail_on = "critical"\n'})
    pull = opened(shop)
    empty = shop.folder / "empty"
    empty.mkdir()
    assert shop.run(pull, cwd=empty) == 0
    assert places(pull) == [("app.py", 2, False), ("long.py", 61, False)]
    assert "as GitHub shows them (there is no clone here)" in capsys.readouterr().out
    shop.push(pull, {"app.py": CLEAN})
    assert shop.run(pull, cwd=empty) == 0
    assert ("app.py", None, True) in places(pull)


def test_without_a_token_the_clone_is_all(shop: Shop) -> None:
    pull = opened(shop)
    ran = shop.ci(pull, GITHUB_TOKEN="")
    assert ran.code == 1
    assert "::error file=app.py,line=2" in ran.stdout
    assert "No comments were posted: there is no token." in ran.stdout
    assert shop.github.requests == []
    assert "2 findings" in shop.step_summary


def test_with_neither(shop: Shop, tmp_path: Path) -> None:
    pull = opened(shop)
    environ = {**shop.environ(pull), "GITHUB_TOKEN": ""}
    with pytest.raises(UsageError, match="the changes cannot be had: there is no clone here"):
        shop.run(pull, environ=environ, cwd=tmp_path)
    folder = clone(shop, pull, "--depth=1")
    with pytest.raises(UsageError, match="without a token"):
        shop.run(pull, environ=environ, cwd=folder, options=WITHOUT_MODEL)
