"""What ``coderasst-train run`` starts from: the sections ``sources`` and ``run``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from trainer.config_section import Section

Option = bool | int | float | str | tuple[str, ...]


def _pairs(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, Mapping) else value


# An object in JSON; as pairs, the settings can be hashed, as all of them can.
_Options = Annotated[
    tuple[tuple[Annotated[str, Field(pattern="^[a-z][a-z-]*$")], Option], ...],
    BeforeValidator(_pairs),
    PlainSerializer(dict),
]


class SourceSettings(Section):
    """One ``coderasst-train acquire KIND --name NAME NAMES… OPTIONS…``."""

    kind: Literal["files", "web", "github", "youtube", "feedback"]
    """Which of the commands it is."""
    names: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Paths and globs, URLs, repositories, videos; of feedback, nothing."""
    name: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,99})?$")] = ""
    """What the acquisition is called, a folder name; empty: as the command itself calls it."""
    options: _Options = ()
    """Options of the command without their dashes, as in {"depth": 2, "allow": ["/guide/"]}."""
    every_days: Annotated[float, Field(ge=0)] = 7.0
    """Days after which a remote source is asked again for what is new; 0: in every run."""

    @model_validator(mode="after")
    def _feedback_has_no_names(self) -> SourceSettings:
        if self.kind == "feedback" and (self.names or self.name):
            raise ValueError('feedback takes no names; its store is {"options": {"store": "…"}}')
        return self

    @property
    def title(self) -> str:
        """For people: "web docs.example.org"."""
        return f"{self.kind} {self.name or ' '.join(self.names)}".strip()


class RunSettings(Section):
    start: str = ""
    """What `coderasst-train run` finetunes: a folder or a name on the hub; empty means our own base
    model."""
    base: Literal["missing", "changed", "never"] = "missing"
    """When our own base model is trained: where there is none, also when its corpus or settings
    have changed, or never."""
