"""Chat templates of transformers become templates of Ollama that say the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coderasst_hook.errors import UsageError
from trainer.export.chat_template import derive
from trainer.export.checks import examine
from trainer.export.model_folder import ModelFolder
from trainer.export.modelfile import Modelfile

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
QWEN = (
    "{%- if messages[0]['role'] == 'system' %}{{- '<|im_start|>system\n' + messages[0]['content'] "
    "+ '<|im_end|>\n' }}{%- else %}{{- '<|im_start|>system\nYou are helpful.<|im_end|>\n' }}"
    "{%- endif %}{%- for message in messages %}{%- if message.role != 'system' %}"
    "{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}"
    "{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"
)
LLAMA3 = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
    "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim "
    "+ '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}"
    "{{ content }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
ROLES_OF_ITS_OWN = (
    "{% for m in messages %}{% if m.role == 'assistant' %}<bot>{{ m.content }}{{ eos_token }}"
    "{% else %}[{{ m.role | upper }}]{{ m.content }}[/]{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<bot>{% endif %}"
)


@pytest.fixture(scope="module")
def folder(tiny_base: Path) -> ModelFolder:
    return examine(tiny_base)


def test_our_own_is_the_one_that_training_names(folder: ModelFolder) -> None:
    from trainer.training.special_tokens import OLLAMA_TEMPLATE

    assert derive(folder).go == OLLAMA_TEMPLATE


@pytest.mark.parametrize(
    ("template", "go"),
    [
        (
            CHATML,
            "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
            "<|im_start|>assistant\n",
        ),
        (
            QWEN,
            "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
            "<|im_start|>assistant\n",
        ),
        (
            LLAMA3,
            "{{ range .Messages }}<|start_header_id|>{{ .Role }}<|end_header_id|>\n\n{{ .Content }}"
            "<|eot_id|>{{ end }}<|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
        (
            ROLES_OF_ITS_OWN,
            '{{ range .Messages }}{{ if eq .Role "system" }}[SYSTEM]{{ .Content }}[/]'
            '{{ else }}{{ if eq .Role "user" }}[USER]{{ .Content }}[/]'
            '{{ else }}{{ if eq .Role "assistant" }}<bot>{{ .Content }}</s>'
            "{{ end }}{{ end }}{{ end }}{{ end }}<bot>",
        ),
    ],
    ids=["ChatML", "Qwen", "Llama 3", "marks of its own"],
)
def test_others_are_read_off(folder: ModelFolder, template: str, go: str) -> None:
    assert derive(replace(folder, template=template)).go == go


def test_blanks_that_the_template_drops_are_dropped_from_the_system_text(
    folder: ModelFolder,
) -> None:
    made = Modelfile.of(replace(folder, template=LLAMA3), "Review.\n")

    assert made.system == "Review."
    assert Modelfile.of(folder, "Review.\n").system == "Review.\n"


def test_braces_of_a_template_stay_braces(folder: ModelFolder) -> None:
    template = CHATML.replace("<|im_end|>", "{" + "{x}" + "}")

    assert '{{ "{{" }}x}}' in derive(replace(folder, template=template)).go


def test_the_answer_stops_at_its_end_and_where_another_turn_begins(folder: ModelFolder) -> None:
    made = Modelfile.of(replace(folder, template=CHATML), "Review.")

    assert made.parameters["stop"] == (
        *("</s>", "<|im_end|>"),
        *("<|im_start|>system", "<|im_start|>user", "<|im_start|>assistant"),
    )


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("", "has no chat template"),
        ("{% for m in messages %}{{ m.content }", "cannot be told to Ollama"),
        ("{{ raise_exception('no') }}", "no"),
        ("{% for m in messages %}{{ 1 // 0 }}{% endfor %}", "by zero"),
        ("{% for m in messages %}{% if m.role != 'system' %}{{ m.content }}{% endif %}{% endfor %}",
         "leaves out the system message"),
        ("{% for i in range(99999) %}aaaaaaaaaaaaaaaa{% endfor %}", "very long"),
        ("{% for m in messages %}{{ loop.index }}{{ m.role }}{{ m.content }}{% endfor %}",
         "cannot be told"),
        ("{% for m in messages %}{{ m.content }}{{ '.' if loop.last else '!' }}{% endfor %}",
         "a system message ends differently"),
        ("{% for m in messages %}{{ m.content }}{{ '.' if loop.index == 4 else '!' }}{% endfor %}",
         "messages end differently"),
        ("{% for m in messages %}{{ m.role }}{{ m.content | replace('p', 'q') }}{% endfor %}",
         "more than to set marks"),
        ("{{ ''.__class__.__mro__ }}", "cannot be told"),
        ("x" * 70_000, "longer than"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said(folder: ModelFolder, template: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        derive(replace(folder, template=template))

    assert caught.value.next_step


def test_a_text_that_a_modelfile_cannot_hold_is_refused(folder: ModelFolder) -> None:
    made = Modelfile.of(folder, 'say """ to end')

    with pytest.raises(UsageError, match="system text"):
        made.text("./model.gguf")


def test_the_modelfile_has_all_that_the_api_is_sent(folder: ModelFolder) -> None:
    made = Modelfile.of(folder, "Review.", context=128, licences=("MIT\n…",))

    template = "{{ range .Messages }}<|{{ .Role }}|>{{ .Content }}</s>{{ end }}<|assistant|>"
    assert made.text("./m.gguf", adapter="./a.gguf").splitlines() == [
        "FROM ./m.gguf",
        "ADAPTER ./a.gguf",
        f'TEMPLATE """{template}"""',
        'SYSTEM """Review."""',
        "PARAMETER num_ctx 128",
        "PARAMETER temperature 0",
        "PARAMETER repeat_penalty 1",
        'PARAMETER stop """</s>"""',
        'PARAMETER stop """<|system|>"""',
        'PARAMETER stop """<|user|>"""',
        'PARAMETER stop """<|assistant|>"""',
        "PARAMETER num_thread 1",
        'LICENSE """MIT',
        '…"""',
    ]
