"""``coderasst feedback import``, ``export`` and ``stats``, as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from coderasst_hook.commands.feedback import COMMANDS, feedback
from coderasst_hook.commands.feedback.since import moment
from coderasst_hook.commands.feedback.stats import DIMENSIONS
from coderasst_hook.feedback import stats
from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.values import Outcome
from testing.program import coderasst
from testing.repository import TemporaryRepository
from tests.feedback.samples import BOB, finding, later, verdict

FILE = Path("data", "feedback", "user_feedback.jsonl")
STORE = Path("continuous_learning_data", "feedback.db")


@pytest.fixture
def judged(repository: TemporaryRepository) -> TemporaryRepository:
    """A repository whose store knows thirty findings; eval is acted on, noise is not."""
    with open_store(STORE, root=repository.root) as store:
        store.record_findings([finding(number) for number in range(6)])
        store.record_findings(
            [finding(n, rule_id="x/noise[red]", severity="low") for n in range(10, 34)]
        )
        store.record_findings([finding(99, repository="bob/fork", at=later(30))])
        fixed = {"outcome": Outcome.FIXED, "weight": 1.0}
        store.add_verdicts([verdict(number, **fixed) for number in range(5)])
        store.add_verdicts([verdict(number) for number in range(10, 34)])
        store.add_verdicts([verdict(99, repository="bob/fork", person=BOB, at=later(31))])
    return repository


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_export_writes_to_the_usual_place_from_anywhere(judged: TemporaryRepository) -> None:
    (judged.root / "deep").mkdir()
    done = coderasst("feedback", "export", cwd=judged.root / "deep")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == f"30 findings written to {judged.root / FILE}\n"
    assert len(lines(judged.root / FILE)) == 30


def test_export_chooses(judged: TemporaryRepository, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    choices = {
        ("--with-unjudged",): 31,
        ("--repository", "bob/fork"): 1,
        ("--since", "2024-03-20"): 1,
        ("--since", "2024-03-20T00:00:00Z", "--repository", "ada/engine"): 0,
    }
    for options, count in choices.items():
        assert coderasst("feedback", "export", "--output", file, *options).code == 0
        assert len(lines(file)) == count, options


def test_export_to_standard_output_says_the_number_elsewhere(judged: TemporaryRepository) -> None:
    done = coderasst("feedback", "export", "--output", "-")
    assert len(done.stdout.splitlines()) == 30
    assert done.stderr == "30 findings written to standard output\n"
    coderasst("feedback", "export")
    assert (judged.root / FILE).read_text("utf-8") == done.stdout


def test_export_that_cannot_be_written_is_an_error(judged: TemporaryRepository) -> None:
    (judged.root / "data").write_text("")
    done = coderasst("feedback", "export")
    assert done.code == 2
    assert "cannot be written: " in done.stderr


@pytest.mark.parametrize("name", ["export", "stats"])
def test_without_a_store_there_is_nothing_to_show_and_none_is_made(
    repository: TemporaryRepository, name: str
) -> None:
    done = coderasst("feedback", name)
    assert done.code == 2
    assert "there is no feedback store at" in done.stderr
    assert "try: coderasst feedback sync" in done.stderr
    assert not (repository.root / STORE.parent).exists()


def test_import_makes_a_store_that_git_does_not_see(
    judged: TemporaryRepository, tmp_path: Path
) -> None:
    file = tmp_path / "feedback.jsonl"
    coderasst("feedback", "export", "--output", file, "--with-unjudged")
    other = TemporaryRepository(tmp_path / "other")
    done = coderasst("feedback", "import", file, cwd=other.root)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == (f"{file}: 31 lines read, 31 findings new, 30 verdicts new or changed\n")
    assert other.git("status", "--porcelain") == b""
    again = tmp_path / "again.jsonl"
    coderasst("feedback", "export", "--output", again, "--with-unjudged", cwd=other.root)
    assert again.read_bytes() == file.read_bytes()
    done = coderasst("feedback", "import", file, cwd=other.root)
    assert done.stdout == f"{file}: 31 lines read, 0 findings new, 0 verdicts new or changed\n"


def test_import_reports_bad_lines_and_takes_the_rest(
    repository: TemporaryRepository, tmp_path: Path
) -> None:
    file = tmp_path / "odd\nname.jsonl"
    good = b'{"prompt": "p", "response": "r", "accepted": true}\n'
    file.write_bytes(good + b'{"prompt": "\x1b[31m\n' * 30)
    done = coderasst("feedback", "import", file)
    assert done.code == 0
    assert done.stdout.endswith(": 1 line read, 1 finding new, 1 verdict new or changed\n")
    said = done.stderr.splitlines()
    assert len(said) == 21
    assert said[0].endswith("odd\\nname.jsonl:2: it is not JSON at column 13: invalid control "
                            "character at")  # fmt: skip
    assert said[-1].startswith("warning: 30 lines of ")
    assert said[-1].endswith("left out (10 more than are listed)")


def test_import_of_nothing_but_bad_lines_is_an_error(
    repository: TemporaryRepository, tmp_path: Path
) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text("{}\n")
    done = coderasst("feedback", "import", file)
    assert done.code == 2
    assert f"{file}:1: version: field required" in done.stderr
    assert "error: no line could be read" in done.stderr
    file.write_text("")
    assert coderasst("feedback", "import", file).code == 0


def test_import_from_standard_input(repository: TemporaryRepository) -> None:
    old = b'{"prompt": "p", "suggestion": "r", "accepted": false}\n'
    done = coderasst("feedback", "import", "-", stdin=old)
    assert done.stdout == "-: 1 line read, 1 finding new, 1 verdict new or changed\n"


def test_import_of_a_file_that_is_not_there(repository: TemporaryRepository) -> None:
    done = coderasst("feedback", "import", "nowhere.jsonl")
    assert done.code == 2
    assert "nowhere.jsonl cannot be read: No such file or directory" in done.stderr
    assert coderasst("feedback", "import", repository.root).code == 2


def test_stats_as_text(judged: TemporaryRepository) -> None:
    done = coderasst("feedback", "stats")
    assert (done.code, done.stderr) == (0, "")
    said = done.stdout
    assert said.startswith("31 findings shown, 30 judged, acted on 17% (7-34%)\n")
    rows = [line.split() for line in said.splitlines()]
    assert ["high", "7", "6", "-", "5", "1", "-", "83%", "44-97%"] in rows
    assert ["x/noise[red]", "24", "24", "-", "-", "24", "-", "0%", "0-14%"] in rows
    assert ["2024-W09", "30", "29", "-", "5", "24", "-", "17%", "8-35%"] in rows
    assert "  x/noise[red]: 0 of 24 acted on, at most 14%" in said
    assert 'To turn them off: ignore = ["x/noise[red]"] in .coderasst.toml' in said


def test_stats_as_json(judged: TemporaryRepository) -> None:
    done = coderasst("feedback", "stats", "--format", "json", "--by", "severity,rule")
    document = done.json()
    assert document["version"] == 1
    assert document["total"] == {
        "shown": 31,
        "judged": 30,
        "accepted": 0,
        "fixed": 5,
        "rejected": 25,
        "ignored": 0,
        "acted_on_rate": 0.1667,
        "interval": [0.0734, 0.3356],
    }
    assert list(document["by"]) == ["severity", "rule"]
    assert [group["name"] for group in document["by"]["severity"]] == ["high", "low"]
    assert document["distrusted_rules"] == ["x/noise[red]"]


def test_stats_chooses(judged: TemporaryRepository) -> None:
    def shown(*options: str) -> object:
        return coderasst("feedback", "stats", "--format", "json", *options).json()["total"]["shown"]

    assert shown("--repository", "ada/engine") == 30
    assert shown("--since", "2024-03-20") == 1
    assert shown("--since", "3d") == 0


def test_stats_of_a_store_without_verdicts(repository: TemporaryRepository) -> None:
    with open_store(STORE, root=repository.root) as store:
        store.record_findings([finding(n, rule_id=f"x/{n}") for n in range(40)])
    done = coderasst("feedback", "stats", "--by", "rule")
    assert done.stdout.startswith("40 findings shown, 0 judged\n")
    assert "and 10 more" in done.stdout
    document = coderasst("feedback", "stats", "--format", "json").json()
    assert document["total"]["acted_on_rate"] is None
    assert document["total"]["interval"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stats", "--by", "mood"], "'mood' is none of category, severity"),
        (["stats", "--since", "soon"], "'soon' is no date like 2024-01-31"),
        (["export", "--since", "9999d"], "there is no feedback store"),
        (["import"], "Missing argument 'FILE…'"),
        (["stat"], "did you mean 'stats'?"),
    ],
)
def test_wrong_usage(repository: TemporaryRepository, arguments: list[str], said: str) -> None:
    done = coderasst("feedback", *arguments)
    assert done.code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_store_of_a_team_is_used_and_its_password_never_said(
    repository: TemporaryRepository, tmp_path: Path
) -> None:
    url = f"postgresql://ada:hunter2@/team?host={tmp_path}"
    done = coderasst("feedback", "stats", CODERASST_FEEDBACK_STORE=url)
    assert done.code == 2
    assert f"the feedback store postgresql://ada@{tmp_path}/team cannot be used" in done.stderr
    assert "hunter2" not in done.output


def test_the_words_of_stats_are_those_of_the_program() -> None:
    assert tuple(stats.DIMENSIONS) == DIMENSIONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=timezone.utc)),
        ("2024-01-31T12:00:00Z", datetime(2024, 1, 31, 12, tzinfo=timezone.utc)),
        ("2024-01-31T12:00:00+02:00", datetime(2024, 1, 31, 10, tzinfo=timezone.utc)),
        ("1d", datetime(2024, 2, 29, 12, tzinfo=timezone.utc)),
        ("2w", datetime(2024, 2, 16, 12, tzinfo=timezone.utc)),
    ],
)
def test_a_moment(text: str, expected: datetime) -> None:
    assert moment(text, later(0)) == expected


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_of_the_table_can_be_loaded(name: str) -> None:
    context = click.Context(feedback)
    assert isinstance(feedback.get_command(context, name), click.Command)
    assert CliRunner().invoke(feedback, [name, "--help"]).exit_code == 0


def test_help_needs_no_database() -> None:
    code = (
        "import sys\n"
        "from coderasst_hook.commands.feedback import stats, export, import_, opening\n"
        "print(sorted({'sqlalchemy', 'alembic', 'rich', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
