"""How much context to ask for. Sizes are in tokens.

One size serves a whole review: the server loads the model anew when it changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coderasst_hook.chunks.tokens import estimate_tokens
from coderasst_hook.llm.backend import ModelIdentity, Options, Prompt
from coderasst_hook.llm.forms import PromptForm
from coderasst_hook.settings import LlmSettings

DEFAULT_CEILING = 16_384
STEP = 2_048
# A chat template's own tokens: roles, separators, the beginning of the answer.
_TEMPLATE = 64


def fitted(llm: LlmSettings, form: PromptForm) -> LlmSettings:
    """``llm`` with no more room for an answer than one of ``form`` can need: in a small model's
    context, the prompt needs it."""
    return replace(llm, max_answer=min(llm.max_answer, form.max_answer))


def estimate(text: str) -> int:
    """Tokens of ``text``, rather too many than too few; counted as the chunks are."""
    return estimate_tokens(text)


def ceiling(identity: ModelIdentity, llm: LlmSettings) -> int:
    """The most context that may be asked for."""
    allowed = llm.context or DEFAULT_CEILING
    return min(allowed, identity.context_length) if identity.context_length > 0 else allowed


def room_for_chunk(identity: ModelIdentity, llm: LlmSettings, system: str) -> int:
    """Tokens that are left for a chunk's own text in the largest context; at least 256."""
    fixed = estimate(system) + llm.max_answer + _TEMPLATE
    return max(256, ceiling(identity, llm) - fixed)


def choose(identity: ModelIdentity, llm: LlmSettings, prompts: Iterable[Prompt]) -> int:
    """The context for a review of ``prompts``: the largest one and its answer, in whole steps."""
    largest = max((estimate(p.system) + estimate(p.user) for p in prompts), default=0)
    needed = largest + llm.max_answer + _TEMPLATE
    return min(-(-needed // STEP) * STEP, ceiling(identity, llm))


def options_for(identity: ModelIdentity, llm: LlmSettings, prompts: Iterable[Prompt]) -> Options:
    return Options(
        context=choose(identity, llm, prompts),
        max_answer=llm.max_answer,
        temperature=llm.temperature,
        seed=llm.seed,
        keep_alive=llm.keep_alive,
    )
