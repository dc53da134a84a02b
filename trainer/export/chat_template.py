"""From a chat template of transformers (Jinja) to one of Ollama (Go).

The template is not translated but tried out: what stands before and after the content of each role
is read off from conversations with known contents, and what was read off is then held to further
conversations. So ChatML, Llama's, Qwen's and our own are understood, however they are written; one
that does more than to set marks around each message is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coderasst_hook.errors import UsageError
from coderasst_hook.untrusted import one_line
from trainer.export.model_folder import ModelFolder, text_of
from trainer.extras import need

ROLES = ("system", "user", "assistant")
LARGEST = 64 * 1024
"""Characters of a chat template."""
_LONGEST = 20_000
"""Characters of a short conversation, rendered."""

Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """``before`` and ``after`` each content, by role; ``prompt`` is what asks for an answer."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    prompt: str
    trims: bool = False
    """Whether blanks around a content are dropped, which Ollama cannot do."""

    def render(self, messages: Sequence[Message]) -> str:
        """As Ollama renders it: without the token that begins a text, up to the answer."""
        turns = (
            self.before[one["role"]] + one["content"] + self.after[one["role"]] for one in messages
        )
        return "".join(turns) + self.prompt

    @property
    def go(self) -> str:
        """The text of TEMPLATE."""
        return "{{ range .Messages }}" + self._turn() + "{{ end }}" + _literal(self.prompt)

    def _turn(self) -> str:
        marks = {
            tuple(self.before[role].split(role)) if self.before[role].count(role) == 1 else (role,)
            for role in ROLES
        }
        if len(marks) == 1 and len(set(self.after.values())) == 1:
            left, right = next(iter(marks))
            after = _literal(self.after["user"])
            return f"{_literal(left)}{{{{ .Role }}}}{_literal(right)}{{{{ .Content }}}}{after}"
        cases = [
            f'{{{{ if eq .Role "{role}" }}}}{_literal(self.before[role])}'
            f"{{{{ .Content }}}}{_literal(self.after[role])}"
            for role in ROLES
        ]
        return "{{ else }}".join(cases) + "{{ end }}" * len(cases)

    def stops(self, end: str) -> tuple[str, ...]:
        """Where an answer ends: at the ``end`` token, and where another turn would begin."""
        marks = (self.after["assistant"], *(self.before[role] for role in ROLES))
        found = (end, *(mark.strip().split("\n")[0] for mark in marks))
        return tuple(dict.fromkeys(stop for stop in found if len(stop) > 1))


def derive(folder: ModelFolder) -> ChatTemplate:
    """Raises ``UsageError`` where there is no template, or one that cannot be told in Go."""
    if not folder.template:
        raise UsageError(
            f"the tokenizer of {folder.path} has no chat template",
            next_step="name one in tokenizer_config.json: chat_template",
        )
    source = _Source.of(folder)
    system, user, answer, last = "\x02S\x03", "\x02U\x03", "\x02A\x03", "\x02L\x03"
    whole = source.render(
        [
            _says("system", system),
            _says("user", user),
            _says("assistant", answer),
            _says("user", last),
        ],
        prompt=False,
    )
    ends = source.render([_says("system", system)], prompt=False)
    parts = _between(whole, (system, user, answer, last))
    after_system = _between(ends, (system,))[1]
    if not parts[1].startswith(after_system):
        raise _irregular(folder, "a system message ends differently where a user's follows")
    before_user = parts[1][len(after_system) :]
    after_user = parts[4]
    if not parts[2].startswith(after_user) or not parts[3].endswith(before_user):
        raise _irregular(folder, "messages end differently where others follow")
    prompted = source.render([_says("system", system), _says("user", user)], prompt=True)
    found = ChatTemplate(
        before={"system": parts[0], "user": before_user, "assistant": parts[2][len(after_user) :]},
        after={
            "system": after_system,
            "user": after_user,
            "assistant": parts[3][: len(parts[3]) - len(before_user)],
        },
        prompt=_between(prompted, (system, user))[2].removeprefix(after_user),
        trims=" x " not in source.render([_says("system", " x ")], prompt=False),
    )
    for messages in _PROBES:
        if found.render(messages) != source.render(messages, prompt=True):
            raise _irregular(folder, "it does more than to set marks around each message")
    return found


_PROBES: tuple[tuple[Message, ...], ...] = (
    ({"role": "system", "content": "Review."}, {"role": "user", "content": "def f():\n    pass"}),
    (
        {"role": "system", "content": "a"},
        {"role": "user", "content": "b\n\nc"},
        {"role": "assistant", "content": '{"findings": []}'},
        {"role": "user", "content": "é ← 日本"},
    ),
    (
        {"role": "system", "content": "s"},
        {"role": "user", "content": "1"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": "3"},
        {"role": "assistant", "content": "4"},
        {"role": "user", "content": "5"},
    ),
)


@dataclass(frozen=True, slots=True)
class _Source:
    template: Any
    variables: Mapping[str, str]
    begin: str
    folder: ModelFolder

    @classmethod
    def of(cls, folder: ModelFolder) -> _Source:
        if len(folder.template) > LARGEST:
            raise _irregular(folder, f"it is longer than {LARGEST:,} characters")
        sandbox = need("jinja2.sandbox")
        errors = need("jinja2").TemplateError
        environment = sandbox.ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: ""
        try:
            template = environment.from_string(folder.template)
        except (errors, RecursionError) as error:
            raise _irregular(folder, one_line(str(error), 120)) from None
        names = ("bos_token", "eos_token", "pad_token", "unk_token")
        variables = {name: text_of(folder.tokenizer.get(name)) for name in names}
        return cls(template, variables, variables["bos_token"], folder)

    def render(self, messages: Sequence[Message], *, prompt: bool) -> str:
        errors = need("jinja2").TemplateError
        try:
            parts: list[str] = []
            length = 0
            # Piece by piece: a hostile template must not fill the memory.
            for part in self.template.generate(
                messages=[dict(one) for one in messages],
                add_generation_prompt=prompt,
                **self.variables,
            ):
                parts.append(part)
                length += len(part)
                if length > _LONGEST:
                    raise _irregular(self.folder, "it makes a short conversation very long")
        # A template is a program: what its operations raise is not a TemplateError.
        except (
            errors,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
        ) as error:
            raise _irregular(self.folder, one_line(str(error), 120)) from None
        text = "".join(parts)
        # The server sets it in front by itself.
        return text.removeprefix(self.begin) if self.begin else text


def _says(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _refuse(message: str) -> str:
    raise ValueError(message)


def _between(text: str, contents: Sequence[str]) -> list[str]:
    """What stands before, between and after ``contents``."""
    parts = []
    for content in contents:
        before, found, text = text.partition(content)
        if not found:
            raise UsageError(
                "the chat template leaves out the system message, or changes the order of messages",
                next_step="train with a template that keeps all messages, such as ChatML",
            )
        parts.append(before)
    return [*parts, text]


def _irregular(folder: ModelFolder, reason: str) -> UsageError:
    return UsageError(
        f"the chat template of {folder.path} cannot be told to Ollama: {reason}",
        next_step="train with a plainer one, such as ChatML, or write the Modelfile by hand",
    )


def _literal(text: str) -> str:
    """``text`` that a Go template leaves as it is."""
    return text.replace("{{", '{{ "{{" }}')
