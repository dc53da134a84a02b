"""``coderasst-train acquire web`` as people run it: killed, interrupted, run again."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coderasst_hook.errors import FatalError
from testing.program import SECONDS, ran, until
from testing.website import Served, Website, website
from tests.trainer.acquire.gathering import train_command
from trainer.cli import train
from trainer.raw_source import RawSource

PAGES = 60
COMMAND = train_command("acquire", "web")
# All that is under way, and what was asked for since the last checkpoint.
MOST_TWICE = 25 + 4


@pytest.fixture
def site() -> Iterator[Website]:
    """A chain of pages, three links each, and one that leads back."""
    with website() as served:
        for number in range(PAGES):
            further = [f"/{n}" for n in range(number + 1, number + 4) if n < PAGES]
            served.page(f"/{number}", *further, f"/{number // 2}", text=f"Page {number}")
        yield served


def arguments(site: Website, *more: str) -> list[str]:
    return [*COMMAND, f"{site.url}/0", "--allow-private", "--delay", "0", "--depth", "60", *more]


def acquired(folder: Path) -> Counter[str]:
    """Locations, and how often they are there."""
    with RawSource(folder / "data" / "raw", "web", "127.0.0.1") as source:
        return Counter(one.origin.location for one in source.documents())


def everything(site: Website) -> Counter[str]:
    return Counter(f"{site.url}/{number}" for number in range(PAGES))


@contextmanager
def started(site: Website, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """It is gone when the block ends."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(arguments(site), cwd=folder, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def at_request(
    site: Website, number: int, action: Callable[[subprocess.Popen[str]], None]
) -> Callable[[subprocess.Popen[str]], None]:
    """Do ``action`` when the request of this number arrives; the function that gets the process."""
    there = threading.Event()
    processes: list[subprocess.Popen[str]] = []

    def on_request(path: str) -> None:
        if len(site.asked) == number:
            there.wait(SECONDS)
            action(processes[0])

    def tell(process: subprocess.Popen[str]) -> None:
        processes.append(process)
        there.set()

    site.on_request = on_request
    return tell


def test_it_takes_a_site_and_says_how_much(site: Website, tmp_path: Path) -> None:
    first = ran(arguments(site), cwd=tmp_path)
    assert first.code == 0, first.output
    assert first.last_line.startswith(f"took {PAGES} documents")
    assert first.stderr == ""
    assert acquired(tmp_path) == everything(site)
    second = ran(arguments(site, "--max-pages", "10"), cwd=tmp_path)
    assert second.code == 0
    assert second.last_line.startswith("took 0 documents")
    assert "stopped at 10 pages (--max-pages)" in second.stderr


@pytest.mark.parametrize("moment", [1, 4, 20, 45, PAGES + 1])
def test_killed_at_any_moment_it_goes_on_without_loss(
    site: Website, tmp_path: Path, moment: int
) -> None:
    kill = at_request(site, moment, lambda process: process.kill())
    with started(site, tmp_path) as process:
        kill(process)
        process.communicate(timeout=SECONDS)
    assert process.returncode == -signal.SIGKILL
    before = Counter(site.paths())
    second = ran(arguments(site), cwd=tmp_path)
    assert second.code == 0, second.output
    assert acquired(tmp_path) == everything(site)
    after = Counter(site.paths())
    assert sum(count - 1 for count in after.values()) <= min(MOST_TWICE, before.total())


def test_interrupted_it_ends_at_once_and_goes_on(site: Website, tmp_path: Path) -> None:
    there = dict(site.pages)
    for number in range(46, PAGES):
        site.pages[f"/{number}"] = Served("x", hold=threading.Event())
    with started(site, tmp_path) as process:
        until(lambda: "/46" in site.paths() and len(site.paths()) > 46)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert stderr.strip() == "error: interrupted"
    assert stdout.startswith("took ")
    site.pages |= there
    site.asked.clear()
    second = ran(arguments(site), cwd=tmp_path)
    assert second.code == 0
    assert acquired(tmp_path) == everything(site)
    # An interrupt, other than a kill, loses nothing that was there.
    assert len(site.paths()) == PAGES - 46


def test_interrupted_in_a_long_pause_it_ends_at_once(site: Website, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Served("User-agent: *\nCrawl-delay: 110", type="text/plain")
    with started(site, tmp_path) as process:
        until(lambda: site.asked)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


def test_a_rehearsal_writes_nothing(site: Website, tmp_path: Path) -> None:
    done = ran(arguments(site, "--dry-run", "--depth", "1"), cwd=tmp_path)
    assert done.code == 0
    assert done.last_line.startswith("would take 4 documents")
    assert f"{site.url}/2" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_another_way_to_crawl_begins_anew(site: Website, tmp_path: Path) -> None:
    assert ran(arguments(site, "--max-documents", "3"), cwd=tmp_path).code == 0
    assert acquired(tmp_path).total() == 3
    done = ran(arguments(site, "--depth", "1", "--name", "127.0.0.1"), cwd=tmp_path)
    assert done.code == 0
    assert acquired(tmp_path).total() == 4


def test_the_configuration_is_heard(site: Website, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "llm_studio_config.json").write_text(
        '{"web": {"allow_private": true, "delay": 0, "depth": 0, "user_agent": "mine"}}'
    )
    command = [*COMMAND, f"{site.url}/0", "--contact", "https://example.org/bot"]
    done = ran(command, cwd=tmp_path)
    assert done.code == 0
    assert site.paths() == ["/0"]
    agent = site.asked[0].headers["User-Agent"]
    assert agent.startswith("mine/")
    assert agent.endswith("(+https://example.org/bot)")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["http://127.0.0.1/"], "has an address of a private network"),
        (["http://user:secret@example.org/"], "must not carry a user name or password"),
        (["https://example.org/", "--allow", "("], "is not a regular expression"),
        (["https://example.org/", "--allow-domain", "a b"], "is not a domain"),
        (["https://example.org/", "--contact", "a\nb"], "is not a URL or an address"),
        (["https://example.org/", "--name", "../x"], "cannot be the name of a source"),
    ],
)
def test_wrong_usage_is_said_in_one_sentence(
    tmp_path: Path, more: list[str], sentence: str
) -> None:
    with pytest.raises(FatalError) as caught:
        train.main(["acquire", "web", "--workspace", str(tmp_path), *more], standalone_mode=False)
    assert caught.value.exit_code == 2
    assert sentence in str(caught.value)
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_without_a_page_it_does_not_look_like_a_success(site: Website, tmp_path: Path) -> None:
    port = site.url.rpartition(":")[2]
    done = ran([*COMMAND, f"http://localhost:{port}/0"], cwd=tmp_path)
    assert done.code == 3
    assert "no page could be read: address of a private network" in done.stderr
    assert site.asked == []


def test_two_at_once_are_one_too_many(site: Website, tmp_path: Path) -> None:
    site.pages["/0"] = Served("x", hold=threading.Event())
    with started(site, tmp_path):
        until(lambda: "/0" in site.paths())
        second = ran(arguments(site), cwd=tmp_path)
    assert second.code == 2
    assert "another crawl of this source is under way" in second.stderr
