"""Checks that a value has passed: each of these would be SQL out of a request without its check."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.nodes import call_parts

CHECKED = [
    ("python", "def f(a):\n    if a in ALLOWED:\n        sink(a)"),
    ("python", "def f(a):\n    if a in ('x', 'y') and b:\n        sink(a)"),
    ("python", "def f(a):\n    if a not in ALLOWED:\n        raise ValueError(a)\n    sink(a)"),
    ("python", "def f(a):\n    if not (a in ALLOWED):\n        return\n    sink(a)"),
    ("python", "def f(a):\n    if b or a not in ALLOWED:\n        abort(400)\n    sink(a)"),
    ("python", "def f(a, m):\n    if a not in m.all_keys() or b:\n        raise X\n    sink(a)"),
    ("python", "def f(a):\n    for x in y:\n        if a not in ALLOWED:\n            continue\n        sink(a)"),  # noqa: E501
    ("python", "def f(a):\n    if a not in ALLOWED:\n        log(a)\n        return None\n    with x:\n        sink(a)"),  # noqa: E501
    ("python", "def f(a):\n    if a == 'x':\n        sink(a)"),
    ("python", "def f(a):\n    if a != 'x':\n        return\n    sink(a)"),
    ("python", "def f(a):\n    if not a or a not in ALLOWED:\n        return\n    sink(a)"),
    ("javascript", "function f(a) { if (a !== 'x') return; sink(a); }"),
    ("python", "def f(a):\n    if not a.isdigit():\n        return\n    sink(a)"),
    ("python", "def f(a):\n    if not re.fullmatch(r'\\w+', a):\n        return\n    sink(a)"),
    ("python", "def f(a):\n    if not NAME_RE.fullmatch(a):\n        return\n    sink(a)"),
    ("javascript", "function f(a) { if (!ALLOWED.includes(a)) { throw new Error(); } sink(a); }"),
    ("javascript", "function f(a) { if (!ALLOWED.has(a)) return r.status(400).end(); sink(a); }"),
    ("javascript", "function f(a) { if (ALLOWED.has(a) === false) return; sink(a); }"),
    ("javascript", "function f(a) { if (['x', 'y'].includes(a)) { sink(a); } }"),
    ("javascript", "function f(a) { if (ALLOWED.indexOf(a) === -1) return; sink(a); }"),
    ("javascript", "function f(a) { if (ALLOWED.indexOf(a) >= 0) { sink(a); } }"),
    ("javascript", "function f(a) { if (!/^[a-z_]+$/.test(a)) return; sink(a); }"),
    ("javascript", "function f(a) { if (!columns[a]) { return; } sink(a); }"),
    ("typescript", "function f(a: string) { if (!Object.hasOwn(NAMES, a)) { return; } sink(a); }"),
    ("go", "package p\nfunc f(a string) { if !allowed[a] { return }; sink(a) }"),
    ("go", "package p\nfunc f(a string) { if _, ok := allowed[a]; !ok { return }; sink(a) }"),
    ("go", "package p\nfunc f(a string) { if _, ok := allowed[a]; ok { sink(a) } }"),
    ("go", "package p\nfunc f(a string) { if !slices.Contains(names, a) { panic(a) }; sink(a) }"),
    ("java", "class A { void f(String a) { if (!ALLOWED.contains(a)) { throw new X(a); } sink(a); } }"),  # noqa: E501
    ("java", "class A { void f(String a) { if (ALLOWED.contains(a)) { sink(a); } } }"),
    ("php", "<?php function f($a) { if (!in_array($a, ['x', 'y'], true)) { die(); } sink($a); }"),
    ("php", "<?php function f($a) { if (!isset(NAMES[$a])) { return; } sink($a); }"),
    ("php", "<?php function f($a) { if (!preg_match('/^[a-z]+$/', $a)) { exit; } sink($a); }"),
    ("ruby", "def f(a)\n  raise X unless ALLOWED.include?(a)\n  sink(a)\nend"),
    ("ruby", "def f(a)\n  return if !%w[x y].include?(a)\n  sink(a)\nend"),
    ("ruby", "def f(a)\n  if ALLOWED.key?(a)\n    sink(a)\n  end\nend"),
    ("csharp", "class A { void F(string a) { if (!Allowed.Contains(a)) { throw new X(); } sink(a); } }"),  # noqa: E501
]  # fmt: skip

NOT_CHECKED = [
    ("python", "def f(a):\n    sink(a)"),
    ("python", "def f(a):\n    if a in ALLOWED:\n        log(a)\n    sink(a)"),
    ("python", "def f(a):\n    if a not in ALLOWED:\n        log(a)\n    sink(a)"),
    ("python", "def f(a):\n    if a not in ALLOWED:\n        sink(a)"),
    ("python", "def f(a):\n    if a in ALLOWED:\n        pass\n    else:\n        sink(a)"),
    # what was denied says nothing of the rest
    ("python", "def f(a):\n    if a in BANNED:\n        raise ValueError(a)\n    sink(a)"),
    ("python", "def f(a):\n    if a == '':\n        return\n    sink(a)"),
    # something else does as well
    ("python", "def f(a):\n    if a in ALLOWED or debug:\n        sink(a)"),
    ("python", "def f(a):\n    if a not in ALLOWED and strict:\n        raise X\n    sink(a)"),
    # another value, or one that has changed since
    ("python", "def f(a, b):\n    if b not in ALLOWED:\n        raise X\n    sink(a)"),
    ("python", "def f(a):\n    if a not in ALLOWED:\n        raise X\n    a = g(a)\n    sink(a)"),
    ("python", "def f(a):\n    if a.x not in ALLOWED:\n        raise X\n    sink(a)"),
    ("python", "def f(a):\n    sink(a)\n    if a not in ALLOWED:\n        raise X"),
    # among what strangers send
    ("python", "def f(a):\n    if a not in request.args:\n        raise X\n    sink(a)"),
    ("javascript", "function f(a, req) { if (!req.body.names.includes(a)) return; sink(a); }"),
    ("javascript", "function f(a) { if (ALLOWED.includes(a)) { log(a); } sink(a); }"),
    ("javascript", "function f(a) { if (ALLOWED.indexOf(a) === -1) { sink(a); } }"),
    ("javascript", "function f(a) { if (typeof a !== 'string') { throw X; } sink(a); }"),
    ("python", "def f(a):\n    if b + a not in ALLOWED:\n        raise X\n    sink(a)"),
    ("python", "def f(a):\n    if len(a) == 3:\n        sink(a)"),
    ("javascript", "function f(a) { if (!/[a-z]/.test(a)) return; sink(a); }"),
    ("javascript", "function f(a) { if (!/^.+$/.test(a)) return; sink(a); }"),
    ("javascript", "function f(a) { if (a.includes('..')) return; sink(a); }"),
    ("go", "package p\nfunc f(a string) { if _, ok := seen[a]; ok { return }; sink(a) }"),
    ("java", "class A { void f(String a) { if (a.contains(X)) { throw new X(a); } sink(a); } }"),
    ("php", "<?php function f($a) { if (isset($_GET[$a])) { sink($a); } }"),
    ("ruby", "def f(a)\n  raise X if BANNED.include?(a)\n  sink(a)\nend"),
]  # fmt: skip


def held(language: str, code: str) -> bool:
    file = Code(SgRoot(code, language).root(), language)
    (call,) = (one for one in file.functions.all_calls if call_parts(one)[0].endswith("sink"))
    (argument,) = call_parts(call)[1]
    while argument.kind() in {"argument", "value_argument"}:
        argument = argument.children()[0]
    return file.guards.hold(argument)


@pytest.mark.parametrize(("language", "code"), CHECKED)
def test_a_check_holds(language: str, code: str) -> None:
    assert held(language, code)


@pytest.mark.parametrize(("language", "code"), NOT_CHECKED)
def test_what_is_no_check(language: str, code: str) -> None:
    assert not held(language, code)
