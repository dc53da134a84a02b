"""Patches from anywhere: plain, merged, mangled, malformed."""

from __future__ import annotations

import textwrap

import pytest

from coderasst_hook.changes import FileDiff, LineKind, Status
from coderasst_hook.diff import parse_patch
from coderasst_hook.errors import PatchError
from testing.repository import TemporaryRepository


def one(patch: str | bytes) -> FileDiff:
    data = patch if isinstance(patch, bytes) else patch.encode("utf-8", "surrogateescape")
    (file,) = parse_patch(data).files
    return file


def body(old: str, new: str, hunk: str = "@@ -1 +1 @@\n-a\n+b\n") -> str:
    return f"--- {old}\n+++ {new}\n{hunk}"


class TestPlainDiff:
    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("old/x.py\t2024-01-02 03:04:05.0 +0100", "new/x.py\t2024-01-02", ("x.py", "x.py")),
            ("a/x y.py\t", "b/x y.py\t", ("x y.py", "x y.py")),
            ("x.py.orig", "x.py", ("x.py.orig", "x.py")),
            ("x.py\t(revision 1)", "x.py\t(working copy)", ("x.py", "x.py")),
            ("a/one.py", "b/two.py", ("one.py", "two.py")),
            (
                '"a/t\\tb \\"q\\" \\303\\251.py"',
                '"b/t\\tb \\"q\\" \\303\\251.py"',
                ('t\tb "q" \u00e9.py',) * 2,
            ),
            ('"a/\\351"\t2024', '"b/\\351"\t2024', ("\udce9", "\udce9")),
            ("/dev/null", "b/x.py", (None, "x.py")),
            ("a/x.py", "/dev/null", ("x.py", None)),
            ("x.py\t1970-01-01 00:00:00.000000000 +0000", "x.py\t2024-01-01", ("x.py", "x.py")),
        ],
    )
    def test_names(self, old: str, new: str, expected: tuple[str | None, str | None]) -> None:
        file = one(body(old, new))

        assert (file.old_path, file.new_path) == expected

    def test_the_oldest_time_means_that_there_was_no_file(self) -> None:
        epoch = "x.py\t1970-01-01 01:00:00.000000000 +0100"

        added = one(body(f"old/{epoch}", "new/x.py\t2024-01-01", "@@ -0,0 +1 @@\n+a\n"))
        deleted = one(body("old/x.py\t2024-01-01", f"new/{epoch}", "@@ -1 +0,0 @@\n-a\n"))

        assert (added.status, added.old_path, added.new_path) == (Status.ADDED, None, "x.py")
        assert (deleted.status, deleted.old_path, deleted.new_path) == (
            Status.DELETED,
            "x.py",
            None,
        )

    def test_two_files_with_noise_between_them(self) -> None:
        patch = (
            "Index: a.c\n=====\n" + body("a.c\t(revision 1)", "a.c\t(working copy)")
            + "\nProperty changes on: a.c\n___\nAdded: svn:x\n## -0,0 +1 ##\n+*\n"
            + "Only in new: c.c\ndiff -ru old/b.c new/b.c\n" + body("old/b.c", "new/b.c")
        )  # fmt: skip

        assert [file.path for file in parse_patch(patch.encode()).files] == ["a.c", "b.c"]

    def test_files_right_after_each_other(self) -> None:
        patch = body("a", "a", "@@ -1,2 +1,2 @@\n--- a\n-b\n+++ c\n+d\n") + body("z", "z")
        files = parse_patch(patch.encode()).files

        assert [file.path for file in files] == ["a", "z"]
        assert [line.text for line in files[0].hunks[0].lines] == ["-- a", "b", "++ c", "d"]

    def test_binary_files_of_diff_r(self) -> None:
        file = one("Binary files old/x.bin and new/x.bin differ\n")

        assert (file.path, file.binary, file.not_text) == ("x.bin", True, "binary file")


