"""What became of commented lines, read from a real history through a reader that counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from coderasst_hook.feedback import versions
from coderasst_hook.feedback.fate import Became, Fate
from coderasst_hook.feedback.versions import Versions, new_side
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.values import (
    ChangedFile,
    Comment,
    Commit,
    Comparison,
    Person,
    PullRequest,
    Thread,
)
from tests.feedback.samples import NOON

TOOL = Person("coderasst", is_bot=True)
BASE = "def run(text):\n    eval(text)\n    return 1\n"
FIXED = BASE.replace("eval", "literal_eval")
HUNK = "@@ -1 +1,2 @@\n+def run(text):\n+    eval(text)"


@dataclass
class History:
    """A ``versions.Reader``. The files of each commit; the first is the commented one."""

    states: list[dict[str, str]]
    gone: set[str] = field(default_factory=set)
    messages: dict[int, str] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: dict[str, str] = field(default_factory=dict)

    def commits(self, number: int) -> tuple[Commit, ...]:
        self.asked.append("commits")
        return tuple(
            Commit(
                f"c{n}",
                (f"c{n - 1}",),
                self.messages.get(n, ""),
                Person(f"p{n}"),
                None,
                NOON + timedelta(hours=n),
            )
            for n in range(len(self.states))
        )

    def compare(self, base: str, head: str) -> Comparison:
        self.asked.append(f"{base}...{head}")
        old, new = self.states[int(base[1:])], self.states[int(head[1:])]
        files = [
            ChangedFile(path, "modified", None)
            for path in sorted({*old, *new})
            if old.get(path) != new.get(path)
        ]
        moved = [
            ChangedFile(after, "renamed", None, before)
            for before, after in self.renames.items()
            if before in old and after in new
        ]
        return Comparison("ahead", base, (*moved, *files))

    def content(self, path: str, ref: str) -> bytes | None:
        self.asked.append(f"{path}@{ref}")
        if ref in self.gone:
            raise NotFound("gone")
        files = self.base if ref == "main" else self.states[int(ref[1:])]
        return files[path].encode() if path in files else None


def pull(head: str, **more: object) -> PullRequest:
    made = PullRequest("o/n", 1, Person("ada"), "main", "b", "topic", head, "o/n")
    return replace(made, **more)  # type: ignore[arg-type]


def thread(commit: str = "c0", **more: object) -> Thread:
    first = Comment(1, "", TOOL, "", NOON, True, commit_sha=commit, diff_hunk=HUNK)
    values = {"line": 2, "original_line": 2, "resolved": False, "outdated": False, **more}
    return Thread("T", "app.py", comments=(first,), **values)  # type: ignore[arg-type]


def history(*texts: str | None, **more: object) -> History:
    states = [{} if text is None else {"app.py": text} for text in texts]
    return History(states, **more)  # type: ignore[arg-type]


def test_commits_that_touch_other_files_cost_no_reading() -> None:
    seen = history(BASE, BASE, BASE)
    seen.states[2]["other.py"] = "x"
    assert Versions(seen, pull("c2")).fate(thread(), None) == Fate(Became.KEPT)
    assert seen.asked == ["commits", "c0...c1", "c1...c2"]


def test_a_change_is_of_the_commit_that_made_it() -> None:
    seen = history(BASE, "# top\n" + BASE, FIXED, FIXED + "# more\n")
    found = Versions(seen, pull("c3")).fate(thread(), None)
    assert found == Fate(Became.CHANGED, Person("p2"), NOON + timedelta(hours=2))


def test_what_was_read_for_one_thread_serves_the_next() -> None:
    seen = history(BASE, FIXED)
    read = Versions(seen, pull("c1"))
    read.fate(thread(), None)
    asked = len(seen.asked)
    read.fate(thread(original_line=3), None)
    assert len(seen.asked) == asked == 4


def test_a_suggestion_and_a_revert() -> None:
    seen = history(BASE, FIXED, BASE)
    read = Versions(seen, pull("c1"))
    assert read.fate(thread(), ("    literal_eval(text)",)) == Fate(
        Became.SUGGESTED, Person("p1"), NOON + timedelta(hours=1)
    )
    found = Versions(seen, pull("c2")).fate(thread(), None)
    assert found is not None
    assert (found.became, found.person) == (Became.REVERTED, Person("p2"))


def test_a_commit_with_the_tool_as_co_author_takes_its_suggestion() -> None:
    other = BASE.replace("eval(text)", "parse(text)")
    message = "Apply suggestions\n\nCo-authored-by: coderasst[bot] <1+coderasst[bot]@example.com>"
    seen = history(BASE, other, messages={1: message})
    found = Versions(seen, pull("c1")).fate(thread(), ("    literal_eval(text)",))
    assert found is not None
    assert found.became is Became.SUGGESTED
    seen = history(BASE, other, messages={1: message.replace("coderasst", "another")})
    found = Versions(seen, pull("c1")).fate(thread(), ("    literal_eval(text)",))
    assert found is not None
    assert found.became is Became.CHANGED


def test_a_renamed_file_is_followed() -> None:
    states = [{"app.py": BASE}, {"main.py": BASE}, {"main.py": FIXED}]
    seen = History(states, renames={"app.py": "main.py"})
    assert Versions(seen, pull("c1")).fate(thread(), None) == Fate(Became.KEPT)
    found = Versions(seen, pull("c2")).fate(thread(), None)
    assert found is not None
    assert (found.became, found.person) == (Became.CHANGED, Person("p2"))


def test_a_removed_file_took_its_lines_along() -> None:
    found = Versions(history(BASE, None), pull("c1")).fate(thread(), None)
    assert found is not None
    assert found.became is Became.CHANGED


def test_after_a_force_push_the_head_alone_is_known() -> None:
    seen = History([{"app.py": BASE}, {"app.py": FIXED}])
    seen.states.append({"app.py": BASE})  # c2: what was commented, in another history

    class Rewritten(History):
        def commits(self, number: int) -> tuple[Commit, ...]:
            return super().commits(number)[:2]

    rewritten = Rewritten(seen.states)
    found = Versions(rewritten, pull("c1")).fate(thread("c2"), None)
    assert found == Fate(Became.CHANGED, Person("p1"), NOON + timedelta(hours=1))
    found = Versions(rewritten, pull("c0")).fate(thread("c2"), None)
    assert found == Fate(Became.KEPT)
    # A head that the list does not show is of nobody who is known.
    found = Versions(Rewritten([*seen.states, {"app.py": FIXED}]), pull("c3")).fate(
        thread("c2"), None
    )
    assert found == Fate(Became.CHANGED, None, NOON)


def test_where_the_commented_commit_is_gone_the_hunk_serves() -> None:
    seen = history(BASE, FIXED, gone={"c0"})
    found = Versions(seen, pull("c1")).fate(thread(), None)
    assert found is not None
    assert found.became is Became.CHANGED
    assert Versions(seen, pull("c1")).fate(thread(original_start_line=-9), None) is None


@pytest.mark.parametrize("of", [thread(original_line=None), thread("")])
def test_a_comment_without_lines_or_commit_tells_nothing(of: Thread) -> None:
    assert Versions(history(BASE), pull("c0")).fate(of, None) is None


def test_a_line_that_is_not_in_the_file_tells_nothing() -> None:
    assert Versions(history(BASE, FIXED), pull("c1")).fate(thread(original_line=99), None) is None


def test_a_fix_that_is_undone_on_the_base_branch_was_reverted() -> None:
    merged = pull("c1", open=False, merged=True, merged_at=NOON + timedelta(days=2))
    back = history(BASE, FIXED, base={"app.py": BASE})
    assert Versions(back, merged).fate(thread(), None) == Fate(
        Became.REVERTED, None, merged.merged_at
    )
    for base in ({"app.py": FIXED}, {}):
        there = Versions(history(BASE, FIXED, base=base), merged).fate(thread(), None)
        assert there is not None
        assert there.became is Became.CHANGED


def test_a_commit_whose_files_are_not_all_known_is_read_in_any_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versions, "_MOST_COMPARED", 0)
    found = Versions(history(BASE, FIXED), pull("c1")).fate(thread(), None)
    assert found is not None
    assert found.became is Became.CHANGED


def test_commits_in_a_circle_end() -> None:
    class Circle(History):
        def commits(self, number: int) -> tuple[Commit, ...]:
            return tuple(replace(c, parents=(c.sha,)) for c in super().commits(number))

    circle = Circle([{"app.py": BASE}, {"app.py": FIXED}])
    found = Versions(circle, pull("c1")).fate(thread(), None)
    assert found is not None
    assert found.became is Became.CHANGED


def test_the_new_side_of_a_hunk() -> None:
    assert new_side("@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline") == ("a", "c")
    assert new_side("") == ()
