"""How models are judged and handed over: the sections ``evaluate`` and ``export``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from trainer.config_section import Section


class EvaluateSettings(Section):
    seed: int = 17
    """Decides which cases are drawn, and the resampling of the intervals."""
    max_cases: Annotated[int, Field(ge=0)] = 2_000
    """Review cases that are asked, at most; 0: all of the test split."""
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.9
    """Of the intervals; a difference counts where its interval lies above zero."""
    draws: Annotated[int, Field(ge=100)] = 2_000
    """Samples of the bootstrap."""
    least_cases: Annotated[int, Field(ge=1)] = 20
    """Review cases, at least, without which nothing is decided; some clean, and some not."""
    least_verdicts: Annotated[int, Field(ge=1)] = 10
    """Held-out verdicts of each kind, taken and rejected, from which on they decide; below, the
    candidate must be better on review cases."""
    margin: Annotated[float, Field(ge=0, le=1)] = 0.02
    """How far F1 on review cases may fall for a candidate that is better on verdicts."""
    validity_margin: Annotated[float, Field(ge=0, le=1)] = 0.01
    """How far the share of usable answers may fall."""
    alarms_margin: Annotated[float, Field(ge=0)] = 5.0
    """By how many false alarms per 1,000 clean lines a candidate may be worse."""
    floor: Annotated[float, Field(ge=0, le=1)] = 0.2
    """F1 on review cases that a first model must surely be above; to report nothing has 0."""
    least_validity: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Share of usable answers that a first model must have."""
    max_age_days: Annotated[float, Field(gt=0)] = 30.0
    """Days for which an evaluation counts, where a model is promoted by it."""


class ExportSettings(Section):
    name: str = "coderasst"
    """What the model is called in Ollama, where no other name is given."""
    quantise: tuple[str, ...] = ("Q8_0",)
    """Quantisations; the first gets the name, each further one the same name with itself as tag."""
    host: str = ""
    """The Ollama to import into; empty means OLLAMA_HOST, or the one of this machine."""
    converter: Literal["auto", "llama.cpp", "own", "ollama"] = "auto"
    """Who makes GGUF of the weights: llama.cpp, the trainer itself (Llama with a SentencePiece
    vocabulary), or Ollama's own import; auto means the first of them that can."""
    llama_cpp: str = ""
    """Folder of llama.cpp; empty means LLAMA_CPP_DIR, ./llama.cpp, PATH, or what pip installed."""
    python: str = ""
    """Interpreter for llama.cpp's converters; empty means the trainer's own."""
    tool_seconds: Annotated[float, Field(gt=0)] = 3_600
    """Seconds that one run of a converter or quantiser may take."""
    context: Annotated[int, Field(ge=0)] = 0
    """Tokens of context that the Modelfile asks for; 0 means all that the model can read."""
    snippets: Annotated[int, Field(ge=1_000)] = 1_000
    """Texts whose tokens must be the same in transformers and in Ollama."""
    answers: Annotated[int, Field(ge=50)] = 50
    """Prompts whose greedy answers must be the same, in F16."""
    tie: Annotated[float, Field(ge=0)] = 0.02
    """Logits by which a token may fall behind the likeliest and still count as equal to it."""
    perplexity_tokens: Annotated[int, Field(ge=256)] = 8_192
    """Tokens of held-out text that perplexity is measured on."""
    perplexity_loss: Mapping[str, float] = {
        "F32": 0.002,
        "F16": 0.005,
        "BF16": 0.02,
        "Q8_0": 0.02,
        "Q6_K": 0.03,
        "Q5_K_M": 0.06,
        "Q5_K_S": 0.06,
        "Q4_K_M": 0.12,
        "Q4_K_S": 0.15,
    }
    """Share by which a quantisation may raise the perplexity of the trained weights; one that is
    not named may raise it by any."""
