"""A repository, and the questions that are put to it: each is one git process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from coderasst_hook.errors import GitError
from coderasst_hook.git.blobs import Blobs
from coderasst_hook.git.process import run

# Raw entries, counts and patch in one process. Every option that configuration could change is
# given; the values are git's defaults, so that anybody's `git diff --numstat` gives the same.
# Copies are not looked for: every line of a copy is new at its place, and git's defaults agree.
_DIFF = (
    "--raw",
    "--numstat",
    "--patch",
    "-z",
    "--no-abbrev",
    "--full-index",
    "--no-color",
    "--no-color-moved",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--find-renames=50%",
    "-l1000",
    "-O/dev/null",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--inter-hunk-context=0",
    "--ignore-submodules=none",
    "--submodule=short",
)
_EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""By length of the repository's ids; git knows them without storing them."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit or tree that exists. ``parents`` is empty for a root commit and for a tree."""

    id: str
    kind: str
    parents: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        return self.id[:10]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A tracked file: ``mode`` as in "100644", ``stage`` 0 unless it is unmerged."""

    mode: str
    id: str
    stage: int
    path: str


@dataclass(frozen=True, slots=True)
class Repository:
    """``root`` is the top of the working tree; of a bare repository, the repository itself.

    git runs in ``cwd``, where the caller stood: GIT_DIR may be relative to it, and paths that
    people type are. Answers name paths from ``root``, decoded as UTF-8 with surrogate escapes.
    """

    root: Path
    git_dir: Path
    bare: bool
    cwd: Path

    @property
    def merging(self) -> bool:
        return (self.git_dir / "MERGE_HEAD").exists()

    def merge_heads(self) -> tuple[str, ...]:
        """The commits that are being merged into HEAD, as full ids; of an octopus, several."""
        try:
            return tuple((self.git_dir / "MERGE_HEAD").read_text("ascii").split())
        except FileNotFoundError:
            return ()

    def staged(
        self, paths: Sequence[str] = (), *, against: str | None = None, context: int = 3
    ) -> bytes:
        """The index against HEAD (against nothing before the first commit), or against the commit
        with the full id ``against``, as ``_DIFF`` prints."""
        self._need_index()
        base = () if against is None else (against,)
        # The porcelain, because it alone knows what to do before the first commit.
        return self._run("diff", "--cached", *_DIFF, f"-U{context}", *base, "--", *paths)

    def compare(self, old: str, new: str, paths: Sequence[str] = (), *, context: int = 3) -> bytes:
        """Tree or commit ``new`` against ``old``, both full ids, as ``_DIFF`` prints."""
        return self._run("diff-tree", "-r", *_DIFF, f"-U{context}", old, new, "--", *paths)

    def resolve(self, *names: str) -> tuple[Revision, ...]:
        """The commits (or trees) that ``names`` stand for.

        Names go through standard input, so none of them can be taken for an option.
        Raises ``GitError`` for the first that is unknown.
        """
        for name in names:
            if not name or "\n" in name or "\0" in name:
                raise _unknown(name)
        asked = "".join(f"{name}\n{name}^{{}}\n" for name in names)
        answers = _objects(
            self._run("cat-file", "--batch", stdin=asked.encode("utf-8", "surrogateescape"))
        )
        revisions = []
        for name, plain, peeled in zip(names, answers[::2], answers[1::2], strict=True):
            # ":/text" cannot take a suffix, and a tag must be peeled.
            found = next((it for it in (plain, peeled) if it and it.kind != "tag"), None)
            if found is None or found.kind == "blob":
                raise _unknown(name)
            revisions.append(found)
        return tuple(revisions)

    def merge_base(self, one: Revision, other: Revision) -> str:
        found = self._run("merge-base", one.id, other.id, accept=(0, 1)).decode("ascii").split()
        if not found:
            raise GitError(
                f"{one.short} and {other.short} have no common ancestor in this clone",
                next_step="compare them directly with A..B, or: git fetch --unshallow",
            )
        return found[0]

    def unpushed_base(self, tip: str) -> str:
        """What to compare ``tip`` with, for the commits that no remote is known to have: the first
        parent of the oldest of them, or the empty tree for a history that starts there; ``tip``
        itself where nothing is new."""
        new = self._run("rev-list", "--topo-order", self.resolve(tip)[0].id, "--not", "--remotes")
        commits = new.decode("ascii").split()
        if not commits:
            return tip
        oldest = self.resolve(commits[-1])[0]
        return oldest.parents[0] if oldest.parents else empty_tree(oldest.id)

    def tracked(self, paths: Sequence[str] = ()) -> tuple[IndexEntry, ...]:
        """Index entries under ``paths``, relative to ``cwd``; everything where there are none.

        Raises ``GitError`` for a path under which nothing is tracked.
        """
        self._need_index()
        wanted = paths or [os.path.relpath(self.root, self.cwd)]
        match = ("--error-unmatch",) if paths else ()
        listing = self._run("ls-files", "--full-name", "--stage", "-z", *match, "--", *wanted)
        return tuple(_index_entry(record) for record in listing.split(b"\0") if record)

    def read(self, revision: str, path: str) -> bytes | None:
        """The file ``path`` (from the root) as it is in ``revision``, or None."""
        commit = self.resolve(revision)[0]
        listing = self._run(
            "ls-tree", "-z", "--full-tree", commit.id, "--", _argument(path)
        ).partition(b"\t")[0]
        fields = listing.decode("ascii").split()
        if len(fields) != 3 or fields[1] != "blob":
            return None
        return self._run("cat-file", "blob", fields[2])

    def attributes(
        self, paths: Iterable[str], names: Sequence[str], *, tree: str | None = None
    ) -> Mapping[str, Mapping[str, str]]:
        """Git attributes of ``paths`` (from the root): path → attribute → "set", "unset" or its
        value. What is unspecified is left out. ``tree`` is a full id: the ``.gitattributes`` of
        that commit or tree count, and not those of the working tree."""
        found: dict[str, dict[str, str]] = {path: {} for path in paths}
        if not found or (self.bare and tree is None):
            return found
        asked = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in found)
        question = ("check-attr", "-z", "--stdin")
        if tree is None:
            answer = self._run(*question, *names, stdin=asked, at_root=True)
        else:
            answer = self._with_index_of(tree, *question, "--cached", *names, stdin=asked)
        fields = answer.split(b"\0")
        for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
            if value != b"unspecified":
                found[_text(path)][_text(name)] = _text(value)
        return found

    def _with_index_of(self, tree: str, *arguments: str, stdin: bytes) -> bytes:
        """The answer of a git that takes ``tree`` for what is staged."""
        # check-attr --source would do, from Git 2.40 on.
        with TemporaryDirectory(prefix="coderasst-") as folder:
            located = {"GIT_DIR": str(self.git_dir), "GIT_INDEX_FILE": f"{folder}/index"}
            if not self.bare:
                located["GIT_WORK_TREE"] = str(self.root)
            run(["read-tree", tree], cwd=self.root, extra=located)
            return run(arguments, cwd=self.root, stdin=stdin, extra=located)

    def configured(self, key: str) -> str:
        """The value of a key of git's configuration, such as "user.email"; "" where it has none."""
        value = self._run("config", "--get", key, accept=(0, 1))
        return value.decode("utf-8", "replace").removesuffix("\n")

    def hooks_folder(self) -> Path:
        """Where git looks for hooks, ``core.hooksPath`` and linked worktrees included."""
        folder = self._run("rev-parse", "--git-path", "hooks").removesuffix(b"\n")
        return self.cwd / os.fsdecode(folder)

    def blobs(self) -> Blobs:
        return Blobs(self.cwd)

    def _need_index(self) -> None:
        if self.bare and "GIT_INDEX_FILE" not in os.environ:
            raise GitError(
                "a bare repository has no staged changes and no tracked files",
                next_step="name what to look at with --commit or --range",
            )

    def _run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        accept: Sequence[int] = (0,),
        at_root: bool = False,
    ) -> bytes:
        if not at_root or self.cwd == self.root:
            return run(arguments, cwd=self.cwd, stdin=stdin, accept=accept)
        located = {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.root)}
        return run(arguments, cwd=self.root, stdin=stdin, accept=accept, extra=located)


