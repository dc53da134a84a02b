from __future__ import annotations

import re
from contextlib import suppress

import pytest
from ast_grep_py import SgNode, SgRoot

from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.rule_store import BUILT_IN
from coderasst_hook.analyzers.rule_yaml import parse_shared
from coderasst_hook.analyzers.shared_utils import borders
from coderasst_hook.analyzers.taint import Borders, Marks, Source, Taint

FOLDERS = {"typescript": "javascript", "tsx": "javascript"}
SINK = {
    "python": "call",
    "javascript": "call_expression",
    "typescript": "call_expression",
    "go": "call_expression",
    "java": "method_invocation",
    "php": "function_call_expression",
    "ruby": "call",
    "csharp": "invocation_expression",
    "kotlin": "call_expression",
    "scala": "call_expression",
    "rust": "call_expression",
    "swift": "call_expression",
}


def source(language: str, code: str, *, safe: tuple[str, ...] = ()) -> Source | None:
    """What the arguments of ``sink(…)`` in ``code`` have from outside, by the built-in borders."""
    path = BUILT_IN / FOLDERS.get(language, language) / "_shared.yaml"
    known = Borders.of(borders(parse_shared(path.read_text(), str(path))))
    assert known is not None
    if language == "php":
        code = f"<?php {code}"
    root = SgRoot(code, language).root()
    taint = Taint(Code(root, language), Marks.of(root, known), safe)
    sink = root.find(kind=SINK[language], regex=r"^sink\b")
    assert sink is not None
    found = [taint.source(part) for part in arguments(sink)]
    return next((one for one in found if one is not None), None)


def arguments(call: SgNode) -> list[SgNode]:
    return [part for part in call.children() if part.is_named()][1:]


