from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.flow import HOLE, Flow, State, Value

CALL = {
    "go": {"rule": {"kind": "argument_list", "inside": {"regex": r"^sink\("}}},
    "c": {"rule": {"kind": "argument_list", "inside": {"regex": r"^sink\("}}},
}


def value(language: str, code: str, *, safe: tuple[str, ...] = ()) -> Value:
    """The value of the argument of ``sink(…)`` in ``code``."""
    root = SgRoot(code, language).root()
    if language in CALL:
        found = root.find(CALL[language])
        assert found is not None
        node = found.children()[1]
    else:
        found = root.find(pattern="sink($X)")
        assert found is not None
        node = found["X"]
    return Flow(Code(root, language), safe).value(node)


CONSTANT = [
    ("python", "def f(a):\n    sink('s ' + escape_sqlite(a) + self._quote_identifier(a))"),
    ("java", "class C { void f(String a) { sink(\"s\" + Db.sqlQuote(a)); } }"),
    ("java", "class C { static Map<String, String> of = Map.of(\"a\", \"x\"); void f(String a) { sink(of.getOrDefault(a, \"y\")); } }"),  # noqa: E501
    ("go", "package p\nvar of = map[string]string{\"a\": \"x\"}\nfunc f(a string) { sink(of[a]) }"),
    ("go", "package p\nfunc f() { var q strings.Builder; q.WriteString(\"x\"); sink(q.String()) }"),
    ("python", "def f(a):\n    q = []\n    q.append('x = %s')\n    sink(' AND '.join(q))"),
    ("python", "def f(a):\n    q = []\n    sink(q)\n    q.append(a)"),
    ("python", "def f(a):\n    q = 'x'\n    sink(q)\ndef g(a):\n    q = []\n    q.append(a)"),
    ("python", "sink('a' 'b')"),
    ("python", "sink(1 + 2)"),
    ("python", "sink(f'{3} x')"),
    ("python", "T = 't'\ndef f(a):\n    sink(f'S {T}')"),
    ("python", "def f(a):\n    a = 'x'\n    sink(a)"),
    ("python", "def f(a):\n    sink('S ' + str(int(a)))"),
    ("python", "OK = {'a': 'b'}\ndef f(k):\n    sink(OK[k])"),
    ("python", "OK = {'a': 'b'}\ndef f(k):\n    sink(OK.get(k))"),
    ("python", "def f():\n    for t in ['a', 'b']:\n        sink('S ' + t)"),
    ("python", "def f(c):\n    sink('a' if c else 'b')"),
    ("python", "from settings import TABLE_NAME\ndef f():\n    sink(TABLE_NAME)"),
    # declared as what cannot hold any text
    ("java", "class C { void f(int a) { sink(\"s\" + a); } }"),
    ("java", "class C { void f(UUID a) { long n = g(a), m = h(); sink(\"s\" + a + m); } }"),
    ("csharp", "class C { void F(Guid a) { sink($\"s {a}\"); } }"),
    ("kotlin", "fun f(a: Int) { sink(\"s $a\") }"),
    ("scala", "class C { def f(a: Long) = { sink(s\"s $a\") } }"),
    ("go", "package p\nfunc f(a int64) { sink(\"s\" + a) }"),
    ("rust", "fn f(a: u32) { sink(format!(\"s {}\", a)) }"),
    ("swift", "func f(a: Int) { sink(\"s \\(a)\") }"),
    ("php", "<?php function f(int $a) { sink('s ' . $a); }"),
    # chosen, whatever chooses
    ("rust", "fn f(a: &str) { let c = match a { \"x\" => \"y\", _ => return }; sink(c); }"),
    ("rust", "fn f(a: bool) { let c = if a { \"x\" } else { \"y\" }; sink(c); }"),
    ("kotlin", "fun f(a: String) { val c = when (a) { \"x\" -> \"y\"; else -> error(\"no\") }\n sink(c) }"),  # noqa: E501
    ("scala", "class C { def f(a: String) = { val c = a match { case \"x\" => \"y\" case _ => \"z\" }; sink(c) } }"),  # noqa: E501
    ("java", "class C { void f(String a) { String c = switch (a) { case \"x\" -> \"y\"; default -> throw e; }; sink(c); } }"),  # noqa: E501
    ("csharp", "class C { void F(string a) { var c = a switch { \"x\" => \"y\", _ => throw e }; sink(c); } }"),  # noqa: E501
    ("php", "<?php function f($a) { $c = match ($a) { 'x' => 'y', default => 'z' }; sink($c); }"),
    ("rust", "fn g() -> &str { \"x\" }\nfn f() { sink(g()); }"),
    ("swift", "func g() -> String { return \"x\" }\nfunc f() { sink(g()) }"),
    ("ruby", "def f\n  q = ['s']\n  q << 'x'\n  sink(q.join(' '))\nend"),
    # what functions of the file return, and what they alone are given
    ("python", "def g():\n    return 'x'\ndef f():\n    sink(g())"),
    ("python", "def g(a):\n    return 'S ' + a\ndef f():\n    sink(g('x'))"),
    ("python", "def g(a):\n    return int(a)\ndef f(b):\n    sink(g(b))"),
    ("python", "def g(a):\n    if a:\n        return 'x'\n    return 1\ndef f(b):\n    sink(g(b))"),
    ("python", "def _g(a):\n    sink('S ' + a)\ndef f():\n    _g('x')\n    _g(a='y')"),
    ("javascript", "const g = () => 'x'; function f() { sink(g()); }"),
    ("javascript", "function f(ids) { sink('S ' + ids.map(() => '?').join(',')); }"),
    ("java", "class A { private String g() { return \"x\"; } void f() { sink(g()); } }"),
    ("java", "class A { private void g(String a) { sink(a); } void f() { this.g(\"x\"); } }"),
    ("php", "<?php function g() { return 'x'; } sink(g());"),
    ("ruby", "def g\n  'x'\nend\ndef f\n  sink(g)\nend"),
    ("kotlin", "fun g() = \"x\"\nfun f() { sink(g()) }"),
    ("python", "def f(ids):\n    marks = ','.join('?' for _ in ids)\n    sink(marks)"),
    ("python", "def f(ids):\n    sink(', '.join(['%s'] * len(ids)))"),
    ("python", "def f():\n    q = 'a'\n    q += 'b'\n    sink(q)"),
    ("python", "class A:\n    def __init__(self):\n        self.q = 'x'\n    def f(self):\n        sink(self.q)"),  # noqa: E501
    ("javascript", "const T = 'x'; const f = (a) => { sink(`s ${T}`) }"),
    ("javascript", "function f(a) { sink('s' + Number(a)) }"),
    ("python", "def f(a, b):\n    sink('S' + (a - b))"),
    ("typescript", "function f(a: string) { const q: string = 's'; sink(q) }"),
    ("go", "package p\nconst t = \"x\"\nfunc f(a string) { q := \"s\" + t; sink(q) }"),
    ("java", "class C { static final String t = \"x\"; void f(String a) { sink(\"s\" + t); } }"),
    ("java", "class C { void f(String a) { sink(\"s\" + (int) a); } }"),
    ("ruby", "def f(a)\n  q = 's'\n  sink(q)\nend"),
    ("ruby", "def f(a)\n  sink(\"s #{a.to_i}\")\nend"),
    ("php", "<?php function f($a) { sink('s ' . intval($a)); }"),
    ("php", "<?php function f($n) { sink('(' . str_repeat('?,', $n) . '?)'); }"),
    ("php", "<?php function f($n) { sink(implode(',', array_fill(0, $n, '?'))); }"),
    ("java", "class C { void f(int n) { sink(String.join(\",\", Collections.nCopies(n, \"?\"))); } }"),  # noqa: E501
    ("java", "class C { void f(int n) { sink(\"?,\".repeat(n)); } }"),
    ("go", "package p\nfunc f(n int) { sink(strings.Repeat(\"?,\", n)) }"),
    ("javascript", "function f(n) { sink(Array(n).fill('?').join(',')) }"),
    ("javascript", "const OF = new Map([['a', 'x']]); function f(k) { sink(OF.get(k) ?? 'y') }"),
    ("php", "<?php function f($a) { sink('s ' . (int) $a); }"),
    ("csharp", "class C { const string T = \"x\"; void F() { sink($\"s {T}\"); } }"),
    ("kotlin", "fun f(a: String) { val q = \"s\"; sink(q) }"),
    ("rust", "fn f(a: &str) { let q = \"x\"; sink(q); }"),
    ("rust", "fn f() { let t = \"u\"; let q = format!(\"s {t}\"); sink(q); }"),
    ("rust", "fn f() { let q = format!(\"s {TABLE} {{a}}\"); sink(q); }"),
    ("rust", "fn f() { let mut q = \"\"; loop { q = format!(\"{q}{q}\"); sink(q); } }"),
    ("scala", "object C { def f(a: String) = { val q = \"s\"; sink(q) } }"),
    ("swift", "func f(a: String) { let q = \"s\"; sink(q) }"),
]  # fmt: skip

