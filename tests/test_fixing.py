"""``review --fix``: what is written to the working tree, and what is left alone."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.fixing import Outcome, fix
from coderasst_hook.languages import language_of
from coderasst_hook.models import Category, Dropped, Finding, Location, Report, Rule, Severity
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.source import SourceFile

RULE = Rule("t/r", Category.CORRECTNESS, Severity.HIGH, (), "m", engine="patterns")
TEXT = "one\ntwo\nthree\nfour\n"


def offer(path: str, line: int, end_line: int, new: str | None, rule: Rule = RULE) -> Finding:
    return Finding.of(rule, Location(path, line, end_line), f"line {line}", replacement=new)


def source(path: str, text: str, *, complete: bool = True) -> SourceFile:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    changed = frozenset(range(1, len(lines) + 1))
    return SourceFile(path, language_of(path), text, tuple(lines), changed, complete)


def reviewed(texts: dict[str, str], *findings: Finding) -> Reviewed:
    sources = {path: source(path, text) for path, text in texts.items()}
    return Reviewed(Report("staged changes", findings), sources)


def fixed(
    root: Path, *findings: Finding, text: str = TEXT, on_disk: bytes | None = None, path: str = "a"
) -> tuple[bytes, Outcome]:
    """What is in the file at ``path`` afterwards, and the outcome."""
    content = text.encode("utf-8", "surrogateescape") if on_disk is None else on_disk
    file = root / os.fsdecode(path.encode("utf-8", "surrogateescape"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    outcome = fix(reviewed({path: text}, *findings), root)
    return file.read_bytes(), outcome


def reasons(outcome: Outcome) -> list[str]:
    return [left.reason for left in outcome.left]


def test_what_is_offered_is_written(tmp_path: Path) -> None:
    after, outcome = fixed(
        tmp_path, offer("a", 2, 3, "2"), offer("a", 4, 4, ""), offer("a", 1, 1, None)
    )
    assert after == b"one\n2\n"
    assert str(outcome) == "fixed 2 findings in 1 file"
    assert [f.location.line for f in outcome.remaining.report.findings] == [1]
    assert outcome.left == ()


def test_the_worst_of_two_that_overlap(tmp_path: Path) -> None:
    findings = [offer("a", 2, 3, "worst"), offer("a", 3, 4, "other"), offer("a", 4, 4, "last")]
    after, outcome = fixed(tmp_path, *findings)
    assert after == b"one\nworst\nlast\n"
    assert str(outcome) == "fixed 2 findings in 1 file; left 1: a:3 t/r (overlaps another fix)"
    (rest,) = outcome.remaining.report.findings
    # What it would have replaced is not there any more.
    assert (rest.replacement, rest.location) == (None, Location("a", 2, 3))


def test_two_that_say_the_same_are_both_fixed(tmp_path: Path) -> None:
    twin = replace(RULE, id="t/twin")
    after, outcome = fixed(tmp_path, offer("a", 2, 2, "2\n2"), offer("a", 2, 2, "2\n2", twin))
    assert after == b"one\n2\n2\nthree\nfour\n"
    assert len(outcome.fixed) == 2
    assert outcome.left == ()


@pytest.mark.parametrize(
    ("reviewed_text", "on_disk"),
    [
        (TEXT, b"one\ntwo\nthree\nfour\nfive\n"),
        (TEXT, b"one\ntwo\nthree\nfour"),
        (TEXT, b"one\r\ntwo\nthree\nfour\n"),
        ("one\r\ntwo\r\n", b"one\ntwo\n"),
        ("\udcff\ntwo\n", b"\xfe\ntwo\n"),
        (TEXT, b""),
    ],
)
def test_an_edited_file_is_left_alone(tmp_path: Path, reviewed_text: str, on_disk: bytes) -> None:
    after, outcome = fixed(tmp_path, offer("a", 2, 2, "2"), text=reviewed_text, on_disk=on_disk)
    assert after == on_disk
    assert reasons(outcome) == ["the file has edits that were not reviewed"]
    assert str(outcome).startswith("fixed nothing; left 1: a:2 t/r (the file has edits")
    assert outcome.remaining.report.findings[0].replacement == "2"


@pytest.mark.parametrize(
    ("text", "on_disk", "expected"),
    [
        (TEXT, b"one\r\ntwo\r\nthree\r\nfour\r\n", b"one\r\n2\r\n2\r\nthree\r\nfour\r\n"),
        ("one\r\ntwo\r\n", None, b"one\r\n2\r\n2\r\n"),
        ("one\ntwo", None, b"one\n2\n2"),
        ("\udcff\udc80\ntwo\nx\x0cy\r\n", None, b"\xff\x80\n2\n2\nx\x0cy\r\n"),
    ],
)
def test_line_ends_and_bytes_stay(
    tmp_path: Path, text: str, on_disk: bytes | None, expected: bytes
) -> None:
    after, outcome = fixed(tmp_path, offer("a", 2, 2, "2\n2"), text=text, on_disk=on_disk)
    assert after == expected
    assert len(outcome.fixed) == 1


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o444])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    (tmp_path / "a").write_text(TEXT)
    (tmp_path / "a").chmod(mode)
    fix(reviewed({"a": TEXT}, offer("a", 1, 1, "1")), tmp_path)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode
    assert (tmp_path / "a").read_text().startswith("1\n")
    assert os.listdir(tmp_path) == ["a"]


def test_links_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_text(TEXT)
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").symlink_to(outside / "a")
    (root / "folder").symlink_to(outside)
    findings = [offer("a", 1, 1, "1"), offer("folder/a", 1, 1, "1"), offer("gone", 1, 1, "1")]
    outcome = fix(reviewed({"a": TEXT, "folder/a": TEXT, "gone": TEXT}, *findings), root)
    assert reasons(outcome) == [
        "symbolic link",
        "behind a symbolic link",
        "not in the working tree",
    ]
    assert (outside / "a").read_text() == TEXT
    assert (root / "a").is_symlink()


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    after, outcome = fixed(tmp_path, offer("d/\udcff", 1, 1, "1"), path="d/\udcff")
    assert after.startswith(b"1\n")
    assert len(outcome.fixed) == 1


def test_what_breaks_the_syntax_is_not_applied(tmp_path: Path) -> None:
    text = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
    broken, sound = offer("a.py", 2, 2, "    return (1"), offer("a.py", 6, 6, "    return 3")
    after, outcome = fixed(tmp_path, broken, sound, text=text, path="a.py")
    assert after == text.replace("return 2", "return 3").encode()
    assert reasons(outcome) == ["would break the syntax"]
    assert outcome.fixed == (sound,)


def test_errors_that_were_there_are_no_reason(tmp_path: Path) -> None:
    after, _ = fixed(tmp_path, offer("a.py", 2, 2, "y = 2"), text="x = (\ny = 1\n", path="a.py")
    assert b"y = 2" in after


def test_a_file_that_cannot_be_checked(tmp_path: Path) -> None:
    text = "x = 1\n" * 50_000
    after, outcome = fixed(tmp_path, offer("a.py", 1, 1, "x = 2"), text=text, path="a.py")
    assert after == text.encode()
    assert reasons(outcome) == ["the file is too large to check the result"]


@pytest.mark.parametrize(
    ("finding", "reason"),
    [
        (
            offer("a", 2, 2, "2", replace(RULE, engine="model")),
            "the model offers it; judge it yourself",
        ),
        (offer("a", 4, 5, "x"), "its lines are not in the file"),
        (offer("a", 0, 1, "x"), "its lines are not in the file"),
        (offer("a", 3, 2, "x"), "its lines are not in the file"),
        (offer("a", 1, 2, "one\ntwo"), "changes nothing"),
    ],
)
def test_what_is_not_applied(tmp_path: Path, finding: Finding, reason: str) -> None:
    after, outcome = fixed(tmp_path, finding)
    assert after == TEXT.encode()
    assert reasons(outcome) == [reason]


def test_a_part_of_a_file_is_not_enough(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TEXT)
    part = Reviewed(Report("", (offer("a", 1, 1, "1"),)), {"a": source("a", TEXT, complete=False)})
    assert reasons(fix(part, tmp_path)) == ["only a part of the file is known"]


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes, *, mode: int) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("coderasst_hook.fixing.write_atomically", refuse)
    findings = [offer("a", 1, 1, "1"), offer("a", 2, 2, "2")]
    after, outcome = fixed(tmp_path, *findings)
    assert after == TEXT.encode()
    assert reasons(outcome) == ["cannot be written: Permission denied"] * 2
    assert outcome.remaining.report.findings == tuple(findings)


def test_what_remains_is_told_where_it_is_now(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TEXT)
    before = reviewed({"a": TEXT}, offer("a", 1, 1, "1\n1\n1"), offer("a", 3, 4, None))
    before = replace(
        before, report=replace(before.report, dropped=(Dropped("r", "a", 4, "i", "m"),))
    )
    after = fix(before, tmp_path).remaining
    assert after.report.findings[0].location == Location("a", 5, 6)
    assert after.report.dropped[0].line == 6
    assert after.sources["a"].text == "1\n1\n1\ntwo\nthree\nfour\n"
    assert after.sources["a"].line(5) == "three"
    assert after.sources["a"].changed == frozenset(range(1, 7))


def test_nothing_is_offered(tmp_path: Path) -> None:
    _, outcome = fixed(tmp_path, offer("a", 1, 1, None))
    assert str(outcome) == "nothing could be fixed for certain"


def test_not_every_reason_is_told(tmp_path: Path) -> None:
    _, outcome = fixed(tmp_path, *(offer("a", 9, 9, str(n)) for n in range(7)))
    assert str(outcome).startswith("fixed nothing; left 7: ")
    assert str(outcome).count("its lines are not in the file") == 5
    assert str(outcome).endswith(", …")


_CONTENT = st.binary(max_size=60).filter(lambda raw: b"\r" not in raw)


@given(content=_CONTENT, data=st.data())
def test_files_come_out_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    """Any bytes: the lines of the replacements change, and nothing else does."""
    lines = content.split(b"\n")
    count = len(lines) - (lines[-1] == b"")
    wanted = data.draw(st.sets(st.integers(1, count))) if count else set()
    root = tmp_path_factory.mktemp("root")
    text = content.decode("utf-8", "surrogateescape")
    findings = [offer("a", line, line, f"new {line}") for line in sorted(wanted)]
    after, outcome = fixed(root, *findings, text=text)
    expected = [b"new %d" % n if n in wanted else line for n, line in enumerate(lines, start=1)]
    bom = b"\xef\xbb\xbf"
    if 1 in wanted and lines[0].startswith(bom):
        expected[0] = bom + expected[0]
    assert after == b"\n".join(expected)
    assert len(outcome.fixed) == len(wanted)
