"""When the cause of a thread is gone, and when nobody can tell."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from coderasst_hook.action.causes import ReadCauses, ReviewedCauses
from coderasst_hook.action.evidence import Lines, nearest
from coderasst_hook.action.threads import OwnThread
from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.github.values import Comment, Person, Thread
from coderasst_hook.models import Coverage, Dropped, Report, Skipped, fingerprint
from coderasst_hook.redact import mask
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.source import SourceFile

AT = datetime(2025, 1, 1, tzinfo=timezone.utc)
TEXT = "return eval(text)"
MARK = fingerprint("a.py", "python/eval", TEXT)
HEAD = "a" * 40


def thread(source: str = "patterns", path: str = "a.py") -> OwnThread:
    comment = Comment(1, "n", Person("us"), "", AT, ours=True)
    marker = FindingMarker(MARK, "python/eval", "security", "high", 1, source)
    return OwnThread(Thread("T", path, 1, 1, False, False, (comment,)), marker)


def why(own: OwnThread, *skipped: Skipped, drop: str = "", changed: str = "a.py") -> str | None:
    dropped = (Dropped(drop, "a.py", 1, "python/eval", "", MARK),) if drop else ()
    coverage = Coverage(analyzers=("patterns",), skipped=skipped)
    source = SourceFile("a.py", "python", "x\n", ("x",), frozenset({1}))
    reviewed = Reviewed(Report("all", coverage=coverage, dropped=dropped), {"a.py": source})
    return ReviewedCauses(reviewed, frozenset({changed}), HEAD).why_gone(own, 0)


def test_what_no_analyzer_finds_any_more() -> None:
    assert why(thread()) == f"The cause is gone as of {HEAD}."
    assert why(thread("model")) == f"The cause is gone as of {HEAD}."


@pytest.mark.parametrize(
    "reason", ["outside the lines asked for (filter: added)", "same as x at line 1"]
)
def test_what_is_merely_not_shown_is_there(reason: str) -> None:
    assert why(thread(), drop=reason) is None


def test_what_is_ignored_says_so() -> None:
    told = why(thread(), drop="rule is off in the configuration")
    assert told == f"Not reported any more as of {HEAD}: rule is off in the configuration."


def test_files_that_are_gone() -> None:
    assert (
        why(thread(), Skipped("a.py", "diff", "deleted file"))
        == f"The file is deleted as of {HEAD}."
    )
    assert "Not among the changes" in (why(thread(), changed="b.py") or "")


def test_where_nobody_looked() -> None:
    assert why(thread(), Skipped("a.py", "diff", "too large to review")) is None
    assert why(thread(), Skipped("a.py", "analyzer:patterns", "time-out")) is None
    assert why(thread("eslint")) is None
    assert why(thread("model", path="b.py"), changed="b.py") is None


@pytest.mark.parametrize(
    ("content", "number", "gone"),
    [
        (f"def run(text):\n    {TEXT}\n".encode(), 0, None),
        (f"def run(text):\n    {TEXT}\n".encode(), 1, f"The cause is gone as of {HEAD}."),
        (b"def run(text):\n    return 1\n", 0, f"The cause is gone as of {HEAD}."),
        (None, 0, f"The file is deleted as of {HEAD}."),
    ],
    ids=["there", "once", "gone", "deleted"],
)
def test_what_the_file_itself_tells(content: bytes | None, number: int, gone: str | None) -> None:
    causes = ReadCauses(frozenset({"a.py"}), lambda path: content, HEAD)
    assert causes.why_gone(thread(), number) == gone
    assert "Not among" in (causes.why_gone(thread(path="b.py"), 0) or "")


def test_evidence_with_a_secret_is_found_masked() -> None:
    line = 'password = "hunter2-Tr0ub4dor"'
    assert mask(line) != line
    lines = Lines(f"x = 1\n{line}\n".encode())
    wanted = fingerprint("a.py", "r", mask(line))
    assert [place.line for place in lines.find(wanted, "a.py", "r", 1)] == [2]


def test_evidence_of_several_lines() -> None:
    lines = Lines(b"a\nb\nc\na\nb\n")
    places = list(lines.find(fingerprint("a.py", "r", "a\nb"), "a.py", "r", 2))
    assert [place.line for place in places] == [1, 4]
    found = nearest(places, 3)
    assert found is not None
    assert found.line == 4
    assert nearest([], 3) is None
    assert Lines(b"a\nb").count == 2


def test_a_key_that_is_secret_only_as_a_whole() -> None:
    body = "".join(f"{'A1b2' * 15}\n" for _ in range(3))
    text = f"-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n"
    lines = Lines(text.encode())
    excerpt = mask("A1b2" * 15)
    whole = mask(text).split("\n")[1]
    for evidence in {excerpt, whole}:
        wanted = fingerprint("a.py", "r", evidence)
        assert list(lines.find(wanted, "a.py", "r", 1))
