"""The training examples that ship with the project: ``data/security_training_data.json``.

Each is a piece of code that somebody wrote by hand, with one issue and its mend, or with none: a
near miss, which teaches a model to keep quiet. ``security_examples.schema.json`` documents the
form; what a schema cannot say (evidence stands on its line, ids are unique) is held here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from coderasst_hook.errors import StoreError
from coderasst_hook.files import read_regular
from coderasst_hook.language_names import LANGUAGES
from coderasst_hook.models import Category, Severity

VERSION = 1
LARGEST_FILE = 16 * 1024 * 1024
"""Bytes: some ten thousand examples."""
TEST_SHARE = 0.15
VALIDATION_SHARE = 0.10

_OF_AN_ISSUE = (
    *("issue_type", "rule", "severity", "line", "end_line", "evidence"),
    *("suggestion", "fixed_code"),
)

_Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_RuleId = Annotated[str, Field(pattern=r"^([a-z]+/)?[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=80)]
_Text = Annotated[str, Field(min_length=1, max_length=20_000)]
_LineNumber = Annotated[int, Field(ge=1)]


class ShippedExample(BaseModel):
    """Where ``issue_type`` is None the code is clean, and all that tells of an issue is None."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Name
    language: str
    """A name of ``coderasst_hook.languages``."""
    path: _Text
    """Where the code could stand in its repository."""
    code: _Text
    issue_type: Category | None
    rule: _RuleId | None
    """A rule id of ours where one fits, else a name of its own in kebab case."""
    severity: Severity | None
    cwe: Annotated[str, Field(pattern=r"^CWE-[1-9][0-9]{0,4}$")] | None
    line: _LineNumber | None
    end_line: _LineNumber | None
    evidence: _Text | None
    """Line ``line`` of ``code``, with its indentation."""
    explanation: _Text
    """Why it matters in this code; of clean code, why it is not what it looks like."""
    suggestion: _Text | None
    fixed_code: _Text | None
    """The whole of ``code``, without the issue and still doing its job."""
    split: Literal["train", "validation", "test"]

    @model_validator(mode="after")
    def _hangs_together(self) -> ShippedExample:
        if self.language not in LANGUAGES:
            raise _bad("language", "is none of coderasst_hook.languages")
        if self.split != split_of(self.id):
            raise _bad("split", f"must be {split_of(self.id)!r}, as the id decides")
        given = {name: getattr(self, name) is not None for name in _OF_AN_ISSUE}
        if self.issue_type is None:
            for name in (*_OF_AN_ISSUE, "cwe"):
                if getattr(self, name) is not None:
                    raise _bad(name, "must be null where issue_type is")
            return self
        for name, is_given in given.items():
            if not is_given:
                raise _bad(name, "must not be null where issue_type is given")
        self._check_place()
        return self

    def _check_place(self) -> None:
        assert self.line is not None
        assert self.end_line is not None
        lines = self.code.removesuffix("\n").split("\n")
        if self.line > len(lines):
            raise _bad("line", f"is behind the last line, {len(lines)}")
        if not self.line <= self.end_line <= len(lines):
            raise _bad("end_line", f"must be from line to the last one, {len(lines)}")
        if self.evidence != lines[self.line - 1]:
            raise _bad("evidence", f"is not the text of line {self.line}")
        if self.code == self.fixed_code:
            raise _bad("fixed_code", "is the same as code")


def split_of(id: str) -> Literal["train", "validation", "test"]:
    """By a hash of the id alone, so that an example stays where it is whatever is added."""
    digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    if share < TEST_SHARE:
        return "test"
    return "validation" if share < TEST_SHARE + VALIDATION_SHARE else "train"


def load(path: Path) -> tuple[ShippedExample, ...]:
    """The examples, in the order of the file.

    Raises ``StoreError`` naming the file and, of the first bad example, its id and field.
    """
    document = _read(path)
    if not isinstance(document, dict) or not isinstance(document.get("examples"), list):
        raise StoreError(f'{path} has no list of "examples"')
    if document.get("version") != VERSION:
        raise StoreError(f'{path}: its "version" is not {VERSION}')
    return tuple(_examples(path, document["examples"]))


def _read(path: Path) -> Any:
    try:
        raw = read_regular(path, LARGEST_FILE + 1)
    except FileNotFoundError:
        raise StoreError(f"there is no {path}") from None
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
    if len(raw) > LARGEST_FILE:
        raise StoreError(f"{path} is larger than {LARGEST_FILE >> 20} MiB")
    try:
        return json.loads(raw)
    except json.JSONDecodeError as error:
        raise StoreError(f"{path} is not JSON at line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise StoreError(f"{path} is not JSON that can be read") from None


def _examples(path: Path, items: list[Any]) -> Iterator[ShippedExample]:
    seen: set[str] = set()
    for number, item in enumerate(items, start=1):
        try:
            example = ShippedExample.model_validate(item)
        except ValidationError as error:
            raise StoreError(f"{path}, {_name(item, number)}, {_problem(error)}") from None
        if example.id in seen:
            raise StoreError(f"{path}, {_name(item, number)}, 'id': occurs twice")
        seen.add(example.id)
        yield example


def _name(item: Any, number: int) -> str:
    given = item.get("id") if isinstance(item, dict) else None
    return f"example {given[:80]!r}" if isinstance(given, str) else f"example {number}"


def _problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    if problem["type"] == "inconsistent":
        return problem["msg"]
    message = problem["msg"][0].lower() + problem["msg"][1:]
    field = ".".join(map(str, problem["loc"]))
    return f"{field!r}: {message}" if field else message


def _bad(field: str, what: str) -> PydanticCustomError:
    # As a template it would take braces in a text for its own.
    return PydanticCustomError("inconsistent", "'{field}': {what}", {"field": field, "what": what})
