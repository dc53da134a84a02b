"""One change, spelled in every way that git and mail know, is understood in one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from coderasst_hook.changes import FileDiff
from coderasst_hook.diff import GitChanges, parse_git, parse_patch
from coderasst_hook.git import find_repository
from testing.exactness import check
from testing.repository import TemporaryRepository, isolated_environment
from testing.zoo import ODD_NAMES, build


class Zoo:
    def __init__(self, made: TemporaryRepository) -> None:
        self.made = made
        self.old, self.new = build(made)
        output = find_repository(made.root).compare(self.old, self.new)
        self.expected: GitChanges = parse_git(output)

    def git(self, *arguments: str) -> bytes:
        return self.made.git(*arguments)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zoo]:
    folder = tmp_path_factory.mktemp("zoo")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in isolated_environment(folder / "home").items():
            patched.setenv(name, value)
        yield Zoo(TemporaryRepository(folder / "repository"))


def plain(file: FileDiff) -> FileDiff:
    """``file`` without what a patch does not tell: modes of both sides, the section's text."""
    hunks = tuple(replace(hunk, section="") for hunk in file.hunks)
    return replace(file, hunks=hunks, old_mode=None, new_mode=None)


SPELLINGS = {
    "diff": ["diff", "HEAD~", "HEAD"],
    "no prefix": ["diff", "--no-prefix", "HEAD~", "HEAD"],
    "mnemonic prefixes": ["-c", "diff.mnemonicPrefix=true", "diff", "HEAD~", "HEAD"],
    "long prefixes": ["diff", "--src-prefix=old/", "--dst-prefix=newer/", "HEAD~", "HEAD"],
    "unquoted paths": ["-c", "core.quotePath=false", "diff", "HEAD~", "HEAD"],
    "binary": ["diff", "--binary", "HEAD~", "HEAD"],
    "full index": ["diff", "--full-index", "HEAD~", "HEAD"],
    "empty context lines": ["-c", "diff.suppressBlankEmpty=true", "diff", "HEAD~", "HEAD"],
    "colour": ["diff", "--color=always", "HEAD~", "HEAD"],
    "coloured moves": ["diff", "--color=always", "--color-moved=zebra", "HEAD~", "HEAD"],
    "show": ["show"],
    "show with counts": ["show", "--stat", "--summary", "-p"],
    "log": ["log", "-p", "-1"],
    "mail": ["format-patch", "--stdout", "-1"],
    "mail without counts": ["format-patch", "--stdout", "--no-stat", "--no-signature", "-1"],
    "raw and patch": ["diff", "--patch-with-raw", "HEAD~", "HEAD"],
}


@pytest.mark.parametrize("arguments", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_says_the_same(zoo: Zoo, arguments: list[str]) -> None:
    read = parse_patch(zoo.git(*arguments))

    assert [plain(file) for file in read.files] == [plain(file) for file in zoo.expected.files]


def test_the_zoo_is_exact(zoo: Zoo) -> None:
    for file in zoo.expected.files:
        if file.binary or file.not_text == "submodule" or file.status.value == "type-changed":
            continue
        check(file, content(zoo, zoo.old, file.old_path), content(zoo, zoo.new, file.new_path))


def content(zoo: Zoo, commit: str, path: str | None) -> bytes:
    return b"" if path is None else zoo.git("show", f"{commit}:{path}")


def test_every_kind_of_change_is_named(zoo: Zoo) -> None:
    told = {
        file.path: (file.status.value, file.binary, file.not_text) for file in zoo.expected.files
    }

    assert set(ODD_NAMES) <= told.keys()
    assert told["folder/renamed-new.py"] == ("renamed", False, None)
    assert told["folder/renamed \u00e9dited.py"] == ("renamed", False, None)
    assert told["deleted.txt"] == ("deleted", False, None)
    assert told["new-empty.txt"] == ("added", False, None)
    assert told["image.bin"] == ("modified", True, "binary file")
    assert told["script.sh"] == ("modified", False, None)
    assert told["becomes-link"] == ("type-changed", False, "symbolic link")
    assert told["becomes-file"] == ("type-changed", False, None)
    assert told["new-link"] == ("added", False, "symbolic link")
    assert told["module"] == ("modified", False, "submodule")
    assert told["gone-module"] == ("deleted", False, "submodule")


def test_a_patch_converted_to_crlf_keeps_its_numbers(zoo: Zoo) -> None:
    patch = zoo.git("diff", "HEAD~", "HEAD").replace(b"\n", b"\r\n")

    for file, expected in zip(parse_patch(patch).files, zoo.expected.files, strict=True):
        assert file.path == expected.path
        assert file.added_lines == expected.added_lines
        assert file.deleted_lines == expected.deleted_lines
        assert plain(file) == plain(expected)


def test_several_commits_keep_their_order_and_say_so(zoo: Zoo) -> None:
    patch = parse_patch(zoo.git("log", "-p", "--reverse", "--root"))

    assert [file.path for file in patch.files if file.path == "edited.py"] == ["edited.py"] * 2
    assert "more than once" in patch.notes[0]