def find_repository(cwd: Path | None = None) -> Repository:
    """The repository that ``cwd`` (the current folder) belongs to, as git itself finds it.

    Raises ``GitError`` where there is none, or git refuses it.
    """
    cwd = Path.cwd() if cwd is None else cwd.absolute()
    asked = ("--is-bare-repository", "--is-inside-work-tree", "--show-cdup", "--absolute-git-dir")
    answer = os.fsdecode(run(["rev-parse", *asked], cwd=cwd)).removesuffix("\n")
    bare, inside, rest = answer.split("\n", 2)
    # The folder comes last, because its name may contain a newline. Outside of the working tree
    # git prints where that is in place of the way up, or no line at all.
    up, found, git_dir = rest.partition("\n")
    if inside == "false" and not (found and os.path.isdir(git_dir)):
        up, git_dir = "", rest
    folder = Path(git_dir)
    if inside == "true" or up:
        root = Path(os.path.realpath(cwd / up))
    else:
        root = folder.parent if bare == "false" and folder.name == ".git" else folder
    return Repository(root=root, git_dir=folder, bare=bare == "true", cwd=cwd)


def empty_tree(like: str) -> str:
    """The id of the empty tree in the hash function of the id ``like``."""
    return _EMPTY_TREES[len(like)]


_OBJECT = re.compile(rb"([0-9a-f]{40,64}) (\w+) (\d+)")


def _objects(answers: bytes) -> list[Revision | None]:
    """What ``cat-file --batch`` printed, one entry for each name asked."""
    found: list[Revision | None] = []
    position = 0
    while position < len(answers):
        end = answers.index(b"\n", position)
        header = _OBJECT.fullmatch(answers, position, end)
        position = end + 1
        if header is None:
            found.append(None)
            continue
        size = int(header.group(3))
        body = answers[position : position + size]
        position += size + 1
        kind = header.group(2).decode("ascii")
        parents = _parents(body) if kind == "commit" else ()
        found.append(Revision(header.group(1).decode("ascii"), kind, parents))
    return found


def _parents(commit: bytes) -> tuple[str, ...]:
    headers = commit.partition(b"\n\n")[0].split(b"\n")
    return tuple(
        line.removeprefix(b"parent ").decode("ascii")
        for line in headers
        if line.startswith(b"parent ")
    )


def _index_entry(record: bytes) -> IndexEntry:
    fields, _, path = record.partition(b"\t")
    mode, blob, stage = fields.decode("ascii").split(" ")
    return IndexEntry(mode=mode, id=blob, stage=int(stage), path=_text(path))


def _unknown(name: str) -> GitError:
    shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
    if ".." in name:
        return GitError(f"{shown!r} is not one revision", next_step=f"for a range: --range {shown}")
    return GitError(f"unknown revision {shown!r}", next_step="git log --oneline -5")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _argument(path: str) -> str:
    """``path``, which was decoded as UTF-8, as the argument that becomes the same bytes again."""
    return os.fsdecode(path.encode("utf-8", "surrogateescape"))
