"""Secrets in a change stay on the machine, and out of everything that is printed or kept of it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from testing.fake_ollama import CLEAN, Exchange, FakeOllama, findings, says
from testing.program import coderasst, git, until
from testing.repository import TemporaryRepository

# Built at run time, so that no scanner takes this file for a leak.
LETTERS = "qT7rWx2NbV9kLmZ4pYc8JdHs3fGa6RuE5oXi1Bw0"
BODY = base64.b64encode(bytes(range(7, 199))).decode()
SECRETS = {
    "aws": "AKIA" + "QYLPMN5HHHFPZAM2",
    "github": "ghp_" + LETTERS[:36],
    "stripe": "sk_live_" + LETTERS[:24],
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + LETTERS,
    "password": "correct-Horse7-battery-Staple",
    "url": "hunter2Hunter2hunter",
}
LINES = [
    f'AWS_ACCESS_KEY_ID = "{SECRETS["aws"]}"',
    f'TOKEN = "{SECRETS["github"]}"',
    f"stripe.api_key = '{SECRETS['stripe']}'",
    f'HEADERS = {{"Authorization": "Bearer {SECRETS["jwt"]}"}}',
    f'password = "{SECRETS["password"]}"',
    f'DATABASE = "postgres://admin:{SECRETS["url"]}@db.example.com/app"',
]
PEM = ["-----BEGIN RSA PRIVATE KEY-----"]
PEM += [BODY[start : start + 64] for start in range(0, len(BODY), 64)]
PEM += ["-----END RSA PRIVATE KEY-----"]
RAW = [*SECRETS.values(), *PEM[1:-1]]


def module(*blocks: list[str]) -> str:
    return "".join(
        f"{line}\n" for line in ['"""Settings."""', *(line for b in blocks for line in b)]
    )


def leaks(text: str | bytes) -> list[str]:
    """The secrets that ``text`` holds."""
    return [raw for raw in RAW if (raw.encode() if isinstance(text, bytes) else raw) in text]


def leaking_files(*folders: Path) -> list[Path]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if leaks(path.read_bytes())]


def stage(repository: TemporaryRepository) -> None:
    """The same secrets in added, removed and unchanged lines, in code and in other texts."""
    old = {"removed.py": module(LINES, PEM), "context.py": module(["x = 1"], LINES, PEM)}
    repository.commit(files=old)
    repository.stage({"removed.py": module(["pass"]), "context.py": module(["x = 2"], LINES, PEM)})
    repository.stage({"added.py": module(LINES), "key.pem": "\n".join(PEM) + "\n"})
    repository.stage({"deploy.yaml": "".join(f"# {line}\n" for line in LINES)})


# A model that repeats what it is shown, and one that was told the secret by other means.
ECHO = {"line": 2, "quote": LINES[0], "message": f"this is {SECRETS['aws']}"}


@pytest.mark.parametrize("form", ["text", "github", "html", "json", "sarif"])
def test_a_review(form: str, repository: TemporaryRepository, home: Path) -> None:
    stage(repository)
    with FakeOllama(replies=[says(findings(ECHO))] * 9) as fake:
        done = coderasst(
            "review", "--llm", "on", "--host", fake.host, "--format", form, "--verbose"
        )
        assert done.code == 1, done.output
        sent = "\n".join(chat.body["messages"][1]["content"] for chat in fake.chats)
    assert leaks(repr(fake.asked)) == []
    # It has seen the lines all the same, on each side of the change.
    assert all(f"{name}.py" in sent for name in ("added", "removed", "context"))
    assert "[masked]" in sent
    assert leaks(done.output) == []
    assert "added.py" in done.stdout
    assert [path.name for path in leaking_files(home)] in ([], ["answers.sqlite3"])


def test_what_is_kept_for_later(
    repository: TemporaryRepository, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue, the cache, the log and the report files of a commit that passes."""
    stage(repository)
    monkeypatch.setenv("CODERASST_IGNORE", "*")
    monkeypatch.setenv("CODERASST_HOOK_BUDGET", "0")
    monkeypatch.setenv("CODERASST_HOOK_BACKGROUND", "true")
    assert coderasst("install").code == 0
    ours = repository.path(".git/coderasst")
    in_the_queue: list[Path] = []

    def looks(exchange: Exchange) -> None:
        in_the_queue.extend(leaking_files(ours))
        says(CLEAN)(exchange)

    with FakeOllama(replies=[looks] * 9) as fake:
        done = git(repository.root, "commit", "-m", "change", OLLAMA_HOST=fake.host)
        assert done.code == 0, done.output
        until(lambda: fake.chats and not list((ours / "queue").iterdir()))
    assert leaks(done.output) == []
    assert in_the_queue == []
    assert leaking_files(ours, home) == []
    assert coderasst("baseline").code == 0
    assert leaks(repository.path(".coderasst-baseline.json").read_bytes()) == []