class TestHunks:
    def test_one_line_ranges_have_length_one(self) -> None:
        file = one(body("a/x", "b/x", "@@ -7 +9 @@ def f():\n-a\n+b\n"))

        assert (file.deleted_lines, file.added_lines) == ((7,), (9,))
        assert file.hunks[0].section == "def f():"

    def test_a_new_file_starts_at_line_one(self) -> None:
        file = one(body("/dev/null", "b/x", "@@ -0,0 +1 @@\n+a\n"))

        assert (file.hunks[0].old_start, file.hunks[0].old_length) == (0, 0)
        assert file.added_lines == (1,)

    @pytest.mark.parametrize("words", ["No newline at end of file", "Kein Zeilenumbruch am Ende"])
    def test_missing_newlines_in_any_language(self, words: str) -> None:
        file = one(body("a/x", "b/x", f"@@ -1 +1,2 @@\n-a\n\\ {words}\n+b\n+c\n\\ {words}\n"))

        told = [(line.kind, line.text, line.newline) for line in file.hunks[0].lines]
        assert told == [
            (LineKind.DELETED, "a", False),
            (LineKind.ADDED, "b", True),
            (LineKind.ADDED, "c", False),
        ]

    def test_an_empty_line_is_empty_context(self) -> None:
        file = one(body("a/x", "b/x", "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n"))

        assert (file.deleted_lines, file.added_lines) == ((3,), (3,))

    def test_separators_stay_inside_their_line(self) -> None:
        text = "a\rb\x0cc\x0bd\x1ce\x85f\u2028g\x00h\udce9"
        file = one(body("a/x", "b/x", f"@@ -0,0 +1,2 @@\n+{text}\n+z\r\n"))

        assert [line.text for line in file.hunks[0].lines] == [text, "z\r"]

    def test_a_hunk_without_lines_is_none(self) -> None:
        assert one(body("a/x", "b/x", "@@ -1,0 +1,0 @@\n")).hunks == ()

    def test_the_patch_may_end_without_a_newline(self) -> None:
        assert one(body("a/x", "b/x").rstrip("\n")).added_lines == (1,)

    @pytest.mark.parametrize("signature", ["-- \n2.39.5\n\n", "--\n2.39.5\n", "\n-- \n2.39.5\n"])
    def test_the_signature_of_a_mail_is_not_content(self, signature: str) -> None:
        assert one(body("a/x", "b/x") + signature).deleted_lines == (1,)


class TestGitHeaders:
    def header(self, *lines: str) -> FileDiff:
        return one("".join(f"{line}\n" for line in lines))

    def test_mode_only(self) -> None:
        file = self.header("diff --git a/x y b/x y", "old mode 100644", "new mode 100755")

        assert (file.path, file.status, file.hunks) == ("x y", Status.MODIFIED, ())
        assert (file.old_mode, file.new_mode) == ("100644", "100755")

    @pytest.mark.parametrize("word", ["rename", "copy"])
    def test_renames_and_copies_have_no_prefix(self, word: str) -> None:
        file = self.header(
            "diff --git a/a/x b/b/y z",
            "similarity index 100%",
            f"{word} from a/x",
            f"{word} to b/y z",
        )

        assert (file.old_path, file.new_path) == ("a/x", "b/y z")
        assert file.status.value == {"rename": "renamed", "copy": "copied"}[word]

    def test_a_quoted_rename(self) -> None:
        file = self.header(
            'diff --git "a/\\303\\251" b/e',
            "similarity index 100%",
            'rename from "\\303\\251"',
            "rename to e",
        )

        assert (file.old_path, file.new_path) == ("\u00e9", "e")

    def test_a_quoted_name_of_an_empty_file(self) -> None:
        file = self.header(
            'diff --git "a/n\\nl" "b/n\\nl"', "new file mode 100644", "index 0000000..e69de29"
        )

        assert (file.old_path, file.new_path, file.status) == (None, "n\nl", Status.ADDED)

    def test_a_comparison_of_two_names(self) -> None:
        patch = "diff --git a/old.txt b/new.txt\nindex 1..2 100644\n" + body(
            "a/old.txt", "b/new.txt"
        )
        file = one(patch)

        assert (file.old_path, file.new_path, file.status) == (
            "old.txt",
            "new.txt",
            Status.MODIFIED,
        )

    def test_a_folder_named_like_a_prefix_without_prefixes(self) -> None:
        assert self.header("diff --git a/x a/x", "old mode 100644", "new mode 100755").path == "a/x"

    def test_submodules(self) -> None:
        patch = "diff --git a/m b/m\nindex 1111111..2222222 160000\n" + body(
            "a/m", "b/m", "@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n"
        )

        assert one(patch).not_text == "submodule"

    @pytest.mark.parametrize(
        "line",
        [
            "Submodule lib/m y 1111111..2222222:\n  > message\n",
            "Submodule lib/m y 1111111...2222222 (new submodule)\n",
            "Submodule lib/m y contains modified content\n",
        ],
    )
    def test_the_log_of_a_submodule(self, line: str) -> None:
        file = one(line)

        assert (file.path, file.not_text) == ("lib/m y", "submodule")

    @pytest.mark.parametrize(
        "rest", ["Binary files a/x and b/x differ", "GIT binary patch\nliteral 1\nIcmZPo"]
    )
    def test_binary(self, rest: str) -> None:
        file = self.header("diff --git a/x b/x", "index 1..2 100644", rest)

        assert (file.path, file.binary, file.not_text) == ("x", True, "binary file")

    def test_a_file_that_becomes_a_link_is_one_file(self) -> None:
        patch = (
            "diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n"
            + body("a/x", "/dev/null", "@@ -1 +0,0 @@\n-a\n")
            + "diff --git a/x b/x\nnew file mode 120000\nindex 0..2\n"
            + body("/dev/null", "b/x", "@@ -0,0 +1 @@\n+t\n\\ No newline at end of file\n")
        )
        file = one(patch)

        assert (file.old_path, file.new_path, file.status) == ("x", "x", Status.TYPE_CHANGED)
        assert (file.deleted_lines, file.added_lines) == ((1,), (1,))
        assert file.not_text == "symbolic link"

    def test_utf_16_as_powershell_writes_it(self) -> None:
        patch = body("a/\u00e9", "b/\u00e9").replace("\n", "\r\n").encode("utf-16")

        assert one(patch).path == "\u00e9"


