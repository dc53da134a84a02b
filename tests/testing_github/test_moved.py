"""Lines are followed through git's own diffs."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testing.github import diffs
from testing.github.git_store import GitStore
from testing.repository import TemporaryRepository

LINES = st.lists(st.integers(0, 60), min_size=1, max_size=25, unique=True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=LINES, new=LINES)
def test_a_line_that_is_still_there_is_found(
    repository: TemporaryRepository, old: list[int], new: list[int]
) -> None:
    store = GitStore(repository.root)
    text = ["".join(f"{number}\n" for number in lines) for lines in (old, new)]
    before, after = (repository.commit("c", {"f": content, "g": content}) for content in text)
    change = diffs.by_path(store.diff(before, after, 0, False)).get("f")
    hunks = change.hunks if change else ()
    removed = {int(line[1:]) for hunk in hunks for line in hunk.text.split("\n") if line[0] == "-"}
    for index, number in enumerate(old, start=1):
        now = diffs.moved(index, hunks)
        assert now is None if number in removed else now is not None and new[now - 1] == number


def test_a_file_that_becomes_a_link_is_one_change(repository: TemporaryRepository) -> None:
    before = repository.commit("file", {"a": "x\n", "b": "y\n"})
    repository.remove("a")
    repository.path("a").symlink_to("b")
    repository.add()
    after = repository.commit("link", {"b": "z\n"})
    found = GitStore(repository.root).diff(before, after)
    assert [(one.path, one.status) for one in found] == [("a", "changed"), ("b", "modified")]
    assert found[1].patch == "@@ -1 +1 @@\n-y\n+z"
