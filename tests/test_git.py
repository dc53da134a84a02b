"""git gives the same answer whatever the configuration, and its refusals name a next step."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from coderasst_hook.diff import GitChanges, parse_git
from coderasst_hook.errors import GitError
from coderasst_hook.git import find_repository
from coderasst_hook.git.repository import empty_tree
from testing.repository import TemporaryRepository
from testing.zoo import build

HOSTILE = {
    "color.ui": "always",
    "color.diff": "always",
    "core.pager": "false",
    "core.quotePath": "false",
    "core.bigFileThreshold": "1",
    "core.abbrev": "5",
    "diff.algorithm": "patience",
    "diff.autoRefreshIndex": "false",
    "diff.colorMoved": "zebra",
    "diff.colorMovedWS": "ignore-all-space",
    "diff.context": "0",
    "diff.dirstat": "lines",
    "diff.external": "false",
    "diff.ignoreSubmodules": "all",
    "diff.indentHeuristic": "false",
    "diff.interHunkContext": "5",
    "diff.mnemonicPrefix": "true",
    "diff.noprefix": "true",
    "diff.relative": "true",
    "diff.renameLimit": "1",
    "diff.renames": "false",
    "diff.statGraphWidth": "1",
    "diff.submodule": "log",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "diff.wsErrorHighlight": "all",
    "status.relativePaths": "true",
    "log.showSignature": "true",
    "pager.diff": "false",
    "diff.loud.command": "false",
    "diff.loud.textconv": "false",
}


@pytest.fixture
def zoo(repository: TemporaryRepository) -> tuple[TemporaryRepository, str, str]:
    return (repository, *build(repository))


def staged(cwd: Path) -> GitChanges:
    return parse_git(find_repository(cwd).staged())


class TestHostileConfiguration:
    def expected(self, repository: TemporaryRepository) -> GitChanges:
        repository.git("reset", "--soft", "HEAD~")
        changes = staged(repository.root)
        assert len(changes.files) > 40
        return changes

    def test_no_setting_changes_the_answer(self, zoo: tuple[TemporaryRepository, str, str]) -> None:
        repository, old, new = zoo
        expected = self.expected(repository)
        repository.write("orders", "*.sql\n*\n")
        repository.configure("diff.orderFile", str(repository.path("orders")))
        for name, value in HOSTILE.items():
            repository.git("config", "--global", name, value)

        assert staged(repository.root) == expected
        assert parse_git(find_repository().compare(old, new)) == expected

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("GIT_EXTERNAL_DIFF", "false"),
            ("GIT_DIFF_OPTS", "--unified=0"),
            ("GIT_LITERAL_PATHSPECS", "0"),
            ("GIT_ICASE_PATHSPECS", "1"),
            ("GIT_GLOB_PATHSPECS", "1"),
            ("GIT_PAGER", "false"),
            ("GIT_CONFIG_PARAMETERS", "'diff.noprefix=true' 'core.fsmonitor=false'"),
            ("LC_ALL", "de_DE.UTF-8"),
        ],
    )
    def test_no_variable_changes_the_answer(
        self,
        zoo: tuple[TemporaryRepository, str, str],
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        value: str,
    ) -> None:
        expected = self.expected(zoo[0])
        monkeypatch.setenv(name, value)

        assert staged(zoo[0].root) == expected
        assert len(parse_git(find_repository().staged(["edited.py"])).files) == 1

    def test_no_sub_folder_changes_the_answer(
        self, zoo: tuple[TemporaryRepository, str, str]
    ) -> None:
        expected = self.expected(zoo[0])
        zoo[0].configure("diff.relative", "true")

        assert staged(zoo[0].path("a/b")) == expected

    def test_no_driver_of_gitattributes_runs(self, repository: TemporaryRepository) -> None:
        witness = repository.path("ran")
        repository.stage({".gitattributes": "*.x diff=loud\n", "a.x": "1\n"})
        repository.configure("diff.loud.command", f"touch {witness}")
        repository.configure("diff.loud.textconv", f"touch {witness};")
        repository.configure("core.fsmonitor", f"touch {witness};")

        assert [file.path for file in staged(repository.root).files] == [".gitattributes", "a.x"]
        assert not witness.exists()


class TestFinding:
    def test_from_a_sub_folder(self, repository: TemporaryRepository) -> None:
        repository.path("deep/er").mkdir(parents=True)

        found = find_repository(repository.path("deep/er"))

        assert found.root == repository.root
        assert found.git_dir == repository.path(".git")
        assert not found.bare

    def test_in_a_folder_with_an_odd_name(self, tmp_path: Path) -> None:
        made = TemporaryRepository(tmp_path / "new\nline and \u00fcber")
        made.stage({"f": "1\n"})

        found = find_repository(made.root)

        assert found.root == made.root
        assert [file.path for file in parse_git(found.staged()).files] == ["f"]

    def test_in_a_linked_worktree(self, repository: TemporaryRepository, tmp_path: Path) -> None:
        repository.commit(files={"f": "1\n"})
        repository.git("worktree", "add", "-q", tmp_path / "linked")
        (tmp_path / "linked" / "f").write_text("2\n")
        repository.git("-C", tmp_path / "linked", "add", "f")

        found = find_repository(tmp_path / "linked")

        assert found.root == tmp_path / "linked"
        assert [file.path for file in parse_git(found.staged()).files] == ["f"]
        assert staged(repository.root).files == ()

    def test_bare(self, tmp_path: Path) -> None:
        made = TemporaryRepository(tmp_path / "bare.git", bare=True)

        found = find_repository(made.root)

        assert found.bare
        assert found.root == made.root
        with pytest.raises(GitError, match="bare repository has no staged changes"):
            found.staged()

    def test_with_the_working_tree_elsewhere(
        self, repository: TemporaryRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.stage({"f": "1\n"})
        monkeypatch.setenv("GIT_DIR", str(repository.path(".git")))
        monkeypatch.setenv("GIT_WORK_TREE", str(repository.root))

        found = find_repository(tmp_path)

        assert found.root == repository.root
        assert [file.path for file in parse_git(found.staged()).files] == ["f"]

    def test_inside_the_git_folder(self, repository: TemporaryRepository) -> None:
        repository.stage({"f": "1\n"})

        found = find_repository(repository.path(".git"))

        assert found.root == repository.root
        assert [file.path for file in parse_git(found.staged()).files] == ["f"]

    def test_nowhere(self, tmp_path: Path) -> None:
        with pytest.raises(GitError, match="not inside a Git repository") as caught:
            find_repository(tmp_path)

        assert "git init" in (caught.value.next_step or "")

    def test_in_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(GitError, match="is not a folder"):
            find_repository(tmp_path / "missing")

    def test_without_git(
        self, repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = find_repository()
        monkeypatch.setenv("PATH", str(repository.root))

        with pytest.raises(GitError, match="not installed or not on PATH"):
            find_repository()
        with pytest.raises(GitError, match="not installed or not on PATH"):
            found.blobs().read("0" * 40)

    def test_a_folder_of_somebody_else(
        self, repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

        with pytest.raises(GitError, match="another user owns") as caught:
            find_repository()

        assert caught.value.next_step is not None
        assert f"--add safe.directory {repository.root}" in caught.value.next_step

    def test_a_broken_index(self, repository: TemporaryRepository) -> None:
        repository.path(".git/index").write_bytes(b"nonsense, but long enough to be one" * 3)

        with pytest.raises(GitError, match="git diff failed: index file"):
            find_repository().staged()


class TestResolving:
    def test_names_tags_and_messages(self, repository: TemporaryRepository) -> None:
        first = repository.commit("first words", {"f": "1\n"})
        second = repository.commit("second", {"f": "2\n"})
        repository.git("tag", "-a", "-m", "tag", "v1", first)
        names = ["HEAD", "HEAD~1", "v1", ":/first words", "main@{0}", second[:8], "HEAD^{tree}"]

        found = find_repository().resolve(*names)

        assert [each.id for each in found[:6]] == [second, first, first, first, second, second]
        assert found[0].parents == (first,)
        assert found[1].parents == ()
        assert found[6].kind == "tree"

    @pytest.mark.parametrize(
        "name",
        [
            "--help",
            "-x",
            "--output=f",
            "nope",
            "",
            "a b",
            "HEAD:f",
            "x\ny",
            "x\0y",
            "HEAD~9",
            "\udcff",
        ],
    )
    def test_unknown_names(self, repository: TemporaryRepository, name: str) -> None:
        repository.commit(files={"f": "1\n"})

        with pytest.raises(GitError, match="unknown revision"):
            find_repository().resolve(name)

    def test_a_range_where_one_revision_is_wanted(self, repository: TemporaryRepository) -> None:
        repository.commit()

        with pytest.raises(GitError, match="not one revision") as caught:
            find_repository().resolve("HEAD..HEAD")

        assert "--range HEAD..HEAD" in (caught.value.next_step or "")

    def test_histories_without_a_common_ancestor(self, repository: TemporaryRepository) -> None:
        repository.commit("one", {"f": "1\n"})
        repository.git("checkout", "-q", "--orphan", "other")
        repository.commit("two")
        found = find_repository()

        with pytest.raises(GitError, match="no common ancestor"):
            found.merge_base(*found.resolve("main", "other"))

    def test_a_shallow_clone_lacks_the_parent(
        self, repository: TemporaryRepository, tmp_path: Path
    ) -> None:
        repository.commit("one", {"f": "1\n"})
        repository.commit("two", {"f": "2\n"})
        clone = tmp_path / "clone"
        repository.git("clone", "-q", "--depth=1", f"file://{repository.root}", clone)
        found = find_repository(clone)
        head = found.resolve("HEAD")[0]

        with pytest.raises(GitError, match="not in this clone") as caught:
            found.compare(head.parents[0], head.id)

        assert "git fetch --deepen" in (caught.value.next_step or "")

    def test_sha256(self, tmp_path: Path) -> None:
        root = tmp_path / "long"
        root.mkdir()
        made = TemporaryRepository.__new__(TemporaryRepository)
        made.root = root
        made.git("init", "-q", "--object-format=sha256", "--initial-branch=main")
        commit = made.commit(files={"f": "1\n"})
        found = find_repository(root)

        assert len(commit) == 64
        files = parse_git(found.compare(empty_tree(commit), commit)).files
        assert [file.added_lines for file in files] == [(1,)]


class TestContents:
    def test_blobs_share_one_process(self, repository: TemporaryRepository) -> None:
        big = os.urandom(300_000)
        repository.commit(files={"a": "1\n", "empty": "", "big": big})
        ids = [repository.revision(f"HEAD:{name}") for name in ("a", "empty", "big")]
        blobs = find_repository().blobs()

        assert [blobs.read(each) for each in ids] == [b"1\n", b"", big]
        assert blobs.read("1" * 40) is None
        assert blobs.read(repository.revision("HEAD^{tree}")) is None
        assert blobs.read(ids[0]) == b"1\n"
        blobs.close()
        assert blobs.read(ids[0]) == b"1\n"

    def test_a_dead_process_is_an_error_once(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"a": "1\n"})
        blob = repository.revision("HEAD:a")
        blobs = find_repository().blobs()
        blobs.read(blob)
        assert blobs._process is not None
        blobs._process.kill()
        blobs._process.wait()

        with pytest.raises(GitError, match="before it had answered"):
            blobs.read(blob)
        assert blobs.read(blob) == b"1\n"

    def test_a_file_of_a_revision(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"d/\u00e9*.txt": "1\n"})
        repository.stage({"d/\u00e9*.txt": "2\n"})
        found = find_repository(repository.path("d"))

        assert found.read("HEAD", "d/\u00e9*.txt") == b"1\n"
        assert found.read("HEAD", "d") is None
        assert found.read("HEAD", "missing") is None
        assert found.read("HEAD", "--help") is None

    def test_attributes_from_a_sub_folder(self, repository: TemporaryRepository) -> None:
        repository.write(".gitattributes", "*.min.js linguist-generated\nd/* -diff eol=lf\n")
        repository.path("d").mkdir()

        found = find_repository(repository.path("d"))

        names = ["linguist-generated", "diff", "eol"]
        assert found.attributes(["a.min.js", "d/new\nline", "x"], names) == {
            "a.min.js": {"linguist-generated": "set"},
            "d/new\nline": {"diff": "unset", "eol": "lf"},
            "x": {},
        }
        assert found.attributes([], names) == {}

    def test_tracked_files(self, repository: TemporaryRepository) -> None:
        repository.stage({"a/1": "1\n", "b/*": "2\n", "b/x": "3\n"})
        found = find_repository(repository.path("b"))

        assert [entry.path for entry in found.tracked()] == ["a/1", "b/*", "b/x"]
        assert [entry.path for entry in found.tracked(["*"])] == ["b/*"]
        assert [entry.path for entry in found.tracked(["../a"])] == ["a/1"]
        with pytest.raises(GitError, match="did not match any file"):
            found.tracked(["missing"])

    def test_the_folder_of_the_hooks(self, repository: TemporaryRepository) -> None:
        assert find_repository().hooks_folder() == repository.path(".git/hooks")
        repository.configure("core.hooksPath", "/elsewhere")
        assert find_repository().hooks_folder() == Path("/elsewhere")


class TestInsideHooks:
    """git hands a hook its own GIT_DIR and GIT_INDEX_FILE; what they name is what counts."""

    def hook(self, repository: TemporaryRepository) -> Path:
        import sys

        answer = repository.root.parent / "answer.json"
        hook = repository.path(".git/hooks/pre-commit")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -m coderasst_hook diff --format json >"{answer}"\n'
        )
        hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
        return answer

    def run(self, repository: TemporaryRepository, *arguments: str) -> list[tuple[str, list[int]]]:
        import json

        answer = self.hook(repository)
        repository.git("commit", "-q", "-m", "hooked", *arguments)
        files = json.loads(answer.read_text())["files"]
        return [(file["new_path"], file["added_lines"]) for file in files]

    def test_commit_all(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"a": "1\n", "b": "1\n"})
        repository.write("a", "1\n2\n")

        assert self.run(repository, "-a") == [("a", [2])]

    def test_commit_of_one_path_leaves_the_rest_of_the_index_out(
        self, repository: TemporaryRepository
    ) -> None:
        repository.commit(files={"a": "1\n", "b": "1\n"})
        repository.stage({"a": "1\n2\n", "b": "0\n1\n"})

        assert self.run(repository, "b") == [("b", [1])]

    def test_commit_of_a_part(self, repository: TemporaryRepository) -> None:
        lines = [f"{number}\n" for number in range(1, 31)]
        repository.commit(files={"a": "".join(lines)})
        repository.write("a", "".join(["top\n", *lines, "end\n"]))
        answer = self.hook(repository)

        repository.git("commit", "-q", "-p", "-m", "hooked", stdin=b"n\ny\n")

        assert '"added_lines": [31]' in answer.read_text()

    def test_commit_in_a_linked_worktree(
        self, repository: TemporaryRepository, tmp_path: Path
    ) -> None:
        repository.commit(files={"a": "1\n"})
        repository.git("worktree", "add", "-q", tmp_path / "linked")
        (tmp_path / "linked" / "a").write_text("0\n1\n")
        answer = self.hook(repository)

        repository.git("-C", tmp_path / "linked", "commit", "-q", "-a", "-m", "hooked")

        assert '"added_lines": [1]' in answer.read_text()

    def test_partly_staged_file(self, repository: TemporaryRepository) -> None:
        repository.commit(files={"a": "1\n"})
        repository.stage({"a": "1\nstaged\n"})
        repository.write("a", "not\nstaged\n1\nstaged\n")

        assert self.run(repository) == [("a", [2])]
