"""Where nothing may be written, what was found is still said, and the exit code is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.action.job import Options
from testing.repository import TemporaryRepository
from tests.action.conftest import EVAL, WITHOUT_MODEL, Shop, places

READS = {"pull_requests": "read", "contents": "read"}


def test_a_read_only_token(shop: Shop, tmp_path: Path) -> None:
    pull = shop.open({"app.py": EVAL})
    token = shop.github.workflow_token(**READS)
    sarif = tmp_path / "out" / "report.sarif"
    ran = shop.ci(pull, "--sarif-file", sarif, GITHUB_TOKEN=token)
    assert ran.code == 1
    assert "::error file=app.py,line=2,endLine=2" in ran.stdout
    assert "No comments were posted: " in ran.stdout
    assert "1 finding (1 high)" in shop.step_summary
    assert sarif.is_file()
    assert f"{sarif}\n" in shop.output
    assert (pull.threads, pull.comments) == ([], [])


def test_a_pull_request_of_a_fork(shop: Shop, tmp_path: Path) -> None:
    fork_git = TemporaryRepository(tmp_path / "fork")
    fork_git.git("pull", "--quiet", shop.git.root, "main")
    fork_git.git("checkout", "--quiet", "-b", "topic")
    fork_git.commit("change", {"app.py": EVAL})
    fork = shop.github.repository("mallory/shop", fork_git.root, fork_of=shop.repository)
    pull = shop.github.open_pull(shop.repository, head="topic", author="mallory", fork=fork)
    ran = shop.ci(pull, GITHUB_TOKEN=shop.github.workflow_token(**READS))
    assert ran.code == 1
    assert "::error file=app.py" in ran.stdout
    assert pull.threads == []


def test_summary_mode_writes_one_comment(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    options = Options(flags={"llm.mode": "off", "ci.mode": "summary"})
    assert shop.run(pull, options=options) == 1
    assert shop.run(pull, options=options) == 1
    assert pull.threads == []
    [summary] = pull.comments
    assert "app.py" in summary.body


def test_annotate_mode_writes_nothing(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    pull = shop.open({"app.py": EVAL})
    options = Options(flags={"llm.mode": "off", "ci.mode": "annotate"})
    assert shop.run(pull, options=options) == 1
    assert (pull.threads, pull.comments) == ([], [])
    assert "::error file=app.py" in capsys.readouterr().out


def test_a_check_run_and_code_scanning(shop: Shop) -> None:
    files = {f"app{number}.py": EVAL for number in range(60)}
    pull = shop.open(files)
    token = shop.github.workflow_token(
        pull_requests="write", contents="read", checks="write", security_events="write"
    )
    assert shop.ci(pull, "--check-run", "--upload-sarif", GITHUB_TOKEN=token).code == 1
    [check] = shop.repository.check_runs
    assert (check.name, check.conclusion, check.head_sha) == ("coderasst", "failure", pull.head_sha)
    assert len(check.annotations) == 60
    [sarif] = shop.repository.sarifs
    assert (sarif.commit, sarif.ref) == (pull.head_sha, "refs/pull/1/head")
    assert len(sarif.log["runs"][0]["results"]) == 60


def test_extras_that_are_refused_cost_one_line_each(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    ran = shop.ci(pull, "--check-run", "--upload-sarif")
    assert ran.code == 1
    assert "no check run was made: " in ran.stdout
    assert "nothing was sent to code scanning: " in ran.stdout
    assert places(pull) == [("app.py", 2, False)]


def test_the_enterprise_server(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    assert shop.ci(pull, GITHUB_API_URL=shop.github.ghes_url).code == 1
    assert places(pull) == [("app.py", 2, False)]
    assert {request.path.split("/")[1] for request in shop.github.requests} == {"api"}


def test_a_log_line_is_no_command(shop: Shop) -> None:
    pull = shop.open({"::error file=x::.py": EVAL, "a\n::set-env name=A::b.py": EVAL})
    ran = shop.ci(pull, "--dry-run")
    lines = ran.stdout.splitlines()
    assert ran.code == 1
    assert not [line for line in lines if line.lstrip().startswith("::")]


def test_a_pull_request_by_its_number(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    environ = {"GITHUB_EVENT_NAME": "", "GITHUB_EVENT_PATH": "", "GITHUB_REPOSITORY": ""}
    ran = shop.ci(pull, "--pull-request", "1", "--repo", "octo/shop", **environ)
    assert ran.code == 1
    assert places(pull) == [("app.py", 2, False)]


def test_github_that_stays_away_loses_nothing(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    from coderasst_hook.github.errors import GitHubError
    from testing.github.faults import server_error

    pull = shop.open({"app.py": EVAL})
    shop.github.fail(server_error(), always=True, verb="POST", path="/reviews")
    with pytest.raises(GitHubError):
        shop.run(pull, options=WITHOUT_MODEL)
    assert "::error file=app.py" in capsys.readouterr().out
    assert "app.py" in shop.step_summary
