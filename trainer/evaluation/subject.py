"""What is evaluated: a model of the registry, or a name in an Ollama."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coderasst_hook.errors import UsageError
from trainer.evaluation.record import Subject
from trainer.export.ollama_models import OllamaModels
from trainer.registry import Entry, Placed, Registry
from trainer.weights import weights_of

CANDIDATE = "coderasst-candidate"
"""What models are called in Ollama until they are promoted; the tag is their id."""

Tell = Callable[[str], None]
Import = Callable[[Entry, str], None]
"""Makes an entry's model under a name, in the Ollama that is used."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Finds what a person names, in the registry and on one server."""

    registry: Registry
    models: OllamaModels
    importing: Import

    def of_name(self, name: str) -> Subject:
        """A model that is in Ollama already. Raises ``UsageError``."""
        found = self.models.find(name)
        if found is None:
            raise UsageError(f"{self.models.host} has no model {name!r}", next_step="ollama list")
        return Subject(found.name, found.digest, self.models.host)

    def of_entry(self, entry: Entry) -> Subject:
        """Put into Ollama where it is not there. Raises ``UsageError`` where its weights are not
        those that were trained, ``BackendError``."""
        check_weights(entry, self.registry)
        placed = self._placed(entry)
        if placed is None:
            name = f"{CANDIDATE}:{entry.id}"
            self.importing(entry, name)
            found = self.of_name(name)
            placed = Placed(self.models.host, found.name, found.digest)
            self.registry.place(entry.id, placed)
        return Subject(placed.name, placed.digest, placed.host, entry.id, entry.weights, entry.form)

    def of(self, given: str) -> Subject:
        """An id of the registry, or a name in Ollama."""
        entry = next((one for one in self.registry.models() if one.id == given), None)
        return self.of_name(given) if entry is None else self.of_entry(entry)

    def incumbent(self) -> Subject | None:
        """What is promoted; None where nothing is. It is asked under its dated tag, which nobody
        else gives another meaning."""
        promotion = self.registry.promotion()
        if promotion is None:
            return None
        entry = self.registry.get(promotion.model)
        found = self.models.find(promotion.tag)
        if found is None or found.digest != promotion.digest:
            return self.of_entry(entry)
        return Subject(
            found.name, found.digest, self.models.host, entry.id, entry.weights, entry.form
        )

    def _placed(self, entry: Entry) -> Placed | None:
        placed = entry.ollama
        if placed is None or placed.host != self.models.host:
            return None
        found = self.models.find(placed.name)
        return placed if found is not None and found.digest == placed.digest else None


def candidate(registry: Registry, given: str) -> Entry:
    """The model ``given``; without one, the newest that was not promoted. Raises ``UsageError``."""
    if given:
        return registry.get(given)
    promoted = {one.model for one in registry.promotions()}
    waiting = [one for one in registry.models() if one.id not in promoted]
    if not waiting:
        raise UsageError(
            f"{registry.path} has no model that waits for a decision",
            next_step="coderasst-train finetune",
        )
    return waiting[-1]


def check_weights(entry: Entry, registry: Registry) -> None:
    folder = registry.folder(entry)
    if weights_of(folder) != entry.weights:
        raise UsageError(
            f"the weights in {folder} are not those that were trained as {entry.id}",
            next_step="train it again",
        )