class TestCombined:
    def test_lines_count_by_column(self) -> None:
        patch = textwrap.dedent("""\
            diff --cc x y
            index 1,2..3
            --- a/x y
            +++ b/x y
            @@@ -10,5 -20,5 +30,5 @@@ def f
              both
            - only first
             -only second
            --in both parents
            ++in none
            + from second
             +from first
              end
            """)
        read = parse_patch(patch.encode())
        (file,) = read.files

        assert (file.old_path, file.new_path) == ("x y", "x y")
        assert file.added_lines == (31, 32, 33)
        assert file.deleted_lines == (11, 12)
        assert file.hunks[0].lines[-1].old_number == 14
        assert file.hunks[0].lines[-1].new_number == 34
        assert "combined merge diff" in read.notes[0]

    def test_real_merges(self, repository: TemporaryRepository) -> None:
        base = [f"{number}\n" for number in range(1, 41)]
        repository.commit("base", {"f": "".join(base)})
        repository.git("checkout", "-q", "-b", "side")
        repository.commit(
            "side", {"f": "".join(["top\n", *base[:19], "side\n", *base[20:], "end"])}
        )
        repository.git("checkout", "-q", "main")
        repository.commit("ours", {"f": "".join([*base[:5], *base[7:19], "ours\n", *base[20:30]])})
        repository.git("merge", "-q", "-s", "ours", "--no-commit", "side")
        merged = ["top\n", *base[:5], *base[7:19], "both\n", "ours\n", *base[20:29], "last"]
        repository.commit("merge", {"f": "".join(merged)})
        old = repository.git("show", "HEAD^1:f").decode().split("\n")

        for option in ("--cc", "-c"):
            file = one(repository.git("show", option))
            lines = [line for hunk in file.hunks for line in hunk.lines]
            assert lines
            for line in lines:
                if line.new_number is not None:
                    # git leaves the mark of a missing newline out of combined diffs.
                    assert merged[line.new_number - 1].rstrip("\n") == line.text
                if line.old_number is not None:
                    assert old[line.old_number - 1] == line.text
            added = {line.text for line in lines if line.kind is LineKind.ADDED}
            assert {"both", "last"} <= added

    def test_conflicts_of_the_working_tree(self, repository: TemporaryRepository) -> None:
        import subprocess

        repository.commit("base", {"f": "1\n2\n3\n"})
        repository.git("checkout", "-q", "-b", "side")
        repository.commit("side", {"f": "1\nside\n3\n"})
        repository.git("checkout", "-q", "main")
        repository.commit("ours", {"f": "1\nours\n3\n"})
        with pytest.raises(subprocess.CalledProcessError):
            repository.git("merge", "-q", "side")

        file = one(repository.git("diff"))

        assert file.added_lines == (2, 3, 4, 5, 6)

    def test_deleted_by_the_merge(self) -> None:
        file = one(
            "diff --cc x\nindex 1,2..0\ndeleted file mode 100644,100644\n--- a/x\n+++ /dev/null\n"
        )

        assert (file.old_path, file.new_path, file.status) == ("x", None, Status.DELETED)

    def test_binary(self) -> None:
        file = one("diff --cc x\nindex 1,2..3\nmode 100644,100644..100755\nBinary files differ\n")

        assert (file.binary, file.old_mode, file.new_mode) == (True, "100644", "100755")


