"""A pull request with the report, against a GitHub that holds every request to its description."""

from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.errors import UsageError
from coderasst_hook.github.client import open_client
from coderasst_hook.github.errors import Forbidden
from testing.github.server import GitHubServer
from testing.program import Ran, ran
from testing.repository import TemporaryRepository
from testing.run_stages import Bench
from tests.trainer.acquire.gathering import train_command
from trainer.pipeline.proposal import BRANCH, FOLDER, Report, propose
from trainer.pipeline.report import write

NAME = "octo/shop"
MAY = {"contents": "write", "pull_requests": "write"}


@pytest.fixture
def reported(tmp_path: Path) -> Path:
    """A folder with the report of a run."""
    bench = Bench(tmp_path / "data")
    bench.source("a")
    return write(bench.run(), tmp_path / "report", bench.root).parent


@pytest.fixture
def shop(github: GitHubServer, repository: TemporaryRepository) -> GitHubServer:
    repository.commit("begin", {"README.md": "A shop.\n", "a/b.txt": "b"})
    github.repository(NAME, repository.root)
    return github


def environ(github: GitHubServer, **permissions: str) -> dict[str, str]:
    return {
        "GITHUB_API_URL": github.api_url,
        "GITHUB_TOKEN": github.workflow_token(**(permissions or MAY)),
        "GITHUB_REPOSITORY": NAME,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "42",
    }


def train(*arguments: str | Path, **environ: str) -> Ran:
    return ran(train_command(*arguments), environ=environ)


def test_it_is_opened_once_and_then_kept_up_to_date(
    shop: GitHubServer, repository: TemporaryRepository, reported: Path
) -> None:
    main = repository.git("rev-parse", "main")
    done = train("propose", reported, **environ(shop))
    assert done.code == 0, done.output
    (pull,) = shop.world.repository("octo", "shop").pulls
    assert done.stdout == f"https://github.com/{NAME}/pull/{pull.number}\n"
    assert pull.title == "Retrain: made three"
    assert "actions/runs/42" in pull.body
    assert "| three | done |" in pull.body
    assert (pull.base_ref, pull.head_ref) == ("main", BRANCH)
    shown = repository.git("diff", "--name-only", f"main...{BRANCH}").decode().split()
    assert shown == [f"{FOLDER}/{n}" for n in ("run.json", "run_report.html", "run_report.md")]
    assert repository.git("rev-parse", "main") == main
    first = pull.head_sha

    repository.commit("go on", {"README.md": "A larger shop.\n"})
    again = train("propose", reported, **environ(shop))
    assert (again.code, again.stdout) == (0, done.stdout)
    assert len(shop.world.repository("octo", "shop").pulls) == 1
    assert pull.head_sha != first
    assert repository.git("rev-list", "--count", f"main..{BRANCH}").strip() == b"1"


def test_one_that_was_closed_is_left_closed(shop: GitHubServer, reported: Path) -> None:
    assert train("propose", reported, **environ(shop)).code == 0
    pulls = shop.world.repository("octo", "shop").pulls
    shop.person("octo").close(pulls[0])
    assert train("propose", reported, **environ(shop)).code == 0
    assert [pull.open for pull in pulls] == [False, True]


@pytest.mark.parametrize("missing", ["contents", "pull_requests"])
def test_a_token_that_may_not(shop: GitHubServer, reported: Path, missing: str) -> None:
    may = {**MAY, missing: "read"}
    done = train("propose", reported, **environ(shop, **may))
    assert (done.code, done.stdout) == (3, "")
    assert "Resource not accessible" in done.stderr


def test_a_repository_that_lets_no_workflow_propose(shop: GitHubServer, reported: Path) -> None:
    shop.world.repository("octo", "shop").bots_may_propose = False
    with (
        open_client(environ(shop)) as client,
        pytest.raises(Forbidden, match="not permitted to create") as refused,
    ):
        propose(client, NAME, Report.read(reported))
    assert "Settings, Actions" in str(refused.value.next_step)


def test_nothing_done_is_nothing_proposed(shop: GitHubServer, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "data")
    bench.source("a")
    bench.run()
    folder = write(bench.run(), tmp_path / "report", bench.root).parent
    done = train("propose", folder, **environ(shop))
    assert (done.code, done.stdout) == (0, "nothing was done, so nothing is proposed\n")
    assert shop.requests == []


@pytest.mark.parametrize("damage", ["", "[]", '{"verdict": "x"}', "{", "\x00"])
def test_a_folder_without_a_report(reported: Path, damage: str) -> None:
    (reported / "run.json").write_text(damage)
    with pytest.raises(UsageError, match="has no report of a run"):
        Report.read(reported)
