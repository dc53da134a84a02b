"""Everything that is proven of an export, and measured on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ExportFailed
from trainer.config_release import ExportSettings
from trainer.export import adapter, gguf_weights, parity
from trainer.export.answers import Answers, check_answers
from trainer.export.model_folder import ModelFolder, text_of
from trainer.export.modelfile import Modelfile
from trainer.export.ollama_models import OllamaModels
from trainer.export.perplexity import check, of_files, perplexity, windows
from trainer.export.quantisation import REFERENCE
from trainer.export.snippets import held_out, snippets

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

CONVERSATIONS = 10
_SPEED = {"num_predict": 64, "temperature": 0, "seed": 1}


@dataclass(frozen=True, slots=True)
class Proven:
    snippets: int = 0
    answers: Answers | None = None
    trained: float = 0.0
    """The perplexity of the weights as they were trained."""
    perplexities: Mapping[str, float] = field(default_factory=dict)
    speeds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    folder: ModelFolder
    modelfile: Modelfile
    settings: ExportSettings
    texts: tuple[str, ...] = ()
    adapter: Path | None = None

    def prove(
        self,
        models: OllamaModels | None,
        names: Mapping[str, str],
        files: Mapping[str, Path],
        tell: Callable[[str], None],
    ) -> Proven:
        """``names`` and ``files`` by quantisation. Without ``models`` only perplexity is measured.

        Raises ``ExportFailed`` where something does not hold.
        """
        tokenizer = parity.load_tokenizer(self.folder)
        drawn = snippets(
            max(self.settings.snippets, CONVERSATIONS, self.settings.answers),
            more=self.texts,
            control=self._control(tokenizer),
        )
        texts = [parity.as_read(tokenizer, text) for text in drawn]
        if texts != drawn:
            tell("note: the tokenizer normalises texts, and Ollama does not; most code is normal")
        count = 0
        if models is not None:
            tell(f"comparing the tokens of {len(texts):,} snippets")
            count = parity.check_tokens(models, names[REFERENCE], self.folder, tokenizer, texts)
            parity.check_conversations(
                models,
                names[REFERENCE],
                self.folder,
                tokenizer,
                self.modelfile.system,
                texts[:CONVERSATIONS],
            )
        answers = None
        with gguf_weights.few_threads(self.folder):
            model = self._model()
            if models is not None:
                tell(f"comparing {self.settings.answers} answers")
                answers = check_answers(
                    models,
                    names[REFERENCE],
                    self.folder,
                    tokenizer,
                    model,
                    texts[: self.settings.answers],
                    tie=self.settings.tie,
                )
            if self.adapter is not None:
                # The files hold the weights that the adapter is put on.
                model = gguf_weights.load_model(self.folder)
            trained, found = self._perplexities(model, tokenizer, names, files, tell)
        speeds = self._speeds(models, names) if models is not None else {}
        return Proven(count, answers, trained, found, speeds)

    def _model(self) -> PreTrainedModel:
        model = gguf_weights.load_model(self.folder)
        if self.adapter is None:
            return model
        found: PreTrainedModel = adapter.put_on(model, self.adapter)
        return found

    def _perplexities(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        names: Mapping[str, str],
        files: Mapping[str, Path],
        tell: Callable[[str], None],
    ) -> tuple[float, dict[str, float]]:
        if unread := sorted(set(names) - set(files) - {REFERENCE}):
            raise ExportFailed(
                f"what {', '.join(unread)} loses cannot be measured: its weights were made on the "
                "server, and are only there",
                next_step="name a llama.cpp with --llama-cpp, or export with --no-parity",
            )
        if not gguf_weights.can_load(self.folder):
            tell(f"the perplexity of {self.folder.architecture} files is not measured")
            return 0.0, {}
        tell("measuring perplexity")
        tokens = self.settings.perplexity_tokens
        rows = windows(
            tokenizer, held_out(tokens, self.texts), tokens=tokens, context=self.folder.context
        )
        trained = perplexity(model, rows)
        found = of_files(model, self.folder, files, rows)
        check(found, trained, self.settings.perplexity_loss)
        return trained, found

    def _speeds(self, models: OllamaModels, names: Mapping[str, str]) -> dict[str, float]:
        options = {**_SPEED, **self.folder.threads}
        return {kind: speed(models, name, options) for kind, name in names.items()}

    def _control(self, tokenizer: PreTrainedTokenizerBase) -> tuple[str, ...]:
        marks = self.modelfile.template.stops(text_of(self.folder.tokenizer.get("eos_token")))
        return tuple(dict.fromkeys((*map(str, tokenizer.all_special_tokens), *marks)))


def speed(models: OllamaModels, name: str, options: Mapping[str, Any]) -> float:
    """Tokens of an answer in a second, as the server reports them; the better of two runs."""
    best = 0.0
    for _ in range(2):
        answer = models.generate(name, "def ", raw=True, options=options)
        seconds = (answer.eval_duration or 0) * 1e-9
        if seconds:
            best = max(best, (answer.eval_count or 0) / seconds)
    return best
