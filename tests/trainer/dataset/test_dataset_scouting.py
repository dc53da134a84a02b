"""Files in which the taught rules find something are looked at first."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from coderasst_hook.analyzers.rule_store import ChosenRules, RuleStore
from testing.dataset_sources import code
from trainer.dataset import scouting
from trainer.dataset.choosing import chosen_ids
from trainer.dataset.code_document import Code, code_of
from trainer.dataset.labels import analyzed, found_rules
from trainer.dataset.scouting import scouted
from trainer.documents import Document

QUIET = "def f(a):\n" + "".join(f"    value_{n} = a + {n}\n" for n in range(9)) + "    return a\n"
BARE = QUIET + "\n\ndef g(go):\n    try:\n        go()\n    except:\n        return 1\n"
EVAL = QUIET + "\n\ndef h(request):\n    return eval(request.args['x'])\n"
RULES = frozenset(("ruff/E722", "python/eval"))
TEXTS = {
    **{f"src/quiet{n}.py": QUIET.replace("value", f"v{n}") for n in range(20)},
    **{f"src/bare{n}.py": BARE.replace("value", f"v{n}") for n in range(5)},
    "src/eval.py": EVAL,
}
FILES = [(code(path, text), "train") for path, text in TEXTS.items()]
DOCUMENTS: list[Document] = [document for document, _ in FILES]
LOUD = {
    document.id: frozenset(["python/eval" if "eval" in document.id else "ruff/E722"])
    for document in DOCUMENTS
    if "quiet" not in document.id
}


def test_each_file_with_a_finding_is_found() -> None:
    assert scouted(FILES, RULES, 1) == LOUD
    assert set(scouted(FILES, frozenset(["python/eval"]), 2).values()) == {
        frozenset(["python/eval"])
    }


def test_what_was_found_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scouted(FILES[:20], RULES, 1, tmp_path) == {}
    looked_at: list[str] = []
    real = scouting._looked_at

    def looking(batch: scouting.Batch, rules: frozenset[str]) -> Mapping[str, frozenset[str]]:
        looked_at.extend(document.id for document, _ in batch)
        return real(batch, rules)

    monkeypatch.setattr(scouting, "_looked_at", looking)
    assert scouted(FILES, RULES, 1, tmp_path) == LOUD
    assert looked_at == [document.id for document in DOCUMENTS[20:]]
    assert scouted(FILES, RULES, 1, tmp_path) == LOUD
    assert len(looked_at) == 6
    (one,) = tmp_path.iterdir()
    one.write_bytes(b"spoiled")
    assert scouted(FILES, RULES, 1, tmp_path) == LOUD
    assert len(looked_at) == 6 + len(FILES)
    # Other rules are other findings, and what nobody asks for is not kept.
    assert len(scouted(FILES, frozenset(["python/eval"]), 1, tmp_path)) == 1
    assert one not in tmp_path.iterdir()


def test_interrupted_it_remembers_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scouting, "BATCH", 5)

    def documents() -> Iterator[tuple[Document, str]]:
        yield from FILES[:10]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scouted(documents(), RULES, 1, tmp_path)
    (one,) = tmp_path.iterdir()
    assert len(json.loads(gzip.decompress(one.read_bytes()))) >= 5


def test_they_come_first_and_their_rules_take_turns() -> None:
    assert len(chosen_ids(DOCUMENTS, 2, 17)) == 2
    two = chosen_ids(DOCUMENTS, 2, 17, LOUD)
    assert {rule for id in two for rule in LOUD[id]} == RULES
    # A fifth is for code in which nothing is wrong, and more where nothing else is left.
    assert sum(id in LOUD for id in chosen_ids(DOCUMENTS, 5, 17, LOUD)) == 4
    assert sum(id in LOUD for id in chosen_ids(DOCUMENTS, 10, 17, LOUD)) == 6
    assert len(chosen_ids(DOCUMENTS, 10, 17, LOUD)) == 10


def test_what_is_found_is_what_is_labelled_later() -> None:
    codes = [one for one in (code_of(*item) for item in FILES) if isinstance(one, Code)]
    assert len(codes) == len(FILES)
    for one, document in zip(analyzed([c.source for c in codes], RULES), DOCUMENTS, strict=True):
        assert {found.rule_id for found in one.findings} == LOUD.get(document.id, frozenset())
    assert found_rules([], RULES) == []


def test_only_the_chosen_rules_are_there() -> None:
    rules = ChosenRules(RuleStore(), ["python/eval", "go/none"])
    assert [rule.rule.id for rule in rules.all()] == ["python/eval"]
    assert [rule.rule.id for rule in rules.matching("python", EVAL)] == ["python/eval"]
    assert rules.matching("go", EVAL) == ()
