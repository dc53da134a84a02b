"""What a model is besides its weights: system text, template, parameters, licences.

The same is sent to Ollama's API and written as a Modelfile, for ``ollama create`` by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from coderasst_hook.errors import UsageError
from trainer.export.chat_template import ChatTemplate, derive
from trainer.export.model_folder import ModelFolder, text_of
from trainer.export.ollama_models import Recipe

Value = int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modelfile:
    template: ChatTemplate
    system: str
    parameters: Mapping[str, Value]
    licences: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, folder: ModelFolder, system: str, *, context: int = 0, licences: tuple[str, ...] = ()
    ) -> Modelfile:
        """``system`` is the text that tells how changes are put to the model. ``context`` is in
        tokens, 0 for all that the model can read. Raises ``UsageError``, see ``derive``."""
        template = derive(folder)
        own = folder.licence
        parameters: dict[str, Value] = {
            "num_ctx": min(context or folder.context, folder.context),
            "temperature": 0,
            # JSON repeats itself by nature; Ollama's own default forbids it that.
            "repeat_penalty": 1,
            "stop": template.stops(text_of(folder.tokenizer.get("eos_token"))),
            **folder.threads,
        }
        return cls(
            template=template,
            system=system.strip() if template.trims else system,
            parameters=parameters,
            licences=(own, *licences) if own else licences,
        )

    def recipe(
        self,
        files: Mapping[str, Path],
        *,
        quantise: str = "",
        adapters: Mapping[str, Path] = MappingProxyType({}),
    ) -> Recipe:
        """For Ollama's API."""
        return Recipe(
            files=files,
            template=self.template.go,
            system=self.system,
            parameters={
                key: list(value) if isinstance(value, tuple) else value
                for key, value in self.parameters.items()
            },
            licences=self.licences,
            quantise=quantise,
            adapters=adapters,
        )

    def text(self, weights: str, *, adapter: str = "") -> str:
        """For ``ollama create NAME -f Modelfile``. ``weights`` and ``adapter`` are names of files
        beside it, or ``weights`` that of a model. Raises ``UsageError`` where a text cannot be
        quoted."""
        lines = [f"FROM {weights}"]
        if adapter:
            lines.append(f"ADAPTER {adapter}")
        lines.append(f"TEMPLATE {_quoted(self.template.go, 'template')}")
        if self.system:
            lines.append(f"SYSTEM {_quoted(self.system, 'system text')}")
        for key, value in self.parameters.items():
            values = value if isinstance(value, tuple) else (value,)
            lines += [
                f"PARAMETER {key} {_quoted(one, key) if isinstance(one, str) else one}"
                for one in values
            ]
        lines += [f"LICENSE {_quoted(licence, 'licence')}" for licence in self.licences]
        return "\n".join(lines) + "\n"


def _quoted(text: str, what: str) -> str:
    # A Modelfile has no escapes: what ends a quotation cannot stand in one.
    if '"""' in text or text.endswith('"'):
        raise UsageError(
            f'the {what} has a """, or ends in a ", which a Modelfile cannot hold',
            next_step="change the text, or import through the API alone",
        )
    return f'"""{text}"""'
