"""Each way to select changes: what is compared with what, and where the new side is read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from coderasst_hook.changes import ChangeSet, FileDiff, Status
from coderasst_hook.errors import GitError, PatchError, UsageError
from coderasst_hook.git import find_repository
from coderasst_hook.selection import Selection, What, select
from testing.repository import TemporaryRepository


def selected(
    what: What = What.STAGED, argument: str = "", *paths: str, cwd: Path | None = None
) -> ChangeSet:
    return select(Selection(what, argument, paths), find_repository(cwd))


def told(changes: ChangeSet) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    return {file.path: (file.added_lines, file.deleted_lines) for file in changes.files}


def only(changes: ChangeSet) -> FileDiff:
    (file,) = changes.files
    return file


class TestStaged:
    def test_before_the_first_commit(self, repository: TemporaryRepository) -> None:
        repository.stage({"f": "1\n2\n"})

        changes = selected()

        assert told(changes) == {"f": ((1, 2), ())}
        assert only(changes).status is Status.ADDED
        assert changes.contents.read("f") == b"1\n2\n"
        assert changes.description == "staged changes"

    def test_nothing(self, repository: TemporaryRepository) -> None:
        assert selected().files == ()
        repository.commit(files={"f": "1\n"})
        repository.write("f", "2\n")
        assert selected().files == ()

    def test_contents_come_from_the_index(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"f": "1\n"})
        repository.stage({"f": "1\nstaged\n", "odd\nname": b"\xff\n"})
        repository.write("f", "unstaged\n")
        repository.path("odd\nname").unlink()

        changes = selected()

        assert told(changes) == {"f": ((2,), ()), "odd\nname": ((1,), ())}
        assert changes.contents.read("f") == b"1\nstaged\n"
        assert changes.contents.read("odd\nname") == b"\xff\n"
        assert changes.contents.read("other") is None

    def test_intent_to_add_is_not_staged(self, repository: TemporaryRepository) -> None:
        repository.write("f", "1\n")
        repository.git("add", "--intent-to-add", "f")

        assert selected().files == ()

    def test_a_conflict(self, repository: TemporaryRepository) -> None:
        repository.commit("base", {"f": "1\n"})
        repository.git("checkout", "-q", "-b", "side")
        repository.commit("side", {"f": "side\n", "g": "side\n"})
        repository.git("checkout", "-q", "main")
        repository.commit("ours", {"f": "ours\n"})
        with pytest.raises(subprocess.CalledProcessError):
            repository.git("merge", "-q", "side")

        changes = selected()

        files = {file.path: file for file in changes.files}
        assert files["f"].status is Status.UNMERGED
        assert files["f"].not_text is not None
        assert "resolve the conflict" in files["f"].not_text
        assert files["g"].added_lines == (1,)
        assert "merge is under way" in changes.notes[0]

    def test_limited_to_paths(self, repository: TemporaryRepository) -> None:
        repository.stage({"a/x": "1\n", "a/*": "1\n", "b/x": "1\n"})

        assert set(told(selected(What.STAGED, "", "a"))) == {"a/x", "a/*"}
        assert set(told(selected(What.STAGED, "", "a/*"))) == {"a/*"}
        assert set(told(selected(What.STAGED, "", "x", cwd=repository.path("b")))) == {"b/x"}
        assert told(selected(What.STAGED, "", "missing")) == {}

    def test_a_file_that_git_is_told_not_to_diff(self, repository: TemporaryRepository) -> None:
        repository.stage({".gitattributes": "*.lock -diff\n*.raw diff\n"})
        repository.stage({"x.lock": "1\n", "x.raw": b"1\n\x002\n"})

        files = {file.path: file for file in selected().files}

        assert (files["x.lock"].binary, files["x.lock"].not_text) == (True, "binary file")
        assert (files["x.raw"].binary, files["x.raw"].added_lines) == (False, (1, 2))


class TestCommit:
    def test_the_first_commit(self, repository: TemporaryRepository) -> None:
        commit = repository.commit(files={"f": "1\n"})

        changes = selected(What.COMMIT, "HEAD")

        assert told(changes) == {"f": ((1,), ())}
        assert changes.description == f"commit {commit[:10]}"

    def test_contents_are_of_that_commit(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"f": "1\n", "gone": "1\n"})
        repository.remove("gone")
        repository.commit(files={"f": "1\n2\n"})
        repository.commit(files={"f": "3\n"})

        changes = selected(What.COMMIT, "HEAD~")

        assert told(changes) == {"f": ((2,), ()), "gone": ((), (1,))}
        assert changes.contents.read("f") == b"1\n2\n"
        assert changes.contents.read("gone") is None

    def test_a_merge_is_compared_with_its_first_parent(
        self, repository: TemporaryRepository
    ) -> None:
        repository.commit("base", {"f": "1\n"})
        repository.git("checkout", "-q", "-b", "side")
        repository.commit("side", {"g": "1\n"})
        repository.git("checkout", "-q", "main")
        repository.commit("ours", {"h": "1\n"})
        repository.git("merge", "-q", "-m", "merge", "side")

        changes = selected(What.COMMIT, "HEAD")

        assert told(changes) == {"g": ((1,), ())}
        assert changes.notes == ("merge commit: compared with its first parent",)

    def test_a_tree_is_not_a_commit(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"f": "1\n"})

        with pytest.raises(UsageError, match="is a tree, not a commit"):
            selected(What.COMMIT, "HEAD^{tree}")

    def test_unborn(self, repository: TemporaryRepository) -> None:
        with pytest.raises(GitError, match="unknown revision 'HEAD'"):
            selected(What.COMMIT, "HEAD")


class TestRange:
    @pytest.fixture
    def history(self, repository: TemporaryRepository) -> TemporaryRepository:
        repository.commit("base", {"f": "1\n"})
        repository.git("checkout", "-q", "-b", "side")
        repository.commit("side", {"g": "side\n"})
        repository.git("checkout", "-q", "main")
        repository.commit("ours", {"h": "ours\n"})
        return repository

    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            ("main..side", {"g": ((1,), ()), "h": ((), (1,))}),
            ("main...side", {"g": ((1,), ())}),
            ("main~..", {"h": ((1,), ())}),
            ("..side", {"g": ((1,), ()), "h": ((), (1,))}),
            ("...side", {"g": ((1,), ())}),
            ("side...", {"h": ((1,), ())}),
            ("HEAD..HEAD", {}),
            ("4b825dc642cb6eb9a060e54bf8d69288fbee4904..main", {"f": ((1,), ()), "h": ((1,), ())}),
        ],
    )
    def test_ends(
        self, history: TemporaryRepository, argument: str, expected: dict[str, object]
    ) -> None:
        assert told(selected(What.RANGE, argument)) == expected

    def test_in_a_bare_repository(self, history: TemporaryRepository, tmp_path: Path) -> None:
        bare = tmp_path / "bare.git"
        history.git("clone", "-q", "--bare", history.root, bare)

        changes = selected(What.RANGE, "main...side", cwd=bare)

        assert told(changes) == {"g": ((1,), ())}
        assert changes.contents.read("g") == b"side\n"

    @pytest.mark.parametrize("argument", ["main", "", "..", "..."])
    def test_what_is_no_range(self, history: TemporaryRepository, argument: str) -> None:
        with pytest.raises(UsageError, match="is not a range") as caught:
            selected(What.RANGE, argument)

        assert "A..B" in (caught.value.next_step or "")

    @pytest.mark.parametrize("argument", ["--help..main", "main..nope", "main..-p", "-p...main"])
    def test_unknown_ends(self, history: TemporaryRepository, argument: str) -> None:
        with pytest.raises(GitError, match="unknown revision"):
            selected(What.RANGE, argument)


PATCH = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/d/y\n+++ b/d/y\n@@ -2 +2 @@\n-a\n+b\n"


class TestPatch:
    def patch(self, argument: str, *paths: str, data: bytes = b"") -> ChangeSet:
        return select(Selection(What.PATCH, argument, paths), None, standard_input=lambda: data)

    def test_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "changes.patch"
        file.write_bytes(PATCH)

        changes = self.patch(str(file))

        assert told(changes) == {"x": ((1,), (1,)), "d/y": ((2,), (2,))}
        assert changes.contents.read("x") is None

    def test_standard_input_limited_to_paths(self) -> None:
        assert set(told(self.patch("-", "./d/", data=PATCH))) == {"d/y"}
        assert set(told(self.patch("-", "x", data=PATCH))) == {"x"}
        assert set(told(self.patch("-", ".", data=PATCH))) == {"x", "d/y"}

    def test_the_source_of_a_malformed_patch_is_named(self) -> None:
        with pytest.raises(PatchError, match=r"^standard input, line 1: this is not a patch"):
            self.patch("-", data=b"nonsense\n")

    @pytest.mark.parametrize("name", ["missing.patch", ".", "n\0ul"])
    def test_a_file_that_cannot_be_read(self, name: str) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            self.patch(name)

    def test_the_rest_needs_a_repository(self) -> None:
        with pytest.raises(UsageError, match="needs a Git repository"):
            select(Selection(), None)


class TestAll:
    def test_every_line_of_the_working_tree(
        self, repository: TemporaryRepository, tmp_path: Path
    ) -> None:
        repository.stage(
            {
                "f": "1\n",
                "no-newline": "1\n2",
                "empty": "",
                "binary": b"\0",
                "huge": "x" * 79 + "\n",
                "gone": "1\n",
                "link": "1\n",
                "folder": "1\n",
                "outside/secret": "1\n",
                "latin\udce9": b"\xe9\r\n\x0c\n",
            }
        )
        repository.write("untracked", "1\n")
        repository.write("f", "1\nunstaged\n")
        repository.write("huge", ("x" * 79 + "\n") * 14_000)
        repository.path("gone").unlink()
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "secret").write_text("secret\n")
        repository.path("link").unlink()
        repository.path("link").symlink_to(tmp_path / "elsewhere" / "secret")
        repository.path("outside/secret").unlink()
        repository.path("outside").rmdir()
        repository.path("outside").symlink_to(tmp_path / "elsewhere")
        repository.path("folder").unlink()
        repository.path("folder").mkdir()

        changes = selected(What.ALL)

        assert {file.path: file.not_text or file.added_lines for file in changes.files} == {
            "f": (1, 2),
            "no-newline": (1, 2),
            "empty": (),
            "binary": "binary file",
            "huge": "larger than 1 MiB",
            "gone": "not in the working tree",
            "link": "symbolic link",
            "folder": "not a regular file",
            "outside/secret": "behind a symbolic link",
            "latin\udce9": (1, 2),
        }
        files = {file.path: file for file in changes.files}
        assert [line.newline for line in files["no-newline"].hunks[0].lines] == [True, False]
        assert [line.text for line in files["latin\udce9"].hunks[0].lines] == ["\udce9\r", "\x0c"]
        assert files["binary"].binary
        assert changes.contents.read("f") == b"1\nunstaged\n"
        for path in ("link", "outside/secret", "gone", "folder", "../elsewhere/secret"):
            assert changes.contents.read(path) is None, path

    def test_submodules_links_and_conflicts(self, repository: TemporaryRepository) -> None:
        from testing.zoo import link, submodule

        submodule(repository, "module", "1" * 40)
        link(repository, "link", "module")
        blob = repository.git("hash-object", "-w", "--stdin", stdin=b"1\n").decode().strip()
        stages = "".join(f"100644 {blob} {stage}\tfought\n" for stage in (1, 2, 3))
        repository.git("update-index", "--index-info", stdin=stages.encode())

        files = {file.path: file for file in selected(What.ALL).files}

        assert files["module"].not_text == "submodule"
        assert files["link"].not_text == "symbolic link"
        assert files["fought"].status is Status.UNMERGED
        assert len(files) == 3

    def test_paths_are_literal_and_must_be_tracked(self, repository: TemporaryRepository) -> None:
        repository.stage({"a/x": "1\n", "a/*": "1\n"})

        assert set(told(selected(What.ALL, "", "a/*"))) == {"a/*"}
        assert set(told(selected(What.ALL, "", "x", cwd=repository.path("a")))) == {"a/x"}
        assert set(told(selected(What.ALL, cwd=repository.path("a")))) == {"a/x", "a/*"}
        with pytest.raises(GitError, match="did not match"):
            selected(What.ALL, "", "untracked")

    def test_in_a_bare_repository(self, tmp_path: Path) -> None:
        TemporaryRepository(tmp_path / "bare", bare=True)

        with pytest.raises(GitError, match="bare repository"):
            selected(What.ALL, cwd=tmp_path / "bare")
