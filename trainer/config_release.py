"""How models are judged and handed over: the sections ``evaluate`` and ``export``."""

from __future__ import annotations

from trainer.config_section import Section


class EvaluateSettings(Section):
    seed: int = 17
    """Decides which cases are drawn, and the resampling of the intervals."""


class ExportSettings(Section):
    name: str = "coderasst"
    """What the model is called in Ollama, where no other name is given."""