BUILT = [
    ("php", "<?php function f($a) { $q = []; $q[] = 'x ' . $a; sink('S ' . implode(' ', $q)); }", f"S  x {HOLE}", "$a"),  # noqa: E501
    ("java", "class C { private void g(String q) { sink(q); } void f(String a) { g(\"x \" + a); } }", f"x {HOLE}", "q"),  # noqa: E501
    ("go", "package p\nfunc f(a string) { var q strings.Builder; q.WriteString(\"x \"); q.WriteString(a); sink(q.String()) }", f"x {HOLE}", "a"),  # noqa: E501
    ("go", "package p\nfunc f(a string) { var q strings.Builder; fmt.Fprintf(&q, \"x %s\", a); sink(q.String()) }", f"x %s{HOLE}", "a"),  # noqa: E501
    ("go", "package p\nfunc (h *H) g(a string) string { return \"x \" + a }\nfunc (h *H) f(b string) { sink(h.g(b)) }", f"x {HOLE}", "h.g(b)"),  # noqa: E501
    # what calls add
    ("python", "def f(a):\n    q = ['S']\n    q.append(f'x {a}')\n    sink(' '.join(q))", f" Sx {HOLE}", "a"),  # noqa: E501
    ("javascript", "function f(a) { const q = []; q.push('x ' + a); sink('S ' + q.join(' ')) }", f"S x {HOLE} ", "a"),  # noqa: E501
    ("java", "class C { void f(String a) { StringBuilder q = new StringBuilder(); q.append(\"x \").append(a); sink(q.toString()); } }", f"x {HOLE}", "a"),  # noqa: E501
    ("csharp", "class C { void F(string a) { var q = new StringBuilder(\"s \"); q.Append(a); sink(q.ToString()); } }", f"s {HOLE}", "a"),  # noqa: E501
    ("php", "<?php function f($a) { $q = []; $q->push('x ' . $a); sink(implode(' ', $q)); }", f" x {HOLE}", "$a"),  # noqa: E501
    ("python", "def g(a):\n    return 'S ' + a\ndef f(b):\n    sink(g(b))", f"S {HOLE}", "g(b)"),
    ("python", "def f(a):\n    q = 'S ' + a\n    sink(q)", f"S {HOLE}", "a"),
    ("python", "def f(a):\n    sink('S %s' % (a,))", f"S {HOLE}", "a"),
    ("python", "def f(a):\n    sink('S {}'.format(a))", f"S {HOLE}", "a"),
    ("python", "def f(a):\n    sink('S {t.x} %s'.format(t=a))", f"S {HOLE} %s", "a"),
    ("python", "def f(a):\n    sink('S {} %s' % a)", f"S {{}} {HOLE}", "a"),
    ("python", "def f(a):\n    q = 'S'\n    q += a\n    sink(q)", f"S{HOLE}", "a"),
    ("python", "def f(a):\n    c = a\n    sink(f'S {c}')", f"S {HOLE}", "c"),
    ("python", "def f(a):\n    q = 'x'\n    if a:\n        q = 'S ' + a\n    sink(q)", f"S {HOLE}", "a"),  # noqa: E501
    ("javascript", "function f(a) { const q = `s ${a}`; sink(q) }", f"s {HOLE}", "a"),
    ("javascript", "function f(req) { const { b } = req.body; sink('s' + b) }", f"s{HOLE}", "b"),
    ("typescript", "function f(a: string) { const q: string = `s ${a}`; sink(q) }", f"s {HOLE}", "a"),  # noqa: E501
    ("go", "package p\nfunc f(a string) { q := fmt.Sprintf(\"s %s\", a); sink(q) }", f"s {HOLE}", "a"),  # noqa: E501
    ("go", "package p\nfunc f(a string) { q, err := g(a), 1; sink(\"s\" + q) }", f"s{HOLE}", "q"),
    ("java", "class C { void f(String a) { String q = \"s\" + a; sink(q); } }", f"s{HOLE}", "a"),
    ("java", "class C { void f(String a) { sink(String.format(\"s %s\", a)); } }", f"s {HOLE}", "a"),  # noqa: E501
    ("ruby", "def f(a)\n  q = \"s #{a}\"\n  sink(q)\nend", f"s {HOLE}", "a"),
    ("php", "<?php function f($a) { $q = \"s $a\"; sink($q); }", f"s {HOLE}", "$a"),
    ("php", "<?php sink('s' . $_GET['x']);", f"s{HOLE}", "$_GET['x']"),
    ("csharp", "class C { void F(string a) { var q = $\"s {a}\"; sink(q); } }", f"s {HOLE}", "a"),
    ("kotlin", "fun f(a: String) { val q = \"s $a\"; sink(q) }", f"s {HOLE}", "a"),
    ("rust", "fn f(a: &str) { let q = format!(\"s {}\", a); sink(q); }", f"s {HOLE}", "a"),
    ("rust", "fn f(a: &str) { let q = format!(\"s {a:>9}\"); sink(q); }", f"s {HOLE}", "a"),
    ("scala", "object C { def f(a: String) = { val q = s\"s $a\"; sink(q) } }", f"s {HOLE}", "a"),
    ("swift", "func f(a: String) { let q = \"s \\(a)\"; sink(q) }", f"s {HOLE}", "a"),
]  # fmt: skip