FROM_OUTSIDE = [
    (
        "rust",
        'async fn f(Query(q): Query<Q>) { let n = q.name; sink(format!("<h1>{n}</h1>")) }',
        "",
    ),
    (
        "rust",
        'fn g(n: &str) -> String { format!("x {}", n) }\n'
        "async fn f(Query(q): Query<Q>) { sink(&g(&q.name)) }",
        "",
    ),
    ("python", "def f():\n    sink(request.args['a'])", "request.args"),
    (
        "python",
        "def f():\n    a = request.form\n    b = a['x'].strip()\n    c = b\n    sink('x' + c)",
        "",
    ),
    (
        "python",
        "def f():\n    parts = []\n    parts.append(request.args['a'])\n    sink(parts)",
        "",
    ),
    ("python", "def f():\n    sink({'a': request.json})", ""),
    ("python", "def f():\n    for a in request.files:\n        sink(a)", ""),
    ("python", "def f(ok):\n    sink(request.json if ok else None)", ""),
    # by a function of the file that returns it, that is called with it, and both
    ("python", "def get():\n    return request.json\ndef f():\n    sink(get())", ""),
    ("python", "def load(a):\n    sink(a)\ndef f():\n    load(request.json)", ""),
    ("python", "def load(b, *, a):\n    sink(a)\ndef f():\n    load(1, a=request.json)", ""),
    ("python", "def same(a):\n    return a\ndef f():\n    sink(same(request.json))", ""),
    (
        "python",
        "class V:\n    def t(self):\n        return request.json\n    def f(self):\n"
        "        sink(self.t())",
        "",
    ),
    (
        "python",
        "class V:\n    def f(self):\n        self.a = request.json\n        sink(self.a)",
        "",
    ),
    ("python", "@app.get('/{name}')\ndef f(name):\n    sink(name)", "name"),
    ("python", "@app.get('/{name}')\ndef f(name: str = 'a'):\n    sink(name)", "name"),
    # of a table, the entry that is asked for; all of it where that is not told
    ("python", "def f():\n    a = {'x': request.json, 'y': 1}\n    sink(a['x'])", ""),
    ("python", "def f(k):\n    a = {'x': request.json, 'y': 1}\n    sink(a[k])", ""),
    ("python", "def f(b):\n    a = {**b, 'x': request.json}\n    sink(a['y'])", ""),
    ("python", "def f():\n    a = {}\n    a['x'] = request.json\n    sink(a['x'])", ""),
    ("javascript", "function f(req) { const a = { x: req.body }; sink(a.x); }", ""),
    ("javascript", "function f(req) { const x = req.body; const a = { x }; sink(a.x); }", ""),
    (
        "javascript",
        "function g(o) { sink(o.x); } function f(req) { g({ x: req.body, y: 1 }); }",
        "",
    ),
    ("javascript", "function f(req) { const a = { y: 1, ...req.body }; sink(a.x); }", ""),
    ("ruby", "def f\n  a = { x: params[:a], y: 1 }\n  sink(a[:x])\nend", ""),
    ("javascript", "function f(req) { const { a } = req.query; sink(`x${a}`); }", ""),
    ("javascript", "const get = (req) => req.query.a; function f(req) { sink(get(req)); }", ""),
    ("javascript", "function go(a) { sink(a); }\napp.get('/', (req, r) => go(req.body));", ""),
    ("typescript", "class C { f(@Query('a') a: string) { sink(a); } }", "a"),
    ("go", "package p\nfunc f(r *http.Request) { a, _ := io.ReadAll(r.Body); sink(a) }", "r.Body"),
    (
        "go",
        "package p\nfunc f(r *http.Request) { var v T; "
        "json.NewDecoder(r.Body).Decode(&v); sink(v) }",
        "",
    ),
    (
        "go",
        "package p\nfunc g(r *http.Request) string { return r.FormValue(`a`) }\n"
        "func f(r *http.Request) { sink(g(r)) }",
        "",
    ),
    (
        "java",
        'class A { String g(R request) { return request.getParameter("a"); '
        "} void f(R r) { sink(g(r)); } }",
        "",
    ),
    ("java", 'class A { @GetMapping("/") void f(@RequestParam String a) { sink(a); } }', "a"),
    (
        "java",
        "class A { void f(R r) { StringBuilder b = new StringBuilder(); "
        'b.append(r.getHeader("a")); sink(b.toString()); } }',
        "",
    ),
    ("php", "function g() { return $_GET['a']; } sink(g());", "$_GET"),
    ("php", "$a = \"x{$_POST['b']}\"; sink($a);", ""),
    ("php", "class A { private $x; function f($request) { sink($request->input('a')); } }", ""),
    ("ruby", "def target\n  params[:a]\nend\ndef f\n  sink(target)\nend", "params"),
    ("ruby", 'def f\n  sink "a#{request.body}"\nend', ""),
    ("csharp", 'class C { void F() { var a = Request.Query["a"]; sink(a); } }', "Request.Query"),
    ("csharp", "class C { [HttpGet] public IActionResult F(string a) { sink(a); } }", "a"),
    ("kotlin", 'fun f(r: R) { val a = r.getParameter("a"); sink(a) }', ""),
    ("kotlin", "fun f(@RequestParam a: String) { sink(a) }", "a"),
    (
        "scala",
        'object A { def f(request: R) = { val a = request.getQueryString("a"); sink(a) } }',
        "",
    ),
]


@pytest.mark.parametrize(("language", "code", "said"), FROM_OUTSIDE)
def test_it_finds_what_comes_from_outside(language: str, code: str, said: str) -> None:
    found = source(language, code)
    assert found is not None
    assert found.text == said or not said


