from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from coderasst_hook.language_names import AST_GREP, LANGUAGES
from coderasst_hook.languages import (
    CommentSyntax,
    ast_grep_name,
    comment_syntax,
    is_data,
    is_prose,
    is_test_path,
    language_of,
)


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", "python"),
        ("deep/er/Stub.PYI", "python"),
        ("a.tsx", "tsx"),
        ("a.jsx", "javascript"),
        ("a.mts", "typescript"),
        ("a.C", "cpp"),
        ("a.c", "c"),
        ("a.S", "assembly"),
        ("main.tf", "hcl"),
        ("image.pkr.hcl", "hcl"),
        (".github/workflows/ci.yml", "yaml"),
        ("Dockerfile", "dockerfile"),
        ("docker/Dockerfile.dev", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        ("GNUmakefile", "makefile"),
        ("rules.mk", "makefile"),
        ("Jenkinsfile-nightly", "groovy"),
        ("Gemfile", "ruby"),
        ("CMakeLists.txt", "cmake"),
        (".env", "dotenv"),
        (".env.production", "dotenv"),
        ("config.toml.example", "toml"),
        ("service.conf.in", "ini"),
        ("App.vue", "vue"),
        ("x.ps1", "powershell"),
        ("x.fs", "fsharp"),
        ("x.ex", "elixir"),
        ("page.html.erb", "html"),
        ("na\udcffme.rb", "ruby"),
        ("LICENSE", None),
        ("no.such-extension", None),
        ("", None),
        (".", None),
        ("folder.py/file", None),
    ],
)
def test_the_name_tells_the_language(path: str, language: str | None) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("first_line", "language"),
    [
        ("#!/bin/sh", "bash"),
        ("#! /usr/bin/env python3", "python"),
        ("#!/usr/bin/python3.12 -u\r", "python"),
        ("#!/usr/bin/env -S DEBUG=1 node --trace", "javascript"),
        ("\ufeff#!/usr/bin/ruby", "ruby"),
        ("#!/usr/bin/env", None),
        ("#!", None),
        ("#!/opt/unheard-of", None),
        ("// -*- C++ -*-", "cpp"),
        ("# -*- mode: python; tab-width: 4 -*-", "python"),
        ("# -*- coding: utf-8 -*-", None),
        ("<?php echo 1;", "php"),
        ('<?xml version="1.0"?>', "xml"),
        ("<!DOCTYPE html>", "html"),
        ("just words", None),
    ],
)
def test_a_file_without_extension_is_known_by_its_first_line(
    first_line: str, language: str | None
) -> None:
    assert language_of("bin/tool", first_line) == language


def test_a_translation_of_qt_is_not_typescript() -> None:
    assert language_of("de.ts", '<?xml version="1.0"?>') == "xml"
    assert language_of("de.ts", "export {}") == "typescript"


def test_every_name_for_ast_grep_is_one_that_it_parses() -> None:
    for name in AST_GREP:
        assert ast_grep_name(name) == name
        SgRoot("x\n", name).root()


@pytest.mark.parametrize("name", [None, "", "cobol", "PYTHON", "vue", "make"])
def test_no_other_name_reaches_ast_grep(name: str | None) -> None:
    assert ast_grep_name(name) is None


def test_every_language_has_comments_of_strings() -> None:
    for language in (*LANGUAGES, None, "unheard-of"):
        syntax = comment_syntax(language)
        assert isinstance(syntax, CommentSyntax)
        assert isinstance(syntax.line, tuple)
        assert syntax.line or syntax.block, language
        assert all(opener for opener in syntax.line)
        assert all(start and end for start, end in syntax.block)


@pytest.mark.parametrize(
    ("language", "line", "block"),
    [
        ("python", "#", None),
        ("go", "//", ("/*", "*/")),
        ("sql", "--", ("/*", "*/")),
        ("css", None, ("/*", "*/")),
        ("html", "//", ("<!--", "-->")),
        ("erlang", "%", None),
        ("clojure", ";", ("#|", "|#")),
        ("batch", "rem", None),
        ("vbnet", "'", None),
        (None, "#", ("<!--", "-->")),
    ],
)
def test_comments_look_as_the_language_has_them(
    language: str | None, line: str | None, block: tuple[str, str] | None
) -> None:
    syntax = comment_syntax(language)
    assert (line in syntax.line) if line else not syntax.line
    assert (block in syntax.block) if block else not syntax.block


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_x.py",
        "src/conftest.py",
        "pkg/chunk_test.go",
        "src/app.spec.ts",
        "src/__tests__/app.js",
        "spec/models/user_spec.rb",
        "src/test/java/a/LoginTest.java",
        "LoginTests.cs",
        "App.Tests/Login.cs",
        "TestLogin.java",
        "examples/run.py",
        "t/basic.t",
        "testdata/in.json",
        "Fixtures/a.yml",
    ],
)
def test_tests_fixtures_and_examples_are_told(path: str) -> None:
    assert is_test_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "latest.java",
        "src/contest.py",
        "attestation/key.go",
        "greatest.rb",
        "src/inspect.py",
        "x.ts",
    ],
)
def test_a_name_that_only_sounds_like_a_test_is_none(path: str) -> None:
    assert not is_test_path(path)


def test_prose_and_data_are_told_from_code() -> None:
    assert is_prose("markdown")
    assert not is_prose("python")
    assert is_data("json")
    assert not is_data(None)