DYNAMIC = [
    ("python", "def f(a):\n    sink(unescape(a))"),
    ("python", "def f(a):\n    sink(quotes(a))"),
    ("python", "def f(a):\n    sink(un_escape(a))"),
    ("typescript", "function f(a: number) { sink(a) }"),
    ("java", "class C { void f(int[] a, Integers b) { sink(b); } }"),
    ("kotlin", "fun f(a: Array<Int>) { sink(a) }"),
    ("rust", 'fn f(a: &str) { let c = match a { "x" => "y", other => other }; sink(c); }'),
    ("kotlin", 'fun f(a: String) { val c = when (a) { "x" -> "y"; else -> a }\n sink(c) }'),
    ("ruby", "def f(a)\n  q = []\n  q << a\n  sink(q.join)\nend"),
    ("python", "def f(a):\n    sink(a)"),
    ("python", "def f(a):\n    if a:\n        a = 'x'\n    sink(a)"),
    ("python", "sink(input())"),
    ("python", "def g():\n    print('x')\ndef f():\n    sink(g())"),
    ("python", "def g(a):\n    return a\ndef f(b):\n    sink(g(b))"),
    ("python", "def g(a):\n    sink(a)\ndef f():\n    g('x')"),  # others may call it too
    ("python", "def _g(a):\n    sink(a)\ndef f(b):\n    _g('x')\n    _g(b)"),
    ("python", "def _g(a):\n    sink(a)\ndef f():\n    _g('x')\n    return _g"),
    ("python", "def _g(a, b='x'):\n    sink(b)\ndef f():\n    _g('x')"),
    ("python", "def g():\n    return 'x'\ndef f(o):\n    sink(o.g())"),
    ("python", "def f(request):\n    sink(request.POST)"),
    ("python", "def f(d):\n    sink(d['k'])"),
    ("python", "def f(a):\n    for t in a:\n        sink(t)"),
    ("python", "def f(a):\n    q = 'x'\n    def g(q):\n        sink(q)"),
    ("javascript", "const f = a => sink(a)"),
    ("javascript", "function f(ids) { sink(ids.map((x) => `'${x}'`)); }"),
    ("javascript", "function f(req) { sink(req.query.x) }"),
    ("go", "package p\nfunc f(r *http.Request) { sink(r.URL) }"),
    ("ruby", "sink(ENV['X'])"),
    ("c", "void f(char *a) { sink(a); }"),
    ("c", "void f(char **argv) { char *p = argv[1]; sink(p); }"),
]


@pytest.mark.parametrize(("language", "code"), CONSTANT)
def test_constant(language: str, code: str) -> None:
    assert value(language, code).state is State.CONSTANT


@pytest.mark.parametrize(("language", "code", "text", "name"), BUILT)
def test_built(language: str, code: str, text: str, name: str) -> None:
    assert value(language, code) == Value(State.BUILT, text, (name,))


@pytest.mark.parametrize(("language", "code"), DYNAMIC)
def test_dynamic(language: str, code: str) -> None:
    assert value(language, code).state is State.DYNAMIC


def test_a_safe_call_is_trusted() -> None:
    code = "def f(a):\n    sink('ls ' + shlex.quote(a))"
    assert value("python", code).state is State.BUILT
    assert value("python", code, safe=("shlex.quote",)).state is State.CONSTANT
    assert value("python", code, safe=("quote",)).state is State.CONSTANT


def test_loops_end() -> None:
    assert value("python", "while 1:\n    a = b\n    b = a\n    sink(a)").state is not State.BUILT
    deep = "sink(" + "+".join(["'a'"] * 400) + ")"
    assert value("python", deep).state in set(State)
