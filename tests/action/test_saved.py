"""Two steps for forks: reviewed where nothing may be written, posted where nothing is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.action.job import Options
from coderasst_hook.action.saved import REVIEW, read
from coderasst_hook.errors import UsageError
from testing.github.state import Pull
from testing.repository import TemporaryRepository
from tests.action.conftest import CLEAN, EVAL, NAME, Shop, places

FAKE = "0" * 40


class Fork:
    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.git = TemporaryRepository(folder)
        self.git.git("pull", "--quiet", shop.git.root, "main")
        self.git.git("checkout", "--quiet", "-b", "topic")
        self.git.commit("change", {"app.py": EVAL, "two.py": EVAL})
        fork = shop.github.repository("mallory/shop", self.git.root, fork_of=shop.repository)
        self.pull: Pull = shop.github.open_pull(
            shop.repository, head="topic", author="mallory", fork=fork
        )
        self.saved = shop.folder / "saved"

    def save(self) -> int:
        environ = self.shop.environ(self.pull, pull_requests="read", contents="read")
        options = Options(flags={"llm.mode": "off"}, save=self.saved)
        return self.shop.run(self.pull, options=options, environ=environ)

    def post(self, **run: str) -> int:
        """As in the job of the workflow_run event, where no clone is."""
        event = self.shop.folder / "workflow_run.json"
        told = {
            "id": 7,
            "event": "pull_request",
            "conclusion": "failure",
            "head_sha": self.pull.head_sha,
            "head_branch": "topic",
            "head_repository": {"full_name": "mallory/shop"},
            **run,
        }
        event.write_text(
            json.dumps(
                {
                    "action": "completed",
                    "workflow_run": told,
                    "repository": {"full_name": NAME},
                    "sender": {"login": "mallory", "type": "User"},
                }
            )
        )
        environ = {
            **self.shop.environ(self.pull),
            "GITHUB_EVENT_NAME": "workflow_run",
            "GITHUB_EVENT_PATH": str(event),
        }
        empty = self.shop.folder / "empty"
        empty.mkdir(exist_ok=True)
        options = Options(post=self.saved)
        return self.shop.run(self.pull, options=options, environ=environ, cwd=empty)

    def forge(self, change: Callable[[Any], None]) -> None:
        file = self.saved / REVIEW
        data = json.loads(file.read_text())
        change(data)
        file.write_text(json.dumps(data))

    def push(self, files: dict[str, str]) -> None:
        self.git.commit("more", files)
        self.shop.github.push(self.pull)


@pytest.fixture
def fork(shop: Shop, tmp_path: Path) -> Fork:
    return Fork(shop, tmp_path / "fork")


def test_saved_and_posted(fork: Fork) -> None:
    assert fork.save() == 1
    assert fork.pull.threads == []
    assert (fork.saved / "report.sarif").is_file()
    assert fork.post() == 0
    assert places(fork.pull) == [("app.py", 2, False), ("two.py", 2, False)]
    assert fork.post() == 0
    assert len(fork.pull.threads) == 2
    fork.push({"app.py": CLEAN})
    assert fork.save() == 1
    assert fork.post() == 0
    assert places(fork.pull) == [("app.py", None, True), ("two.py", 2, False)]
    assert len(fork.pull.comments) == 1


def test_what_a_forged_review_leaves_out_is_not_gone(fork: Fork) -> None:
    fork.save()
    fork.post()
    fork.forge(lambda data: data["report"].update(findings=[]))
    assert fork.post() == 0
    assert places(fork.pull) == [("app.py", 2, False), ("two.py", 2, False)]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "README"},
        {"path": "../../etc/passwd"},
        {"line": 99, "end_line": 99},
        {"rule_id": "mallory/own"},
    ],
    ids=["file", "outside", "line", "rule"],
)
def test_findings_that_cannot_be(
    fork: Fork, change: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    fork.save()
    fork.forge(lambda data: data["report"]["findings"][0].update(change))
    capsys.readouterr()
    assert fork.post() == 0
    assert len(fork.pull.threads) == 1
    told = "1 finding of the saved review cannot be of this pull request."
    assert told in capsys.readouterr().out


def test_texts_of_a_forged_finding_take_no_effect(fork: Fork) -> None:
    fork.save()
    secret = "ghp_" + "a1B2" * 9
    hostile = {
        "message": f"@octo look ![x](https://evil.example/x.png) {secret}",
        "explanation": "<img src=x onerror=1> #1 `",
        "replacement": "import evil",
        "fingerprint": "not ours",
        "severity": "critical",
    }
    fork.forge(lambda data: data["report"]["findings"][0].update(hostile))
    fork.post()
    body = next(t.comments[0].body for t in fork.pull.threads if "octo" in t.comments[0].body)
    assert secret not in body
    assert "import evil" not in body
    assert "not ours" not in body
    assert "<img" not in body
    assert "`![x](" in body


def test_another_head(fork: Fork, capsys: pytest.CaptureFixture[str]) -> None:
    fork.save()
    fork.forge(lambda data: data.update(head_sha=FAKE))
    with pytest.raises(UsageError, match="the saved review is of 0000"):
        fork.post()
    fork.push({"README": "newer\n"})
    assert fork.post(head_sha=FAKE) == 0
    assert "nothing to post" in capsys.readouterr().out
    assert fork.pull.threads == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"version": 2}',
        '{"version": 1, "head_sha": "--upload-pack=x"}',
        "\xff",
    ],
    ids=["empty", "list", "cut", "deep", "version", "option", "bytes"],
)
def test_what_is_no_review(tmp_path: Path, text: str) -> None:
    (tmp_path / REVIEW).write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match="is not one"):
        read(tmp_path)


def broken(key: str, value: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        *keys, last = key.split(".")
        for part in keys:
            data = data[int(part)] if part.isdigit() else data[part]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("report.findings.0.severity", "worst"),
        ("report.findings.0.line", 0),
        ("report.findings.0.line", 2**40),
        ("report.findings.0.end_line", 1),
        ("report.findings.0.path", ""),
        ("report.findings.0.path", "a\0b"),
        ("report.findings.0.path", "a" * 5_000),
        ("report.findings.0.message", 3),
        ("report.findings", [{}] * 5_001),
        ("report.timing", {"total": float("nan")}),
        ("report.coverage.files", -1),
        ("report.notes", [1]),
        ("report.model", {"name": 1}),
        ("scope", "text"),
    ],
)
def test_fields_that_cannot_be(fork: Fork, key: str, value: Any) -> None:
    fork.save()
    fork.forge(broken(key, value))
    with pytest.raises(UsageError, match="is not one"):
        read(fork.saved)


def test_a_folder_without_a_review(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no saved review can be read"):
        read(tmp_path)
    (tmp_path / REVIEW).mkdir()
    with pytest.raises(UsageError, match="no saved review can be read"):
        read(tmp_path)


def test_one_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coderasst_hook.action.saved.LARGEST", 10)
    (tmp_path / REVIEW).write_text("{" + " " * 20 + "}")
    with pytest.raises(UsageError, match="larger than"):
        read(tmp_path)
