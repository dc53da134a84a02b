from __future__ import annotations

import re

import pytest

from coderasst_hook.analyzers.documentation import MANNERS, DocumentationAnalyzer
from coderasst_hook.languages import language_of
from coderasst_hook.models import Finding
from tests.analyzers.sources import source


def missing(path: str, text: str, *, changed: list[int] | None = None) -> list[Finding]:
    file = source(path, text, changed=changed)
    return list(DocumentationAnalyzer().analyze([file]).findings)


def names(path: str, text: str) -> list[str]:
    return [one.message.split("`")[1] for one in missing(path, text)]


def repeated(text: str, count: int = 5) -> str:
    return "".join(text.replace("#", str(number)) for number in range(count))


FILES = {
    "a.py": repeated('def f#():\n    """Doc."""\n')
    + "def g():\n    return 1\n\ndef _h():\n    pass\n\nclass K:\n    'Doc.'\n",
    "a.js": repeated("/** Doc. */\nexport function f#() {}\n")
    + "export function g() {}\nfunction h() {}\n",
    "a.ts": repeated("/** Doc. */\nexport function f#() {}\n")
    + "export interface g { a: string }\ninterface h {}\n",
    "a.tsx": repeated("/** Doc. */\nexport class F# {}\n") + "export class g {}\nclass H {}\n",
    "a.go": "package a\n\n"
    + repeated("// F# does.\nfunc F#() {}\n\n")
    + "func G() {}\n\nfunc h() {}\n\nfunc (t t) K() {}\n\nfunc (t *T) String() {}\n",
    "A.java": "/** Doc. */\npublic class A {\n"
    + repeated("  /** Doc. */\n  public void f#() {}\n")
    + "  public void g() {}\n  @Override\n  public int hashCode() { return 1;}\n  void h() {}\n}\n",
    "a.cs": "/// Doc\npublic class A {\n"
    + repeated("  /// Doc\n  public void F#() {}\n")
    + "  public void G() {}\n  public override string H() { return null; }\n}\n",
    "a.kt": repeated("/** Doc. */\nfun f#() {}\n") + "fun g() {}\nprivate fun h() {}\n",
    "a.scala": "object A {\n"
    + repeated("  /** Doc. */\n  def f#() = 1\n")
    + "  def g() = 2\n  private def h() = 3\n}\n",
    "a.swift": repeated("/// Doc.\npublic func f#() {}\n") + "public func g() {}\nfunc h() {}\n",
    "a.php": "<?php\n" + repeated("/** Doc. */\nfunction f#() {}\n") + "function g() {}\n",
    "a.rs": repeated("/// Doc.\n#[inline]\npub fn f#() {}\n".replace("#[", "\0")).replace(
        "\0", "#["
    )
    + "pub fn g() {}\nfn h() {}\n",
}


@pytest.mark.parametrize("path", FILES)
def test_the_one_that_was_forgotten(path: str) -> None:
    assert [name.lower() for name in names(path, FILES[path])] == ["g"]


@pytest.mark.parametrize("path", FILES)
def test_files_that_are_cut_or_lack_their_names_are_borne(path: str) -> None:
    text = FILES[path]
    nameless = re.sub(r"\b[fF]\d\b", "", text)
    for broken in (nameless, *(text[:end] for end in range(0, len(text), 11))):
        missing(path, broken)


def test_every_language_has_an_example() -> None:
    assert {language_of(path) for path in FILES} == set(MANNERS)


def test_the_finding() -> None:
    (one,) = missing("a.py", FILES["a.py"])
    assert (one.rule_id, one.location.line) == ("documentation/missing", 11)
    assert one.message == "`g` has no documentation; 6 of 7 public names in this file have some"


def test_only_what_was_changed() -> None:
    assert missing("a.py", FILES["a.py"], changed=[1]) == []
    assert len(missing("a.py", FILES["a.py"], changed=[11])) == 1


@pytest.mark.parametrize(
    "text",
    [
        repeated('def f#():\n    """Doc."""\n', 3) + "def g():\n    pass\n",  # too few to tell
        repeated('def f#():\n    """Doc."""\n') + repeated("def g():\n    pass\n", 2),
        repeated('def f#():\n    """Doc."""\n') + "@overload\ndef g():\n    pass\n",
        repeated('def f#():\n    """Doc."""\n') + "class _K:\n    def g(self):\n        pass\n",
    ],
)
def test_files_and_names_that_are_left_alone(text: str) -> None:
    assert "g" not in names("a.py", text)


def test_tests_are_left_alone() -> None:
    assert missing("tests/test_a.py", FILES["a.py"]) == []
