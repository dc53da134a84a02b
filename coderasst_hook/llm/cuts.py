"""Telling that a prompt was cut: servers do it silently, and answer what they kept of it."""

from __future__ import annotations

from coderasst_hook.llm.backend import Answer, AnswerFailure, Prompt
from coderasst_hook.llm.context import estimate

# No vocabulary packs ordinary code into fewer tokens than one for so many bytes.
_MOST_BYTES_A_TOKEN = 12


def check_within(answer: Answer, prompt: Prompt, context: int) -> None:
    """Raise ``AnswerFailure`` where prompt and answer did not both fit in ``context`` tokens.

    Ollama keeps ``context`` tokens of a longer prompt; and when the context fills up while it
    answers, it forgets the first half of it and goes on.
    """
    if answer.prompt_tokens >= context:
        raise _prompt(f"to {answer.prompt_tokens:,} tokens")
    if answer.prompt_tokens + answer.answer_tokens > context:
        raise AnswerFailure(
            f"the answer ran out of the context of {context:,} tokens", context_full=True
        )
    sent = len((prompt.system + prompt.user).encode("utf-8", "replace"))
    might_not_fit = estimate(prompt.system + prompt.user) > context
    if might_not_fit and answer.prompt_tokens * _MOST_BYTES_A_TOKEN < sent:
        raise _prompt(f"to {answer.prompt_tokens:,} tokens")


def check_round(answer: Answer, prompt: Prompt) -> None:
    """The same for a server whose context is not known: a cut leaves a round number of tokens."""
    tokens = answer.prompt_tokens
    if tokens > 0 and tokens % 1024 == 0 and estimate(prompt.system + prompt.user) > tokens:
        raise _prompt(f"to {tokens:,} tokens")


def _prompt(how: str) -> AnswerFailure:
    return AnswerFailure(f"the server cut the prompt {how}", prompt_cut=True)
