"""Which language a file is in, how its comments look, and whether it is a test.

The names are ast-grep's where it has the language, else the usual one in lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename

from coderasst_hook.language_names import (
    ALIASES,
    AST_GREP,
    CASE_EXTENSIONS,
    EXTENSIONS,
    FILE_NAMES,
    INTERPRETERS,
    LANGUAGES,
)

_SHEBANG = re.compile(r"#!\s*(\S+)\s*(.*)")
_VERSION = re.compile(r"[\d.]+$")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_MODE_LINE = re.compile(r"-\*-\s*(?:.*?\bmode:\s*)?([\w+#-]+)\s*(?:;.*)?-\*-", re.IGNORECASE)
# Dockerfile.dev, Makefile.linux, Jenkinsfile-nightly: a known name, then what it is for.
_PURPOSE = re.compile(r"(dockerfile|containerfile|makefile|jenkinsfile)[.\-_].+")


def language_of(path: str, first_line: str = "") -> str | None:
    """The language by file name, then extension, then the shebang or mode line of ``first_line``.

    None where nothing is known of it.
    """
    name = basename(path)
    by_name = _by_name(name)
    if by_name == "typescript" and first_line.lstrip("\ufeff").startswith("<?xml"):
        return "xml"  # Qt's translation files end in .ts, too
    return by_name or _by_first_line(first_line)


def _by_name(name: str) -> str | None:
    lowered = name.lower()
    if lowered in FILE_NAMES:
        return FILE_NAMES[lowered]
    # The longest extension first: "main.pkr.hcl" before "hcl"; ".env.local" has "env.local".
    parts = name.split(".")[1:]
    for start in range(len(parts)):
        extension = ".".join(parts[start:])
        if extension in CASE_EXTENSIONS:
            return CASE_EXTENSIONS[extension]
        if extension.lower() in EXTENSIONS:
            return EXTENSIONS[extension.lower()]
    if lowered.startswith(".env."):
        return "dotenv"
    if parts and parts[-1].lower() in {
        "in",
        "tmpl",
        "tpl",
        "template",
        "dist",
        "example",
        "sample",
    }:
        return _by_name(name[: -len(parts[-1]) - 1])
    purpose = _PURPOSE.fullmatch(lowered)
    return FILE_NAMES[purpose[1]] if purpose else None


def _by_first_line(line: str) -> str | None:
    line = line.lstrip("\ufeff").rstrip("\r\n")[:500]
    shebang = _SHEBANG.match(line)
    if shebang:
        words = [shebang[1], *shebang[2].split()]
        if basename(words[0]) == "env":
            # env -S and NAME=value come before the program that is run.
            words = [w for w in words[1:] if not w.startswith("-") and not _ASSIGNMENT.match(w)]
        interpreter = basename(words[0]).lower() if words else ""
        return INTERPRETERS.get(interpreter) or INTERPRETERS.get(_VERSION.sub("", interpreter))
    if line.startswith("<?xml"):
        return "xml"
    if line.startswith("<?php"):
        return "php"
    if line[:14].lower() == "<!doctype html":
        return "html"
    mode = _MODE_LINE.search(line)
    if mode:
        named = ALIASES.get(mode[1].lower(), mode[1].lower())
        return named if named in LANGUAGES else None
    return None


def ast_grep_name(language: str | None) -> str | None:
    """``language`` if ast-grep-py can parse it; it panics at a name that it does not know."""
    return language if language in AST_GREP else None


@dataclass(frozen=True, slots=True)
class CommentSyntax:
    """``line``: what starts a comment to the end of the line; ``block``: pairs around one."""

    line: tuple[str, ...] = ()
    block: tuple[tuple[str, str], ...] = ()


_C_BLOCK = ("/*", "*/")
_MARKUP = ("<!--", "-->")
_HASH = CommentSyntax(("#",))
_C_LIKE = CommentSyntax(("//",), (_C_BLOCK,))
_XML = CommentSyntax((), (_MARKUP,))
_LISP = CommentSyntax((";",), (("#|", "|#"),))
# Markup that embeds scripts and styles has their comments as well.
_WEB = CommentSyntax(("//",), (_MARKUP, _C_BLOCK))
_TEMPLATE = CommentSyntax((), (("{#", "#}"), _MARKUP, ("{{!--", "--}}"), ("{{!", "}}")))
_UNKNOWN = CommentSyntax(
    ("#", "//", "--", ";", "%", "rem", "REM", "::"), (_C_BLOCK, _MARKUP, ("(*", "*)"))
)

_SYNTAX: dict[CommentSyntax, str] = {
    _HASH: (
        "bash awk cmake crystal cython dockerfile dotenv elixir fish graphql julia"
        " makefile meson mojo nginx perl python r robot ruby starlark tcl toml yaml"
    ),
    _C_LIKE: (
        "apex bicep c cpp csharp cue d dart go go-mod groovy haxe java javascript kotlin less"
        " objective-c prisma protobuf qml rust scala scss sass solidity stylus swift tsx typescript"
        " v vala verilog wgsl glsl gleam"
    ),
    _XML: "xml markdown",
    _WEB: "html vue svelte astro razor",
    _LISP: "commonlisp scheme racket",
    _TEMPLATE: "jinja twig handlebars",
    CommentSyntax((), (_C_BLOCK,)): "css",
    CommentSyntax((";;", ";"), (("#|", "|#"),)): "clojure",
    CommentSyntax(("#", "//"), (_C_BLOCK,)): "php hcl json jsonnet thrift terraform-template",
    CommentSyntax(("#",), (_C_BLOCK,)): "nix puppet",
    CommentSyntax(("#",), (("###", "###"),)): "coffeescript",
    CommentSyntax(("#",), (("#[", "]#"),)): "nim",
    CommentSyntax(("#",), (("<#", "#>"),)): "powershell",
    CommentSyntax(("#", ";", "//", "@"), (_C_BLOCK,)): "assembly",
    CommentSyntax(("#", ";")): "ini",
    CommentSyntax(("--",)): "ada vhdl",
    CommentSyntax(("--", "#"), (_C_BLOCK,)): "sql plsql",
    CommentSyntax(("--",), (("--[[", "]]"),)): "lua",
    CommentSyntax(("--",), (("{-", "-}"),)): "haskell elm purescript",
    CommentSyntax(("%",)): "erlang tex",
    CommentSyntax(("%", "#"), (("%{", "%}"),)): "matlab",
    CommentSyntax(("%",), (_C_BLOCK,)): "prolog",
    CommentSyntax(("!", "c ", "C ", "*")): "fortran",
    CommentSyntax(("*>", "*")): "cobol",
    CommentSyntax(("rem", "REM", "Rem", "::")): "batch",
    CommentSyntax(("'", "rem", "REM", "Rem")): "vbnet",
    CommentSyntax(('"', "#")): "vim",
    CommentSyntax(("//",), (("(*", "*)"),)): "fsharp",
    CommentSyntax((), (("(*", "*)"),)): "ocaml",
    CommentSyntax(("//",), (("(*", "*)"), ("{", "}"))): "pascal",
    CommentSyntax((), (('"', '"'),)): "smalltalk",
    CommentSyntax(("//", "-#", "/")): "haml slim pug",
    CommentSyntax(("..",)): "restructuredtext",
    CommentSyntax(("//",), (("////", "////"),)): "asciidoc",
    CommentSyntax((";;",), (("(;", ";)"),)): "wat",
    CommentSyntax(("//",)): "zig",
}
_BY_LANGUAGE = {
    language: syntax for syntax, languages in _SYNTAX.items() for language in languages.split()
}


def comment_syntax(language: str | None) -> CommentSyntax:
    """How comments look; for an unknown language, every common way at once."""
    return _BY_LANGUAGE.get(language or "", _UNKNOWN)


_TEST_FOLDER_NAMES = (
    "test tests testing testdata test-data test_data testlib __tests__ __mocks__ __snapshots__ spec"
    " specs fixture fixtures e2e cypress integration-tests integration_tests unittest unittests"
    " androidtest example examples sample samples demo demos mocks stubs bench benches benchmark"
    " benchmarks t"
)
_TEST_FOLDERS = frozenset(_TEST_FOLDER_NAMES.split())
_TEST_NAME = re.compile(
    r"""
      (?:test|tests|testing|conftest|spec)\.\w+       # test.js, conftest.py
    | (?:tests?|spec)[_\-.].+                         # test_chunks.py, test-login.sh
    | .+[_\-.](?:tests?|spec|e2e|unittest|cy|stories)\.\w+  # chunk_test.go, app.spec.ts
    | .+_(?:spec|test)\.rb
    | .+\.t                                           # Perl
    """,
    re.VERBOSE | re.IGNORECASE,
)
# LoginTest.java, LoginTests.cs, LoginSpec.scala: the capital tells them from "latest.java".
_TEST_CLASS = re.compile(
    r"(?:.*[a-z0-9])?(?:Tests?|TestCase|Spec|IT)"
    r"\.(?:java|kt|kts|cs|scala|groovy|swift|php|fs|vb|hs|m|cpp|dart)"
    r"|Test[A-Z]\w*\.(?:java|kt|scala|groovy|hs)"
)


def is_test_path(path: str) -> bool:
    """Whether ``path`` is a test, a fixture or an example, by the habits of its ecosystem."""
    *folders, name = path.split("/")
    return (
        any(_words_of(folder) & _TEST_FOLDERS for folder in folders)
        or any(folder.endswith((".Tests", ".Test", ".UnitTests", "Tests")) for folder in folders)
        or bool(_TEST_NAME.fullmatch(name) or _TEST_CLASS.fullmatch(name))
    )


def _words_of(folder: str) -> set[str]:
    """``_examples`` and ``typing-examples`` are examples, too; ``latest`` is no test."""
    name = folder.lower()
    return {name, name.strip("_"), name.rpartition("-")[2]}


_PROSE = frozenset({"markdown", "restructuredtext", "asciidoc", "text", "tex"})
_DATA = frozenset({"json", "yaml", "toml", "xml", "ini", "csv", "dotenv", "diff"})


def is_prose(language: str | None) -> bool:
    """Text for people, where code rules say little."""
    return language in _PROSE


def is_data(language: str | None) -> bool:
    """Configuration and data."""
    return language in _DATA
