"""Folders: what is taken, under which group and licence; and trees that are made to harm."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.errors import UsageError
from coderasst_hook.patterns import Patterns
from tests.trainer.acquire.gathering import GPL_NOTICE, MIT, gather, train, write
from trainer.acquire.folder import TOO_DEEP
from trainer.acquire.places import Place, places
from trainer.config import Limits


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "raw"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"src/app.py": "print(1)\n", "README.md": "# Title\n"})


def test_text_is_taken_as_it_is_with_its_paper_trail(tree: Path, raw: Path) -> None:
    write(tree, {"src/windows.c": b"int x;\r\n\tint y;\r\n"})
    got = gather(raw, tree)
    app = got.one("src/app.py")
    assert (app.text, app.media_type, app.language) == ("print(1)\n", "text/x-python", "python")
    assert (app.origin.kind, app.origin.source, app.origin.group) == ("files", "here", "project")
    assert app.origin.licence == "unknown"
    assert dict(app.origin.details) == {"encoding": "ascii"}
    assert app.origin.fetched_at is not None
    assert app.content is None
    assert got.one("README.md").media_type == "text/markdown"
    assert got.one("README.md").language == ""
    assert got.one("src/windows.c").text == "int x;\r\n\tint y;\r\n"
    assert got.drops == {}


@pytest.mark.parametrize(
    ("name", "content", "media_type", "language"),
    [
        ("a.ipynb", '{"cells": []}', "application/x-ipynb+json", ""),
        ("a.html", "<p>", "text/html", ""),
        ("a.rst", "Title\n=====\n", "text/x-rst", ""),
        ("a.txt", "words", "text/plain", ""),
        ("AUTHORS", "Ada", "text/plain", ""),
        ("a.json", "{}", "application/json", "json"),
        ("tool", "#!/usr/bin/env python3\n", "text/x-python", "python"),
        ("a.rs", "fn main() {}", "text/x-rust", "rust"),
        ("Dockerfile", "FROM x", "text/x-dockerfile", "dockerfile"),
    ],
)
def test_formats(
    tmp_path: Path, raw: Path, name: str, content: str, media_type: str, language: str
) -> None:
    (one,) = gather(raw, write(tmp_path / "x", {name: content})).documents
    assert (one.media_type, one.language, one.text) == (media_type, language, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7\n\x00\x01"),
        ("a.docx", b"PK\x03\x04\x00"),
        ("a.PPTX", b"PK\x03\x04\x00"),
        ("a.odt", b"PK\x03\x04\x00"),
    ],
)
def test_documents_in_binary_formats_keep_their_content(
    tmp_path: Path, raw: Path, name: str, content: bytes
) -> None:
    (one,) = gather(raw, write(tmp_path / "x", {name: content})).documents
    assert (one.content, one.text) == (content, "")
    assert one.media_type.startswith("application/")


def test_what_is_no_document_is_dropped_with_a_reason(tmp_path: Path, raw: Path) -> None:
    root = write(
        tmp_path / "x",
        {
            "empty.py": " \n",
            "binary.py": b"\x00\x01\x02" * 100,
            "image.png": b"\x89PNG",
            "fake.pdf": b"\x00\x01\x02\x03",
            "odd.xyz": "text",
            "model.md": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "large.py": "x" * 2000,
            "old.7z": b"7z",
            "ok.py": "1\n",
        },
    )
    got = gather(raw, root, limits=Limits(max_document_bytes=1000))
    assert got.locations == ["ok.py"]
    assert got.drops == {
        "binary": 3,
        "empty": 1,
        "unknown format": 1,
        "pointer of Git LFS": 1,
        "too large": 1,
        "archive of a form that is not read": 1,
    }


def test_folders_of_tools_hold_no_documents(tree: Path, raw: Path) -> None:
    write(tree, {f"{name}/x.py": "1\n" for name in (".svn", ".hg", "__pycache__", "CVS")})
    assert gather(raw, tree).locations == ["README.md", "src/app.py"]


def test_include_and_exclude(tree: Path, raw: Path) -> None:
    write(tree, {"src/b.py": "2\n", "src/c.weird": "3\n", "old/a.py": "4\n"})
    got = gather(
        raw, tree, include=Patterns(["*.py", "*.weird"]), exclude=Patterns(["old/", "app.*"])
    )
    assert got.locations == ["src/b.py", "src/c.weird"]
    assert got.drops == {}


def test_a_change_is_another_document_and_the_rest_is_known(tree: Path, raw: Path) -> None:
    first = gather(raw, tree)
    assert gather(raw, tree).documents == first.documents
    (tree / "src/app.py").write_text("print(2)\n")
    again = gather(raw, tree)
    assert [one.text for one in again.documents[2:]] == ["print(2)\n"]
    assert len({one.id for one in again.documents}) == 3


def test_the_order_of_the_disk_does_not_matter(
    tree: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tree, {f"{number}.py": f"{number}\n" for number in range(50)})
    first = gather(raw, tree)
    real = os.scandir

    class Backwards:
        def __init__(self, path: bytes) -> None:
            with real(path) as found:
                self.items = sorted(found, key=lambda item: item.name, reverse=True)

        def __enter__(self) -> list[os.DirEntry[bytes]]:
            return self.items

        def __exit__(self, *exception: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Backwards)
    assert gather(raw.parent / "raw2", tree).documents == first.documents


def test_links_are_never_followed(tree: Path, raw: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "outside", {"secret.py": "secret\n"})
    (tree / "out.py").symlink_to(secret / "secret.py")
    (tree / "outdir").symlink_to(secret)
    (tree / "loop").symlink_to(tree)
    (tree / "self.py").symlink_to("self.py")
    (tree / "inside.py").symlink_to("src/app.py")
    got = gather(raw, tree)
    assert got.locations == ["README.md", "src/app.py"]
    assert got.drops == {"symbolic link": 5}


def test_a_link_that_is_named_is_followed(tree: Path, raw: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(tree)
    got = gather(raw, tmp_path / "way")
    assert set(got.groups.values()) == {"project"}
    assert len(got.documents) == 2


def test_pipes_sockets_and_devices_do_not_block(tree: Path, raw: Path, tmp_path: Path) -> None:
    os.mkfifo(tree / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tree / "s.py"))
        got = gather(raw, tree)
    assert got.locations == ["README.md", "src/app.py"]
    assert got.drops == {"not a regular file": 2}
    # The pipe is a drop that is known; the device is not.
    assert gather(raw, tree / "pipe.py", "/dev/zero").drops == {"not a regular file": 1}


def test_a_file_that_becomes_a_pipe_under_our_hands(tree: Path) -> None:
    from trainer.acquire.folder import Folder
    from trainer.acquire.licences_on_disk import Licences

    folder = Folder(tree)
    folder.look(Licences())
    (tree / "src/app.py").unlink()
    os.mkfifo(tree / "src/app.py")
    (tree / "README.md").unlink()
    contents = dict(folder.contents(lambda _: True, 100))
    assert {path: str(content) for path, content in contents.items()} == {
        "README.md": "Refused(reason='unreadable')",
        "src/app.py": "Refused(reason='unreadable')",
    }


def test_what_may_not_be_read_is_a_drop(
    tree: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Permissions alone would not do: the tests may run as root.
    real = os.scandir

    def scandir(path: bytes | str | Path) -> object:
        if os.fsencode(path).rstrip(b"/").endswith(b"/src"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    got = gather(raw, tree)
    assert got.locations == ["README.md"]
    assert got.drops == {"unreadable": 1}
    assert gather(raw, tree / "src").drops == {"unreadable": 1}


def test_folders_without_end(tmp_path: Path, raw: Path) -> None:
    root = tmp_path / "deep"
    root.mkdir()
    here = os.open(root, os.O_RDONLY)
    for _ in range(150):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert gather(raw, root).drops == {TOO_DEEP: 1}


def test_names_that_are_no_text(tmp_path: Path, raw: Path) -> None:
    root = tmp_path / "odd"
    root.mkdir()
    for name in (b"\xff.py", b"new\nline.py", b"-rf.py", b"sp ace.py"):
        Path(os.fsdecode(bytes(root) + b"/" + name)).write_text("1\n")
    got = gather(raw, root)
    assert got.locations == ["-rf.py", "new\nline.py", "sp ace.py", "\ufffd.py"]
    for one in got.documents:
        one.to_json().encode("ascii")
        one.id.encode("utf-8")


def test_the_workspace_is_not_read_into_itself(tree: Path) -> None:
    for _ in range(2):
        done = train("acquire", "files", ".", cwd=tree)
        assert done.code == 0, done.stderr
    assert done.last_line == "took 0 documents (0.0 MB); 2 were there already"


@pytest.mark.parametrize(
    ("files", "licences"),
    [
        ({"LICENSE": MIT, "a/b.py": "1"}, {"a/b.py": "MIT"}),
        ({"LICENSE.md": MIT, "a/COPYING": "Mine alone.", "a/b.py": "1"}, {"a/b.py": "unknown"}),
        ({"LICENSE": MIT, "a.py": GPL_NOTICE}, {"a.py": "GPL-3.0-or-later"}),
        (
            {"LICENSE": MIT, "a.py": "# SPDX-License-Identifier: Apache-2.0\n"},
            {"a.py": "Apache-2.0"},
        ),
        (
            {"package.json": '{"name": "x", "license": "ISC"}', "LICENSE": MIT, "i.js": "1"},
            {"i.js": "ISC"},
        ),
        ({"package.json": '{"name": "x"}', "LICENSE": MIT, "i.js": "1"}, {"i.js": "MIT"}),
        (
            {"Cargo.toml": '[package]\nlicense = "MIT/Apache-2.0"\n', "src/l.rs": "1"},
            {"src/l.rs": "MIT OR Apache-2.0"},
        ),
        (
            {"pyproject.toml": '[project]\nlicense = {text = "BSD 3-Clause"}\n', "a.py": "1"},
            {"a.py": "BSD-3-Clause"},
        ),
        ({"package.json": "[" * 100_000, "pyproject.toml": "=", "a.py": "1"}, {"a.py": "unknown"}),
        ({"LICENSE-MIT": MIT, "LICENSE-THIRD": "?", "a.py": "1"}, {"a.py": "MIT"}),
        ({"LICENSE": "?", "LICENSE-THIRD": MIT, "a.py": "1"}, {"a.py": "unknown"}),
        ({"LICENSES/MIT.txt": MIT, "LICENSES/license.txt": MIT, "a.py": "1"}, {"a.py": "MIT"}),
        ({"licence.py": MIT, "a.py": "1"}, {"a.py": "unknown"}),
    ],
)
def test_licences(
    tmp_path: Path, raw: Path, files: dict[str, str], licences: dict[str, str]
) -> None:
    got = gather(raw, write(tmp_path / "x", files))
    assert licences.items() <= got.licences.items()


def test_where_a_licence_was_found_is_told(tmp_path: Path, raw: Path) -> None:
    root = write(
        tmp_path / "x",
        {
            "lib/LICENSE": MIT,
            "lib/a.py": "1",
            "b.py": "2",
            "c.py": GPL_NOTICE,
            "d.py": "# SPDX-License-Identifier: 0BSD\n",
        },
    )
    got = gather(raw, root, licence="CC0-1.0", include=Patterns(["*.py"]))
    found = {one.origin.location: one.origin.details["licence_from"] for one in got.documents}
    assert found == {
        "lib/a.py": "lib/LICENSE",
        "b.py": "--licence",
        "c.py": "notice in the file",
        "d.py": "SPDX-License-Identifier",
    }


def test_installed_packages_are_groups_of_their_own(tmp_path: Path, raw: Path) -> None:
    root = write(
        tmp_path / "site-packages",
        {
            "one/a.py": "1",
            "one/_vendor/two/LICENSE": MIT,
            "one/_vendor/two/b.py": "2",
            "One_x-1.0.dist-info/METADATA": "Name: One.x\nLicense-Expression: ISC\n\nText\n",
            "One_x-1.0.dist-info/RECORD": "one/a.py,,\none/_vendor/two/b.py,,\n../bin/x,,\n",
            "six.py": "3",
            "six-1.dist-info/METADATA": "Name: six\nClassifier: License :: OSI Approved :: "
            "MIT License\n",
            "six-1.dist-info/RECORD": "six.py,,\n",
            "three.py": "4",
            "three-1.dist-info/METADATA": "Name: three\nLicense: see file\n",
            "three-1.dist-info/licenses/LICENSE": MIT,
            "three-1.dist-info/RECORD": '"three.py",,\n',
            "loose.py": "5",
            "node_modules/@s/p/package.json": '{"name": "@s/p", "license": {"type": "MIT"}}',
            "node_modules/@s/p/lib/i.js": "6",
        },
    )
    got = gather(raw, root, include=Patterns(["*.py", "*.js"]))
    assert got.groups == {
        "one/a.py": "one-x",
        "one/_vendor/two/b.py": "one-x",
        "six.py": "six",
        "three.py": "three",
        "loose.py": "site-packages",
        "node_modules/@s/p/lib/i.js": "@s/p",
    }
    assert got.licences == {
        "one/a.py": "ISC",
        "one/_vendor/two/b.py": "MIT",
        "six.py": "MIT",
        "three.py": "MIT",
        "loose.py": "unknown",
        "node_modules/@s/p/lib/i.js": "MIT",
    }


def test_a_group_that_is_given_is_that_of_all(tree: Path, raw: Path) -> None:
    assert set(gather(raw, tree, group="mine").groups.values()) == {"mine"}


def test_files_and_globs(tree: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, {"LICENSE": MIT, "src/deep/b.py": "2", "src/deep/c.weird": "3", "x/d.md": "4"})
    monkeypatch.chdir(tree)
    got = gather(raw, "README.md", "src/**/*.py", "src/*/*.weird")
    assert got.locations == ["README.md", "app.py", "deep/b.py", "deep/c.weird"]
    assert got.groups["README.md"] == "project"
    assert got.groups["deep/b.py"] == "src"
    assert got.licences["README.md"] == "MIT"


def test_what_a_glob_matches(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, {"src/deep/b.py": "2", "a.zip": "", "b.md": ""})
    monkeypatch.chdir(tree)
    assert places(["src/**"]) == [Place(tree / "src")]
    assert places(["*"]) == [
        Place(tree, ("README.md", "b.md")),
        Place(tree / "a.zip"),
        Place(tree / "src"),
    ]
    with pytest.raises(UsageError, match="nothing matches"):
        places(["*.none"])
    with pytest.raises(UsageError, match="there is no none"):
        places(["none"])


@given(
    content=st.binary(max_size=300),
    name=st.text(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40
    ).filter(lambda name: name not in (".", "..", ".git")),
)
def test_any_file_is_a_document_or_a_drop(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "x").mkdir()
    (folder / "x" / name).write_bytes(content)
    got = gather(folder / "raw", folder / "x")
    assert len(got.documents) + sum(got.drops.values()) == 1
