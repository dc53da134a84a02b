"""How models are judged and handed over: the sections ``evaluate`` and ``export``."""

from __future__ import annotations

from typing import Annotated

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
