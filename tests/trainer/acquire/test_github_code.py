"""``acquire github``: which files of which repositories are taken, and what stops it."""

from __future__ import annotations

import json
import signal
import subprocess
import tarfile
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.github.errors import GitHubError, RateLimited
from testing.github.faults import CUT_BEFORE, exhausted, server_error
from tests.trainer.acquire.gathering import train, train_command
from tests.trainer.acquire.hub import GPL, MIT, Hub, link, packed
from trainer.acquire.github import code, tarball

# Put together, so that a reader of this file does not take it for its own licence.
TAGGED = "# SPDX-License-" + "Identifier: MIT\n"
SHOP = {"LICENSE": MIT, "src/app.py": "print('shop')\n", "docs/read.md": "# Shop\n"}


def test_files_come_with_their_paper_trail(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    done = hub.files("octo/shop")
    assert done.output == "took 3 documents (0.0 MB)\n"
    (app,) = [one for one in hub.documents() if one.origin.location == "src/app.py"]
    assert (app.text, app.language, app.media_type) == (
        "print('shop')\n",
        "python",
        "text/x-python",
    )
    origin = app.origin
    assert (origin.kind, origin.group, origin.licence) == ("github", "octo/shop", "MIT")
    assert dict(origin.details) == {
        "commit": hub.git("octo/shop").revision(),
        "encoding": "ascii",
        "licence_from": "LICENSE",
        "licence_of_repository": "MIT",
    }
    assert app.id.startswith("github/octo/shop/src/app.py@")


def test_a_clone_gives_the_same_documents(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    hub.github.serve_git()
    hub.files("octo/shop")
    hub.acquire("octo/shop", "--no-conversations", "--fetch", "clone", "--name", "y")
    assert hub.texts("y") == hub.texts("x")
    assert [one.id for one in hub.documents(name="y")] == [one.id for one in hub.documents()]
    assert hub.asked(".git/git-upload-pack")


def test_a_private_repository_is_cloned_with_the_token(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP).private = True
    hub.github.serve_git()
    assert "took 3 documents" in hub.files("octo/shop", "--fetch", "clone").output


def test_nothing_of_a_clone_is_run(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what the repository brings along, nor what the user's own settings would do."""
    git = hub.git("octo/shop")
    git.stage(
        {
            **SHOP,
            ".gitattributes": "*.py filter=lfs\n",
            ".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = file:///etc\n',
        }
    )
    git.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    git.git("commit", "-q", "-m", "all")
    trap = tmp_path / "trapped"
    script = f"#!/bin/sh\ntouch '{trap}'\n"
    templates = tmp_path / "templates" / "hooks"
    templates.mkdir(parents=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (templates / name).write_text(script)
        (templates / name).chmod(0o755)
    home = Path.home()
    (home / ".gitconfig").write_text(
        f"[init]\n\ttemplateDir = {templates.parent}\n[core]\n\thooksPath = {templates}\n"
        f"[filter \"lfs\"]\n\tsmudge = touch '{trap}'\n\trequired = true\n"
    )
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(templates.parent))
    hub.repository("octo/shop")
    hub.github.serve_git()
    trap.unlink(missing_ok=True)
    done = hub.files("octo/shop", "--fetch", "clone")
    assert "submodule ×1" in done.output
    assert hub.texts()["octo/shop/src/app.py"] == "print('shop')\n"
    assert not trap.exists()


def test_a_clone_from_elsewhere_than_the_web_is_refused(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repository("octo/shop", SHOP)
    for web in ("ext::sh -c 'touch x'", "file:///etc", "http://github.example"):
        monkeypatch.setattr(hub.github._service, "web", web)
        done = hub.files("octo/shop", "--fetch", "clone")
        assert done.output.startswith("took 0 documents")
    assert hub.documents() == []
    hub.github.violations.clear()


def test_filters(hub: Hub) -> None:
    files = {
        "LICENSE": MIT,
        "src/a.py": "a\n",
        "src/b.js": "b\n",
        "lib/c.py": "c\n",
        "run": "#!/usr/bin/python3\n",
    }
    hub.repository("octo/shop", files)
    done = hub.files("octo/shop", "--language", "py", "--exclude", "lib/")
    assert set(hub.texts()) == {"octo/shop/src/a.py", "octo/shop/run"}
    assert "other language ×2" in done.output
    hub.acquire("octo/shop", "--no-conversations", "--include", "src/", "--name", "y")
    assert set(hub.texts("y")) == {"octo/shop/src/a.py", "octo/shop/src/b.js"}


def test_a_wish_that_is_wider_takes_the_rest(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    hub.files("octo/shop", "--include", "docs/")
    assert set(hub.texts()) == {"octo/shop/docs/read.md"}
    hub.files("octo/shop")
    assert len(hub.texts()) == 3


def test_a_ref(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    git = hub.git("octo/shop")
    git.git("checkout", "-q", "-b", "feature/next")
    git.commit("next", {"src/app.py": "next\n"})
    git.git("checkout", "-q", "main")
    hub.files("octo/shop", "--ref", "feature/next")
    assert hub.texts()["octo/shop/src/app.py"] == "next\n"
    assert "repository without that commit ×1" in hub.files("octo/shop", "--ref", "none").output


@pytest.mark.parametrize(
    ("declared", "files", "taken", "reason"),
    [
        ("MIT", {"LICENSE": MIT}, "MIT", ""),
        ("GPL-3.0", {"LICENSE": GPL}, "", "licence not allowed"),
        ("MIT", {"COPYING": GPL}, "", "licence not allowed"),
        ("NOASSERTION", {"LICENSE": MIT}, "MIT", ""),
        ("NOASSERTION", {"LICENSE": "All rights reserved.\n" * 9}, "", "licence unknown"),
        (None, {"README": "hello\n"}, "", "licence unknown"),
        (None, {"LICENSES/MIT.txt": MIT, "a.py": TAGGED}, "MIT", ""),
    ],
    ids=["both", "copyleft", "the file is stricter", "named by us", "of nobody", "none", "reuse"],
)
def test_the_stricter_licence_counts(
    hub: Hub, declared: str | None, files: dict[str, str], taken: str, reason: str
) -> None:
    hub.repository("octo/shop", {"a.py": "a\n", **files}, license=declared)
    output = hub.files("octo/shop").output
    licences = {one.origin.location: one.origin.licence for one in hub.documents()}
    if taken:
        assert licences["a.py"] == taken
    else:
        assert licences == {}
        assert f"{reason} ×" in output


def test_what_is_refused_whole_is_not_fetched(hub: Hub) -> None:
    hub.repository("octo/copyleft", {"COPYING": GPL}, license="GPL-3.0")
    hub.repository("octo/nothing", {"a.py": "a\n"}, license=None)
    assert (
        "licence not allowed ×1, licence unknown ×1"
        in hub.files("octo/copyleft", "octo/nothing").output
    )
    assert not hub.asked("/tarball/")


def test_a_file_may_say_that_it_is_under_another_licence(hub: Hub) -> None:
    files = {
        "LICENSE": MIT,
        "mine.py": TAGGED.replace("MIT", "Apache-2.0"),
        "theirs.py": TAGGED.replace("MIT", "GPL-2.0-only"),
        "vendor/x/COPYING": GPL,
        "vendor/x/y.py": "y\n",
    }
    hub.repository("octo/shop", files)
    done = hub.files("octo/shop")
    licences = {one.origin.location: one.origin.licence for one in hub.documents()}
    assert licences == {"LICENSE": "MIT", "mine.py": "Apache-2.0 AND MIT"}
    assert "licence not allowed ×3" in done.output


def test_the_configuration_says_which_licences_are_allowed(hub: Hub, tmp_path: Path) -> None:
    config = tmp_path / "c.json"
    config.write_text(
        json.dumps({"licences": {"allowed": ["GPL-3.0-only"], "allow_unknown": True}})
    )
    hub.repository("octo/copyleft", {"COPYING": GPL, "a.py": "a\n"}, license="GPL-3.0")
    hub.repository("octo/nothing", {"b.py": "b\n"}, license=None)
    hub.repository("octo/mit", SHOP)
    hub.files("octo/copyleft", "octo/nothing", "octo/mit", "--config", config)
    licences = {one.origin.location: one.origin.licence for one in hub.documents()}
    assert licences == {"COPYING": "GPL-3.0-only", "a.py": "GPL-3.0-only", "b.py": "unknown"}


def test_by_topic_and_search_less_what_is_unwanted(hub: Hub) -> None:
    parent = hub.repository("octo/first", SHOP, topics=["web"], stars=50)
    hub.repository("octo/second", SHOP, topics=["web"], stars=5)
    hub.repository("octo/fork", SHOP, topics=["web"], stars=99, parent=parent)
    hub.repository("octo/old", SHOP, topics=["web"], stars=70, archived=True)
    hub.repository("octo/hidden", SHOP, topics=["web"], stars=70).private = True
    hub.repository("octo/other", SHOP, stars=60)
    done = hub.files("--topic", "web", "--min-stars", "10", "--no-archived", "--search", "other")
    assert {name.rpartition("/")[0] for name in hub.texts() if name.endswith("LICENSE")} == {
        "octo/first",
        "octo/other",
    }
    assert "archived ×1" in done.output
    done = hub.acquire(
        *("--topic", "web", "--forks", "--no-conversations", "--name", "y"),
        *("octo/fork", "octo/second"),
    )
    assert len(hub.texts("y")) == 12
    assert len(hub.asked("/tarball/")) == 6


def test_a_fork_that_is_named_is_left_out_with_a_reason(hub: Hub) -> None:
    parent = hub.repository("octo/first", SHOP)
    hub.repository("ada/first", SHOP, parent=parent)
    assert "fork ×1" in hub.files("ada/first").output
    assert "took 3 documents" in hub.files("ada/first", "--forks").output


def test_a_list(hub: Hub, tmp_path: Path) -> None:
    for name in ("octo/a", "octo/b", "octo/c"):
        hub.repository(name, SHOP)
    names = tmp_path / "names.txt"
    names.write_text(
        "\ufeff# what to take\nocto/a\n\nhttps://github.com/octo/b.git  # an address\n"
        "git@github.com:octo/c\n"
    )
    assert "took 9 documents" in hub.files("--list", names).output


def test_one_that_was_renamed_is_taken_once_and_as_it_is_called_now(hub: Hub) -> None:
    made = hub.repository("octo/old", SHOP)
    hub.github.rename(made, "octo-org/new")
    assert "took 3 documents" in hub.files("octo/old", "octo-org/new").output
    assert {one.origin.group for one in hub.documents()} == {"octo-org/new"}
    assert len(hub.asked("/tarball/")) == 1


def test_those_that_cannot_be_had_are_left_out_and_the_others_taken(hub: Hub) -> None:
    hub.github.delete(hub.repository("octo/gone", SHOP))
    hub.repository("octo/empty")
    hub.repository("octo/disabled", SHOP, disabled=True)
    hub.repository("octo/shop", SHOP)
    done = hub.files("octo/gone", "octo/never", "octo/empty", "octo/disabled", "octo/shop")
    assert done.output == (
        "took 3 documents (0.0 MB), left out 4: no such repository ×2, disabled ×1,"
        " empty repository ×1\n"
    )


def test_without_a_token_what_is_public_is_taken(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.repository("octo/shop", SHOP)
    hub.repository("octo/private", SHOP).private = True
    monkeypatch.delenv("GITHUB_TOKEN")
    done = hub.acquire("octo/shop", "octo/private", "--name", "x")
    assert done.output == "took 3 documents (0.0 MB), left out 1: no such repository ×1\n"
    assert {one.login for one in hub.github.requests} == {None}


def test_an_enterprise_server(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.repository("octo/shop", SHOP)
    monkeypatch.setenv("GITHUB_API_URL", hub.github.ghes_url)
    assert "took 3 documents" in hub.files("octo/shop").output


HOSTILE = packed(
    ("octo-shop-1/LICENSE", MIT.encode()),
    ("octo-shop-1/good.py", b"good\n"),
    ("octo-shop-1/../../up.py", b"bad\n"),
    ("/etc/passwd.py", b"bad\n"),
    ("elsewhere/b.py", b"bad\n"),
    ("top.py", b"bad\n"),
    link("octo-shop-1/link.py", "/etc/passwd"),
    link("octo-shop-1/hard.py", "octo-shop-1/good.py", tarfile.LNKTYPE),
    link("octo-shop-1/device.py", "", tarfile.CHRTYPE),
    ("octo-shop-1/caf\udce9\x1b[2J\n.py", b"odd\n"),
    ("octo-shop-1/inner.zip", b"PK\x03\x04"),
)


def test_a_hostile_archive_gives_only_what_is_its_own(hub: Hub, tmp_path: Path) -> None:
    hub.repository("octo/shop", SHOP, archive=HOSTILE)
    before = set(tmp_path.rglob("*"))
    done = hub.files("octo/shop")
    assert set(hub.texts()) == {
        "octo/shop/LICENSE",
        "octo/shop/good.py",
        "octo/shop/caf\ufffd\x1b[2J\n.py",
    }
    assert (
        "name that leads outside ×4, symbolic link ×2, binary ×1, not a regular file ×1"
        in done.output
    )
    new = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert all((hub.workspace / "raw") in path.parents for path in new)


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"no archive at all", "broken archive"),
        (HOSTILE[:300], "broken archive"),
        (packed(("octo-shop-1/a.py", b"\0" * 50_000_000)), "archive that expands too far"),
        (b"", "broken archive"),
    ],
    ids=["none", "torn", "bomb", "empty"],
)
def test_an_archive_that_is_none_is_left_out(hub: Hub, archive: bytes, reason: str) -> None:
    hub.repository("octo/shop", SHOP, archive=archive)
    hub.repository("octo/next", SHOP)
    done = hub.files("octo/shop", "octo/next")
    assert "took 3 documents" in done.output
    if archive:
        assert f"{reason} ×1" in done.output


def test_a_repository_that_is_too_large_is_left_out(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = "".join(f"{number * number}\n" for number in range(200_000))
    hub.repository("octo/huge", {**SHOP, "data.py": huge})
    hub.repository("octo/shop", SHOP)
    monkeypatch.setattr(code, "LARGEST", 100_000)
    hub.github.serve_git()
    for how in ("tarball", "clone"):
        done = hub.acquire(
            *("octo/huge", "octo/shop", "--no-conversations", "--fetch", how, "--name", how)
        )
        assert "took 3 documents" in done.output
        assert "repository too large ×1" in done.output


def test_files_that_are_too_large(hub: Hub) -> None:
    hub.repository("octo/shop", {**SHOP, "big.py": "x = 1\n" * 100})
    assert "too large ×1" in hub.files("octo/shop", "--max-document-bytes", "500").output


def test_limits_stop_it_and_it_goes_on(hub: Hub) -> None:
    for name in ("octo/a", "octo/b"):
        hub.repository(name, {"LICENSE": MIT, **{f"{n}.py": f"{name}{n}\n" for n in range(5)}})
    counts = [hub.files("octo/a", "octo/b", "--max-documents", "5").output for _ in range(4)]
    assert [text.splitlines()[-1].split()[1] for text in counts] == ["5", "5", "2", "0"]
    assert "stopped at 5 documents" in counts[0]
    assert len(hub.texts()) == 12


def test_a_dry_run_takes_nothing(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    done = hub.files("octo/shop", "--dry-run")
    assert "src/app.py" in done.output
    assert "would take 3 documents" in done.output
    assert not hub.workspace.exists()


def test_what_was_not_pushed_to_costs_no_request_but_its_own(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    hub.files("octo/shop")
    hub.github.requests.clear()
    again = hub.files("octo/shop")
    assert again.output == "took 0 documents (0.0 MB); 3 were there already\n"
    assert hub.asked() == ["/repos/octo/shop"]


def test_what_was_pushed_to_is_taken_beside_what_was_there(hub: Hub) -> None:
    made = hub.repository("octo/shop", SHOP)
    hub.files("octo/shop")
    hub.git("octo/shop").commit("more", {"src/app.py": "print('new')\n", "b.py": "b\n"})
    made.pushed_at = hub.github.world.clock.tick()
    assert "took 2 documents" in hub.files("octo/shop").output
    commits = {one.origin.details["commit"] for one in hub.documents()}
    assert len(commits) == 2


def test_the_rate_limit_stops_it_cleanly_and_it_goes_on(hub: Hub) -> None:
    for name in ("octo/a", "octo/b"):
        hub.repository(name, SHOP)
    hub.github.fail(exhausted(3000), path="/repos/octo/b")
    with pytest.raises(RateLimited, match="no more requests of this token before") as caught:
        hub.files("octo/a", "octo/b")
    assert "goes on where it has stopped" in str(caught.value.next_step)
    assert len(hub.texts()) == 3
    hub.github.requests.clear()
    assert "took 3 documents" in hub.files("octo/a", "octo/b").output
    assert not hub.asked("/repos/octo/a/")


def test_a_download_that_breaks_is_tried_again(hub: Hub) -> None:
    hub.repository("octo/shop", SHOP)
    hub.github.fail(CUT_BEFORE, path="/codeload")
    assert "took 3 documents" in hub.files("octo/shop").output
    hub.repository("octo/next", SHOP)
    hub.github.fail(server_error(), path="/codeload", always=True)
    done = hub.files("octo/next")
    assert "repository that could not be fetched ×1" in done.output
    assert len(hub.asked("/codeload")) == 2 + tarball.MOST_TRIES
    hub.github.heal()
    assert "took 3 documents" in hub.files("octo/next").output


@pytest.mark.parametrize(
    "address", ["http://github.example/x", "file:///etc/passwd", "", "https://", "https://a@b/"]
)
def test_only_a_safe_address_is_followed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    from testing.github.faults import Fault

    hub.repository("octo/shop", SHOP)
    hub.github.fail(Fault(302, "Found", {"Location": address}), path="/tarball/")
    with pytest.raises(GitHubError, match="no safe address"):
        hub.files("octo/shop")


def test_one_that_is_blocked(hub: Hub) -> None:
    from testing.github.faults import Fault

    hub.repository("octo/shop", SHOP)
    hub.github.fail(Fault(451, "Repository access blocked"))
    hub.github.fail(Fault(403, "Repository access blocked"), nth=2)
    assert "access refused ×1, blocked by GitHub ×1" in hub.files("octo/shop", "octo/shop").output


@pytest.mark.parametrize("state", [{"repositories": []}, {"repositories": {"octo/shop": 3}}])
def test_a_damaged_state_is_told(hub: Hub, state: object) -> None:
    hub.repository("octo/shop", SHOP)
    hub.files("octo/shop")
    (hub.workspace / "raw" / "github" / "x" / "state.json").write_text(json.dumps(state))
    with pytest.raises(StoreError, match="state of this source is damaged"):
        hub.files("octo/shop")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no repository is named"),
        (("not-a-name",), "'not-a-name' is not the name of a repository"),
        (("../..",), "is not the name of a repository"),
        (("o/r", "--no-code", "--no-conversations"), "neither code nor conversations"),
        (("o/r", "--language", "pyton"), "did you mean 'python'"),
        (("o/r", "--ref", "--all"), "--ref takes"),
        (("--topic", "a b"), "--topic takes"),
        (("--list", "none.txt"), "cannot read none.txt"),
        (("--list", "bad.txt"), "bad.txt, line 2: 'x' is not the name"),
        (("o/r", "--include", "!"), "--include"),
    ],
)
def test_wrong_usage(hub: Hub, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "bad.txt").write_text("octo/shop\nx\n")
    done = train("acquire", "github", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert hub.asked() == []


def test_a_search_that_github_does_not_understand(hub: Hub, tmp_path: Path) -> None:
    done = train("acquire", "github", "--search", " ", cwd=tmp_path)
    assert done.code == 2
    assert "GitHub does not understand the search" in done.stderr


def test_conversations_need_a_token(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    done = train("acquire", "github", "o/r", "--conversations", cwd=tmp_path)
    assert done.code == 2
    assert "give one in GITHUB_TOKEN, or use --no-conversations" in done.stderr


def test_killed_in_the_middle_it_goes_on_without_loss_or_repetition(
    hub: Hub, tmp_path: Path
) -> None:
    names = [f"octo/r{number}" for number in range(4)]
    for name in names:
        files = {f"{n}.py": f"# {name} {n}\n" + "x = 1\n" * 300 for n in range(150)}
        hub.repository(name, {"LICENSE": MIT, **files})
    arguments = ("acquire", "github", *names, "--no-conversations", "--name", "x")
    shard = tmp_path / "data" / "raw" / "github" / "x" / "documents-00000.jsonl"
    for size in (100_000, 500_000):
        running = subprocess.Popen(
            train_command(*arguments), cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        while running.poll() is None and not (shard.exists() and shard.stat().st_size > size):
            pass
        running.send_signal(signal.SIGKILL)
        running.wait()
    done = train(*arguments, cwd=tmp_path)
    assert done.code == 0, done.stderr
    found = [one.id for one in hub.documents()]
    assert len(found) == len(set(found)) == 4 * 151
