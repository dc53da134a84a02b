"""How models are trained: the sections ``base`` and ``finetune`` of the configuration."""

from __future__ import annotations

from trainer.config_section import Section


class BaseSettings(Section):
    seed: int = 17
    """Decides the first weights and the order of the data."""


class FinetuneSettings(Section):
    seed: int = 17
    """Decides the order of the data."""
