"""A small workspace for the dataset: real code of the standard library in three groups, other
languages, a review conversation, verdicts."""

from __future__ import annotations

import gzip
import json
import sysconfig
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from coderasst_hook.feedback import jsonl
from coderasst_hook.feedback.line import Item
from coderasst_hook.feedback.values import FindingRecord, Outcome, Signal, Verdict
from coderasst_hook.models import fingerprint
from trainer.conversations import MEDIA_TYPE, Change, Conversation, Remark, Role
from trainer.conversations import Outcome as Became
from trainer.documents import Document, Origin
from trainer.workspace import Workspace

STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES: Mapping[str, tuple[str, ...]] = {
    "train": ("shelve.py", "cgitb.py", "getpass.py", "fnmatch.py", "netrc.py", "quopri.py"),
    "validation": ("bdb.py", "code.py"),
    "test": ("rlcompleter.py", "sched.py"),
}
"""Some have findings, all of them have clean functions."""
FAULTY_GO = """package main

import (
	"database/sql"
	"net/http"
)

func user(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	rows, err := db.Query("SELECT * FROM users WHERE name = '" + name + "'")
	if err != nil {
		http.Error(w, "no", 500)
		return
	}
	defer rows.Close()
}
"""
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def code(path: str, text: str, group: str = "owner/code", **details: str) -> Document:
    origin = Origin("files", "local", path, group, "MIT", details=details)
    return Document(f"files/{group}/{path}", text, "text/plain", origin)


def standard_library(split: str) -> list[Document]:
    group = f"cpython-{split}"
    return [
        code(f"Lib/{name}", (STANDARD_LIBRARY / name).read_text("utf-8"), group, commit="0123abcd")
        for name in MODULES[split]
        if (STANDARD_LIBRARY / name).exists()
    ]


def conversation(
    body: str = "This will crash for an empty list: division by zero. Guard it.",
    *,
    outcome: Became = Became.CHANGED,
    role: Role = Role.MAINTAINER,
    side: str = "new",
    hunk: str = "@@ -1,3 +1,3 @@ def mean\n def mean(numbers):\n-    return 0\n"
    "+    return sum(numbers) / len(numbers)",
    last_line: int = 2,
) -> Conversation:
    return Conversation(
        repository="owner/reviewed",
        pull=7,
        commit="f" * 40,
        path="src/mean.py",
        language="python",
        hunk=hunk,
        first_line=last_line,
        last_line=last_line,
        side=side,
        comments=(Remark("a" * 16, role, body),),
        outcome=outcome,
        resolved=True,
        change=Change(
            last_line,
            ("    return sum(numbers) / len(numbers)",),
            ("    return sum(numbers) / len(numbers) if numbers else 0.0",),
        ),
    )


def conversation_document(talk: Conversation, number: int = 1) -> Document:
    origin = Origin("conversations", "reviews", f"pull/7#r{number}", talk.repository, "MIT")
    return Document(f"conversations/{number}", talk.to_json(), MEDIA_TYPE, origin)


CONTEXT = """\
 def load(path):
-    return None
+    data = open(path).read()
+    return eval(data)
 
 def save(path):"""


def verdict(
    evidence: str = "return eval(data)",
    *,
    line: int = 12,
    outcome: Outcome = Outcome.FIXED,
    weight: float = 1.0,
    rule: str = "model/code-injection",
    category: str = "security",
    path: str = "src/load.py",
    repository: str = "owner/judged",
    context: str = CONTEXT,
    days: int = 0,
    message: str = "The file's content is run as code.",
) -> Item:
    key = fingerprint(path, rule, evidence)
    record = FindingRecord(
        fingerprint=key,
        repository=repository,
        rule_id=rule,
        category=category,
        severity="high",
        confidence="high",
        path=path,
        line=line,
        end_line=line,
        message=message,
        evidence=evidence,
        source="model",
        language="python",
        suggestion="Read it as JSON.",
        context=context,
        at=NOW,
    )
    vote = Verdict(
        fingerprint=key,
        repository=repository,
        outcome=outcome,
        weight=weight,
        signal=Signal.IMPORTED,
        person="b" * 16,
        thread="github:owner/judged#1:x",
        at=NOW + timedelta(days=days),
    )
    return record, (vote,)


def write_corpus(workspace: Workspace, documents: Mapping[str, Iterable[Document]]) -> None:
    folder = workspace.processed / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    for split, found in documents.items():
        lines = []
        for document in found:
            data = json.loads(document.to_json())
            data["metadata"]["split"] = split
            lines.append(json.dumps(data).encode() + b"\n")
        (folder / f"{split}-00000.jsonl.gz").write_bytes(gzip.compress(b"".join(lines), mtime=0))


def write_feedback(workspace: Workspace, items: Iterable[Item]) -> None:
    workspace.feedback.parent.mkdir(parents=True, exist_ok=True)
    with workspace.feedback.open("wb") as file:
        jsonl.write(items, file)
