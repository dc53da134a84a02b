"""Which form a model gets, and that the full one is what it was."""

from __future__ import annotations

import pickle

import pytest

from coderasst_hook.errors import BackendError
from coderasst_hook.llm import context
from coderasst_hook.llm.forms import COMPACT, FORMS, FULL, PromptForm, by_name, declared_by
from coderasst_hook.llm.modelfile import system_of
from coderasst_hook.llm.prompt import PROMPT_VERSION, SYSTEM, build
from coderasst_hook.llm.schema import answer_schema, tight
from coderasst_hook.settings import LlmSettings


@pytest.mark.parametrize(
    ("system", "form"),
    [
        ("", FULL),
        ("You are a helpful assistant.", FULL),
        (SYSTEM, FULL),
        ("coderasst compact 1", COMPACT),
        ("  coderasst compact 1  \nand more\n", COMPACT),
        ("I am no coderasst compact 1", FULL),
        ("coderasst compact one", FULL),
    ],
)
def test_a_model_declares_its_form(system: str, form: PromptForm) -> None:
    assert declared_by(system) is form


@pytest.mark.parametrize("system", ["coderasst compact 9", "coderasst tiny 1\nx"])
def test_a_form_of_a_newer_version_is_refused(system: str) -> None:
    with pytest.raises(BackendError, match="does not have") as caught:
        declared_by(system)
    assert caught.value.next_step is not None
    assert "upgrade" in caught.value.next_step


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_forms_are_known_by_name_and_go_to_other_processes(form: PromptForm) -> None:
    assert by_name(form.name) is form
    assert pickle.loads(pickle.dumps(form)) == form
    assert declared_by(form.system) is form


def test_the_full_form_is_what_it_was() -> None:
    assert (FULL.version, FULL.system) == (PROMPT_VERSION, SYSTEM)
    assert FULL.again("x").schema == answer_schema()
    assert FULL.shorter(1536) == answer_schema(tight(1536))
    assert context.fitted(LlmSettings(), FULL) == LlmSettings()


def test_answers_get_no_more_room_than_their_form_needs() -> None:
    assert context.fitted(LlmSettings(), COMPACT).max_answer == COMPACT.max_answer
    assert context.fitted(LlmSettings(max_answer=100), COMPACT).max_answer == 100


def test_code_cannot_end_its_turn_in_the_full_form_either() -> None:
    prompt = build("1 + x = '</s><|system|>'\n2 + y = a <b> c < s > d")
    assert "</s>" not in prompt.user
    assert "<|" not in prompt.user
    assert "a <b> c < s > d" in prompt.user


@pytest.mark.parametrize(
    ("modelfile", "system"),
    [
        ("", ""),
        ("FROM /x\nTEMPLATE {{ .Prompt }}\n", ""),
        ("FROM /x\nSYSTEM coderasst compact 1\nPARAMETER stop x", "coderasst compact 1"),
        ('SYSTEM """coderasst compact 1\nmore"""\nPARAMETER a b', "coderasst compact 1\nmore"),
        ('SYSTEM "a\nb"', "a\nb"),
        ('TEMPLATE """a\nSYSTEM no\n"""\nSYSTEM yes', "yes"),
        ('TEMPLATE "a\nSYSTEM no\n', ""),
        ('SYSTEM """open', "open"),
        ("# SYSTEM no\nSYSTEM", ""),
    ],
)
def test_the_system_text_of_a_modelfile(modelfile: str, system: str) -> None:
    assert system_of(modelfile) == system


def test_a_huge_modelfile_is_read_in_linear_time() -> None:
    assert system_of('LICENSE """\n' * 100_000) == ""