NOT_FROM_OUTSIDE = [
    ("python", "def f(a):\n    sink(a)"),
    ("python", "def f():\n    sink(int(request.args['a']))"),
    ("python", "def f():\n    sink(request.args['a'] - 1)"),
    ("python", "def f():\n    a = {'x': request.json, 'y': 1}\n    sink(a['y'])"),
    ("python", "def f():\n    a = {'y': 1}\n    a['x'] = request.json\n    sink(a['y'])"),
    ("javascript", "function f(req) { const a = { x: req.body, y: 1 }; sink(a.y); }"),
    ("javascript", "function g(o) { sink(o.y); } function f(req) { g({ x: req.body, y: 1 }); }"),
    ("ruby", "def f\n  a = { x: params[:a], y: 1 }\n  sink(a[:y])\nend"),
    # what one method is called on is not what another one is given
    (
        "python",
        "class V:\n    def a(self):\n        sink(self.path)\n    def b(self, x):\n"
        "        V.a(x, request.json)\n        b(request.json)\n",
    ),
    ("python", "def f():\n    a = request.json\n    a = 'x'\n    sink(a)"),
    ("python", "OK = {'a': 'b'}\ndef f():\n    sink(OK[request.json])"),
    ("python", "OK = {'a': 'b'}\ndef f():\n    sink(OK.get(request.json))"),
    ("python", "def f():\n    sink(request.json == 'a')"),
    ("python", "def f():\n    sink(lambda: request.json)"),
    ("python", "def f():\n    sink('a' if request.json else 'b')"),
    # a function of the file that does not hand it on
    ("python", "def size(a):\n    return len(a)\ndef f():\n    sink(size(request.json))"),
    ("python", "def load(a, b):\n    sink(b)\ndef f():\n    load(request.json, 1)"),
    ("python", "def again(a):\n    return again(a)\ndef f():\n    sink(again(request.json))"),
    ("python", "@app.get('/{n}')\ndef f(n: int):\n    sink(n)"),
    # the argument of this call, not of another
    (
        "python",
        "def same(a):\n    return a\ndef f():\n    log(same(request.json))\n    sink(same(1))",
    ),
    ("python", "def f():\n    client.strip(request.json)\ndef strip(a):\n    sink(a)"),
    ("javascript", "const n = (x) => parseInt(x, 10); function f(req) { sink(n(req.query.a)); }"),
    ("go", "package p\nfunc f(r *http.Request) { b, _ := os.ReadFile(r.FormValue(`a`)); sink(b) }"),
    ("java", 'class A { void f(R r) { sink(Integer.parseInt(r.getParameter("a"))); } }'),
    ("java", 'class A { void f(R r) { sink("a".equals(r.getParameter("a"))); } }'),
    ("php", "function n($a) { return intval($a); } sink(n($_GET['a']));"),
    ("ruby", "def f\n  sink(params[:a].to_i)\nend"),
    ("kotlin", 'fun f(r: R) { sink(r.getParameter("a").toInt()) }'),
]


@pytest.mark.parametrize(("language", "code"), NOT_FROM_OUTSIDE)
def test_it_leaves_alone_what_does_not(language: str, code: str) -> None:
    assert source(language, code) is None


def test_what_a_rule_trusts_ends_it() -> None:
    code = "def f():\n    sink(shlex.quote(request.json))"
    assert source("python", code) is not None
    assert source("python", code, safe=("shlex.quote",)) is None
    assert source("python", code, safe=("quote",)) is None


def test_two_functions_that_call_each_other_come_to_an_end() -> None:
    one, other = "def a(x):\n    return b(x)\n", "def b(x):\n    return a(x)\n"
    code = f"{one}{other}def f():\n    sink(a(request.json))"
    assert source("python", code) is None


def test_names_that_are_made_of_each_other_come_to_an_end() -> None:
    names = "".join(f"    a{i} = a{i - 1} + b{i - 1}\n    b{i} = a{i - 1}\n" for i in range(1, 40))
    code = f"def f(a0, b0):\n{names}    sink(a39)\n    other(request.json)"
    assert source("python", code) is None


@pytest.mark.parametrize(
    ("code", "is_sure"),
    [
        ("def f():\n    sink('a'.join(request.args['a'].strip()))", True),
        ("def f():\n    sink(load(request.json))", False),
        ("def f():\n    a = load(request.json)\n    sink('x' + a)", False),
        ("def f():\n    sink(load(request.json), request.form)", True),
        ("def f():\n    sink([load(request.json), request.form])", True),
        ("def load(a):\n    return a\ndef f():\n    sink(load(request.json))", True),
    ],
)
def test_a_function_of_another_file_may_answer_anything(code: str, is_sure: bool) -> None:
    found = source("python", code)
    assert found is not None
    assert found.is_sure is is_sure


@pytest.mark.parametrize(("language", "code", "said"), FROM_OUTSIDE)
def test_code_that_is_cut_or_lacks_its_names_is_borne(language: str, code: str, said: str) -> None:
    nameless = re.sub(r"\b(def|func|fun|function|String|void) \w+", r"\1 ", code)
    for broken in (nameless, *(f"{code[:end]} sink(a)" for end in range(0, len(code), 5))):
        with suppress(AssertionError):  # where no call is left
            source(language, broken)
