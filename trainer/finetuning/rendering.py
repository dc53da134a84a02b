"""Examples as token ids, exactly as a review's request will be: by the chat template of the
tokenizer, from which the template in Ollama is derived, too.

The prompt is everything up to where the model begins to write; what it is to write is the answer
and the token that ends it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from coderasst_hook.errors import ConfigurationError
from trainer.dataset.example import Example

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

TOO_LONG = "longer than the context"
CONTROL = "a text holds a control token"
_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    ids: npt.NDArray[np.int32]
    """Prompt, answer and end token: one dimension."""
    prompt: int
    """How many of them are the prompt."""
    weight: float = 1.0

    @property
    def answer(self) -> npt.NDArray[np.int32]:
        """With the end token."""
        return self.ids[self.prompt :]

    def weights(self, prompt_loss: float = 0.0) -> npt.NDArray[np.float32]:
        """What each token counts as a target: nothing, where there is no loss on it."""
        found = np.full(len(self.ids), self.weight, dtype=np.float32)
        found[: self.prompt] *= prompt_loss
        return found


@dataclass(slots=True)
class Renderer:
    """``left_out`` counts the examples that were not encoded, by reason."""

    tokenizer: PreTrainedTokenizerBase
    longest: int
    """Tokens that an example may have."""
    left_out: Counter[str] = field(default_factory=Counter)
    end: int = field(init=False)
    """The token that ends an answer."""
    _opening: str = field(init=False)
    """What the template puts before an answer, beyond what it puts there to have one written."""
    _control: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Raises ``ConfigurationError`` where the tokenizer has no template for our requests."""
        self._control = _control(self.tokenizer)
        self._opening, self.end = self._probed()

    def prompt_text(self, system: str, user: str) -> str:
        asked = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return self._templated(asked, to_be_answered=True)

    def prompt(self, system: str, user: str) -> list[int]:
        return self._ids([self.prompt_text(system, user)])[0]

    def encoded(self, examples: Iterable[Example]) -> Iterator[Encoded]:
        """Those that fit, in their order."""
        waiting = iter(examples)
        while batch := list(islice(waiting, _BATCH)):
            sound = [one for one in batch if not self._has_control(one)]
            self._leave_out(CONTROL, len(batch) - len(sound))
            prompts = [self.prompt_text(one.system, one.user) for one in sound]
            answers = [one.answer for one in sound]
            for one, (prompt, answer) in zip(sound, self._pairs(prompts, answers), strict=True):
                if len(prompt) + len(answer) > self.longest:
                    self._leave_out(TOO_LONG)
                else:
                    ids = np.asarray([*prompt, *answer], dtype=np.int32)
                    yield Encoded(ids, len(prompt), one.weight)

    def _pairs(
        self, prompts: list[str], answers: list[str]
    ) -> Iterator[tuple[list[int], list[int]]]:
        if not prompts:
            return
        given = self._ids(prompts)
        whole = self._ids(
            [
                prompt + self._opening + answer
                for prompt, answer in zip(prompts, answers, strict=True)
            ]
        )
        for prompt, both, answer in zip(given, whole, answers, strict=True):
            # A review's request is tokenised without its answer. Where the two would have grown
            # together, the answer is tokenised by itself.
            if both[: len(prompt)] == prompt:
                yield prompt, [*both[len(prompt) :], self.end]
            else:
                yield prompt, [*self._ids([self._opening + answer])[0], self.end]

    def _probed(self) -> tuple[str, int]:
        system, user, answer = "s", "u", "answer"
        prompt = self.prompt_text(system, user)
        whole = self._templated(
            [
                {"role": "system", "content": system},
                {"role": "user", "content": user},
                {"role": "assistant", "content": answer},
            ]
        )
        tail = whole[len(prompt) :] if whole.startswith(prompt) else answer
        opening, _, closing = tail.partition(answer)
        ending = self._control.match(closing)
        end = self.tokenizer.eos_token_id
        if ending is not None:
            end = self.tokenizer.convert_tokens_to_ids(ending.group())
        if not isinstance(end, int):
            raise ConfigurationError(f"the tokenizer of {self._name} has no token that ends a text")
        return opening, end

    def _templated(self, messages: list[dict[str, str]], *, to_be_answered: bool = False) -> str:
        from jinja2 import TemplateError

        if not self.tokenizer.chat_template:
            raise ConfigurationError(
                f"the tokenizer of {self._name} has no chat template",
                next_step="start from a model that follows instructions, or from our own base",
            )
        try:
            text = self.tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=to_be_answered
            )
        except (TemplateError, ValueError, TypeError) as error:
            raise ConfigurationError(
                f"the chat template of {self._name} does not take a system text and a request: "
                f"{error}"
            ) from None
        assert isinstance(text, str)
        return text

    def _ids(self, texts: list[str]) -> list[list[int]]:
        ids: list[list[int]] = self.tokenizer(
            texts, add_special_tokens=False, return_attention_mask=False, verbose=False
        )["input_ids"]
        return ids

    def _has_control(self, example: Example) -> bool:
        return any(
            self._control.search(text) for text in (example.system, example.user, example.answer)
        )

    def _leave_out(self, reason: str, count: int = 1) -> None:
        if count:
            self.left_out[reason] += count

    @property
    def _name(self) -> str:
        return str(self.tokenizer.name_or_path) or "the model"


def _control(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str]:
    """Texts that the tokenizer takes for single tokens wherever they stand."""
    added = (one.content for one in tokenizer.added_tokens_decoder.values() if one.special)
    names = sorted({*tokenizer.all_special_tokens, *added}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names)) or r"(?!)")
