"""Where things stand: what is in use, what waits, what came in, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback.store import Store
from coderasst_hook.llm.choose import Installed
from coderasst_hook.visible import one_line
from coderasst_hook.wording import count
from trainer.config_release import EvaluateSettings
from trainer.evaluation import decisions, record
from trainer.registry import Entry, Promotion, Registry

RETRAIN = 20
"""New verdicts from which on finetuning is worth its while."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    whole: int
    since: int
    """The promotion in force; all of them where there is none."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A model that was never promoted. ``decision`` is "promote", "keep", "not evaluated" or
    "damaged"."""

    id: str
    kind: str
    created: datetime
    decision: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """``answers``: what the alias stands for at its server: "as promoted", "another model", "gone";
    or why nobody knows."""

    promotion: Promotion | None
    answers: str
    pending: Promotion | None
    waiting: tuple[Waiting, ...]
    verdicts: Verdicts | None
    no_store: str
    next_steps: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """As JSON."""
        promotion, pending = self.promotion, self.pending
        return {
            "version": 1,
            "promoted": None
            if promotion is None
            else {
                "model": promotion.model,
                "alias": promotion.alias,
                "tag": promotion.tag,
                "host": promotion.host,
                "digest": promotion.digest,
                "since": promotion.at.isoformat(),
                "previous": promotion.previous,
                "reasons": list(promotion.reasons),
                "answers": self.answers,
            },
            "pending": None if pending is None else pending.model,
            "candidates": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "created": one.created.isoformat(),
                    "decision": one.decision,
                    "reasons": list(one.reasons),
                }
                for one in self.waiting
            ],
            "verdicts": None
            if self.verdicts is None
            else {"all": self.verdicts.whole, "since promotion": self.verdicts.since},
            "store": self.no_store,
            "next": list(self.next_steps),
        }

    def text(self) -> str:
        return "\n".join((*self._in_use(), *self._waiting(), self._verdicts(), *self._next()))

    def _in_use(self) -> Sequence[str]:
        if self.promotion is None:
            lines = ["no model is promoted"]
        else:
            one = self.promotion
            since = one.at.astimezone(timezone.utc)
            lines = [
                f"{one.alias} is {one.model} since {since:%Y-%m-%d %H:%M} UTC, as {one.tag}",
                f"  at {one.host}: {self.answers}",
            ]
        if self.pending is not None:
            lines.append(f"a promotion of {self.pending.model} was cut short")
        return lines

    def _waiting(self) -> list[str]:
        lines = []
        for one in self.waiting:
            lines.append(f"{one.id}: {one.decision}")
            lines += [f"  {one_line(reason)}" for reason in one.reasons]
        return lines

    def _verdicts(self) -> str:
        if self.verdicts is None:
            return f"no verdicts can be counted: {self.no_store}"
        since = "" if self.promotion is None else f", {self.verdicts.since:,} of them since then"
        return f"{count(self.verdicts.whole, 'verdict')}{since}"

    def _next(self) -> list[str]:
        return [f"next: {step}" for step in self.next_steps]


def counted(store: Store, promotion: Promotion | None) -> Verdicts:
    """Raises ``StoreError``."""
    votes = [vote.at for _, given in store.judged() for vote in given]
    since = [at for at in votes if promotion is None or at >= promotion.at]
    return Verdicts(len(votes), len(since))


def state_of(
    registry: Registry,
    models: Path,
    settings: EvaluateSettings,
    *,
    installed: Sequence[Installed] | None,
    no_ollama: str = "",
    verdicts: Verdicts | None = None,
    no_store: str = "",
) -> State:
    """``installed`` is None where no server could be asked, as ``no_ollama`` says."""
    promotion, pending = registry.promotion(), registry.pending()
    promoted = {one.model for one in registry.promotions()}
    waiting = tuple(
        _waiting(entry, models, promotion, settings)
        for entry in registry.models()
        if entry.id not in promoted
    )
    return State(
        promotion=promotion,
        answers=_answers(promotion, installed, no_ollama),
        pending=pending,
        waiting=waiting,
        verdicts=verdicts,
        no_store=no_store,
        next_steps=tuple(_next_steps(promotion, pending, waiting, verdicts, no_ollama)),
    )


def _waiting(
    entry: Entry, models: Path, promotion: Promotion | None, settings: EvaluateSettings
) -> Waiting:
    now = datetime.now(timezone.utc)
    try:
        found = record.read(models / entry.id / "evaluation")
    except StoreError as error:
        return Waiting(entry.id, entry.kind, entry.created, "damaged", (str(error),))
    if found is None:
        return Waiting(entry.id, entry.kind, entry.created, "not evaluated")
    reasons = tuple(decisions.against(entry, found, promotion, settings, now))
    verb = "keep" if reasons else "promote"
    return Waiting(entry.id, entry.kind, entry.created, verb, reasons)


def _answers(
    promotion: Promotion | None, installed: Sequence[Installed] | None, no_ollama: str
) -> str:
    if installed is None:
        return no_ollama
    if promotion is None:
        return ""
    found = next((one for one in installed if one.name == promotion.alias), None)
    if found is None:
        return "gone"
    return "as promoted" if found.digest == promotion.digest else "another model"


def _next_steps(
    promotion: Promotion | None,
    pending: Promotion | None,
    waiting: Sequence[Waiting],
    verdicts: Verdicts | None,
    no_ollama: str,
) -> list[str]:
    steps = []
    if no_ollama:
        steps.append(f"ollama serve ({no_ollama})")
    if pending is not None:
        steps.append(f"coderasst-train promote {pending.model}")
    newest = waiting[-1] if waiting else None
    if newest is not None and newest.decision == "promote":
        steps.append(f"coderasst-train promote {newest.id}")
    elif newest is not None and newest.decision in ("not evaluated", "damaged"):
        steps.append(f"coderasst-train evaluate {newest.id}")
    elif verdicts is not None and verdicts.since >= RETRAIN:
        steps.append("coderasst-train run")
    elif promotion is None and newest is None:
        steps.append("coderasst-train base")
    else:
        steps.append("coderasst feedback sync, until there are more verdicts to learn from")
    return steps