HEADER = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n"


class TestMalformed:
    @pytest.mark.parametrize(
        ("patch", "message"),
        [
            ("hello\nworld\n", "line 1: this is not a patch"),
            (HEADER + "@@ -1,3 +1,5 @@\n a\n+b\n+c\n", "line 8: hunk ends after 3 of 5 lines"),
            (HEADER + "@@ -1,3 +1,2 @@\n a\n b\n", "line 7: hunk ends after 2 of 3 lines"),
            (HEADER + "@@ -1,2 +1,2 @@\n a\nx\n", "line 7: hunk ends after 1 of 2 lines"),
            (
                HEADER + "@@ -1,2 +1,2 @@\n a\ndiff --git a/y b/y\n",
                "line 7: hunk ends after 1 of 2",
            ),
            (HEADER + "@@ -1 +1 @@\n-a\n-b\n+c\n", "line 7: more lines than the hunk's header"),
            (HEADER + "@@ -1 +1 @@\n-a\n+b\n+c\n", "line 8: the hunk goes on after"),
            (HEADER + "@@ -1 +1 @@\n-a\n+b\n c\n", "line 8: the hunk goes on after"),
            (HEADER + "@@ -1,x +1 @@\n-a\n", "line 5: malformed hunk header"),
            (HEADER + "@@ -1 +1\n-a\n", "line 5: malformed hunk header"),
            (HEADER + "@@ -99999999999 +1 @@\n-a\n", "line 5: malformed hunk header"),
            (HEADER + "@@@ -1 -1 +1 @@@\n- a\n", "line 5: malformed hunk header"),
            ("diff --cc x\n@@@ -1 +1 @@@\n- a\n", "line 2: malformed hunk header"),
            ("@@ -1 +1 @@\n-a\n+b\n", "line 1: a hunk without a file header"),
            ("text\n\n@@ -1 +1 @@\n-a\n+b\n", "line 3: a hunk without a file header"),
            ("--- a/x\n+++ b/x\n", "line 1: a file header without hunks"),
            ("diff --git x y\n", "line 1: no path can be read from 'diff --git x y'"),
            (
                "--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n",
                "line 1: a file that is on neither",
            ),
            ("--- \n+++ \n@@ -1 +1 @@\n-a\n+b\n", "line 1: a file without a name"),
        ],
    )
    def test_the_line_is_named(self, patch: str, message: str) -> None:
        with pytest.raises(PatchError) as caught:
            parse_patch(patch.encode())

        assert str(caught.value).startswith(message)

    @pytest.mark.parametrize(
        "patch", [b"", b"\n\n", b"commit " + b"1" * 40 + b"\nAuthor: A\n\n    m\n"]
    )
    def test_nothing_is_a_patch_without_changes(self, patch: bytes) -> None:
        assert parse_patch(patch).files == ()

    def test_a_mail_may_quote_hunks_in_its_message(self) -> None:
        mail = (
            f"From {'1' * 40} Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n"
            "This reverts\n@@ -1,9 +1,9 @@\n+++ b\n--- c\n+++ d\n@@ -1 +1 @@\n"
            "Binary files a and b differ\n"
            "---\n x | 2 +-\n\n" + HEADER + "@@ -1 +1 @@\n-a\n+b\n-- \n2.39.5\n\n"
        )
        read = parse_patch((mail * 2).encode())

        assert [(file.path, file.added_lines) for file in read.files] == [("x", (1,))] * 2
        assert "more than once" in read.notes[0]
