"""Two commits that hold one of everything a diff can contain."""

from __future__ import annotations

from testing.repository import TemporaryRepository, to_bytes

BODY = "".join(f"line {number}\n" for number in range(1, 21))

ODD_NAMES = (
    "with space.txt",
    " leading and trailing ",
    "tab\there.txt",
    "new\nline.txt",
    'quote".txt',
    "back\\slash.txt",
    "caf\u00e9/\u00fcber.py",
    "latin\udce9.txt",
    "a/b/a/x.txt",
    "b/x.txt",
    "x b/x b/x",
    "-dash.txt",
    "--- a.txt",
    ":(top)magic",
    "star*.txt",
    "[ab].txt",
    "carriage\rreturn",
    "{a => b}.txt",
    "dev/null",
)


def build(repository: TemporaryRepository) -> tuple[str, str]:
    """Commit the old and the new state, and return both ids."""
    repository.stage(dict.fromkeys(ODD_NAMES, BODY))
    repository.stage(
        {
            "edited.py": BODY,
            "renamed-old.py": BODY + "r\n",
            "renamed and edited.py": BODY + "e\n",
            "deleted.txt": "1\n2\n3\n",
            "becomes-empty.txt": "1\n",
            "was-empty.txt": "",
            "no-newline.txt": "1\n2",
            "gets-newline.txt": "1\n2",
            "loses-newline.txt": "1\n2\n",
            "crlf.txt": "1\r\n2\r\n3\r\n",
            "to-crlf.txt": "1\n2\n3\n",
            "separators.txt": "1\x0c2\n\u2028\n\x85\r3\n\x1c\n",
            "headers.sql": "-- a\n-- b\n++ c\n@@ -1 +1 @@\ndiff --git a/x b/x\n",
            "image.bin": b"\x00\x01\x02",
            "script.sh": "#!/bin/sh\n",
            "script-edited.sh": "#!/bin/sh\n",
            "becomes-link": "1\n2\n",
            "latin.txt": b"caf\xe9\n",
            "one.txt": "1\n",
            # Patience starts from the one line that is unique on both sides.
            "algorithm.txt": "x\nx\nx\nunique\ny\ny\ny\n",
            # Without the heuristic the added function lacks its first line and has the next one's.
            "indented.c": "{\n}\n\n/**\n * a\n */\na()\n",
        }
    )
    link(repository, "link", "one.txt")
    link(repository, "becomes-file", "one.txt")
    submodule(repository, "module", "1" * 40)
    submodule(repository, "gone-module", "2" * 40)
    old = repository.commit("old")

    changed = BODY.replace("line 3\n", "").replace("line 10\n", "ten\nten and a half\n")
    repository.stage(dict.fromkeys(ODD_NAMES, changed))
    repository.stage(
        {
            "edited.py": changed + "21\n",
            "renamed and edited.py": changed + "e\n",
            "becomes-empty.txt": "",
            "was-empty.txt": "1\n",
            "no-newline.txt": "1\n3",
            "gets-newline.txt": "1\n2\n",
            "loses-newline.txt": "1\n2",
            "crlf.txt": "1\r\n2!\r\n3\r\n",
            "to-crlf.txt": "1\r\n2\r\n3\r\n",
            "separators.txt": "1\x0c2!\n\u2028\n\x85\r3!\n\x1c\nx\ry\n",
            "headers.sql": "-- a\n-- B\n--- c\n+++ d\n@@ -1 +1 @@\n@@ -2 +2 @@\ndiff --git a b\n",
            "image.bin": b"\x00\x01\x03",
            "script-edited.sh": "#!/bin/sh\necho\n",
            "latin.txt": b"caf\xe8\n\xff\n",
            "one.txt": "one\n",
            "algorithm.txt": "y\ny\ny\nunique\nx\nx\nx\n",
            "indented.c": "{\n}\n\n/**\n * b\n */\nb()\n\n/**\n * a\n */\na()\n",
            "new.txt": "n\n",
            "new-empty.txt": "",
            "new-no-newline.txt": "n",
            "new.bin": b"\x00",
            "becomes-file": "now a file\n",
        }
    )
    repository.move("renamed-old.py", "folder/renamed-new.py")
    repository.move("renamed and edited.py", "folder/renamed \u00e9dited.py")
    repository.remove("deleted.txt")
    repository.git("rm", "-q", "--cached", "gone-module")
    for script in ("script.sh", "script-edited.sh"):
        repository.git("update-index", "--chmod=+x", script)
    link(repository, "link", "new.txt")
    link(repository, "new-link", "new.txt")
    link(repository, "becomes-link", "one.txt")
    submodule(repository, "module", "3" * 40)
    submodule(repository, "new-module", "4" * 40)
    return old, repository.commit("new")


def link(repository: TemporaryRepository, name: str, target: str) -> None:
    """Stage a symbolic link; the working tree is left alone."""
    blob = repository.git("hash-object", "-w", "--stdin", stdin=to_bytes(target))
    _index(repository, "120000", blob.decode().strip(), name)


def submodule(repository: TemporaryRepository, name: str, commit: str) -> None:
    """Stage a submodule at ``commit``, which need not exist."""
    _index(repository, "160000", commit, name)


def _index(repository: TemporaryRepository, mode: str, object_id: str, name: str) -> None:
    repository.git("update-index", "--add", "--cacheinfo", f"{mode},{object_id},{name}")
