"""A model takes the name that reviews use, and gives it back.

What is to be done is written into the registry first, with every name that it needs; then the model
gets a dated tag, what had the name before gets one too, and the name is switched by one copy on the
server. A promotion that was cut short anywhere is ended, or found to have had no effect, by the
next command that looks at it: each step may be done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone

from coderasst_hook.errors import BackendError, UsageError
from coderasst_hook.llm.choose import Installed
from trainer.export.ollama_models import OllamaModels
from trainer.registry import Entry, Placed, Promotion, Registry

Tell = Callable[[str], None]


def promote(
    entry: Entry,
    source: Placed,
    alias: str,
    registry: Registry,
    models: OllamaModels,
    *,
    now: datetime,
    reasons: tuple[str, ...],
    tell: Tell,
) -> Promotion:
    """Give ``source``, which is ``entry`` in the Ollama of ``models``, the name ``alias``.

    Raises ``UsageError`` where the server has something else under the name of ``source``, and
    ``BackendError``; run again, it goes on where it stopped.
    """
    repaired = repair(registry, models, tell)
    found = models.find(source.name)
    if found is None or found.digest != source.digest:
        what = "is not there" if found is None else "is another model by now"
        raise UsageError(
            f"{source.name} at {models.host} {what}",
            next_step=f"coderasst-train evaluate {entry.id}",
        )
    if repaired is not None and repaired.digest == source.digest:
        return repaired
    current = models.find(alias)
    in_force = registry.promotion()
    if (
        current is not None
        and in_force is not None
        and current.digest == source.digest == in_force.digest
        and in_force.alias == tagged(alias)
    ):
        return in_force
    names = {one.name for one in models.installed()}
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%d-%H%M%S")
    promotion = Promotion(
        model=entry.id,
        at=now,
        alias=tagged(alias),
        tag=_free(f"{_family(alias)}:{stamp}", names),
        previous=_previous(current, in_force, f"{_family(alias)}:before-{stamp}", names),
        reasons=reasons,
        host=models.host,
        digest=source.digest,
        previous_digest="" if current is None else current.digest,
    )
    registry.begin(promotion)
    _carry_out(promotion, source.name, models)
    registry.promote(promotion)
    return promotion


def repair(registry: Registry, models: OllamaModels, tell: Tell) -> Promotion | None:
    """See to a promotion that was cut short: the one that has turned out to be in force; None where
    there was none, or it had no effect."""
    pending = registry.pending()
    if pending is None:
        return None
    if pending.host != models.host:
        raise UsageError(
            f"the promotion of {pending.model} at {pending.host} was cut short",
            next_step=f"coderasst-train promote {pending.model} --host {pending.host}",
        )
    tag, alias = models.find(pending.tag), models.find(pending.alias)
    if tag is not None and tag.digest == pending.digest:
        # The tag is made first: whatever else was done, all of it can be done from here.
        tell(f"a promotion of {pending.model} was cut short; it is ended now")
        _carry_out(pending, pending.tag, models)
        registry.promote(pending)
        return pending
    if alias is not None and alias.digest != pending.previous_digest:
        raise UsageError(
            f"{pending.alias} is neither what it was before the promotion of {pending.model}, nor "
            "that model",
            next_step=f"ollama cp {pending.previous} {pending.alias}" if pending.previous else None,
        )
    tell(f"a promotion of {pending.model} was cut short before it had any effect")
    registry.abandon()
    return None


def roll_back(
    registry: Registry,
    models: OllamaModels,
    *,
    now: datetime,
    tell: Tell,
    to: str = "",
) -> tuple[Promotion, str]:
    """Give the name back to what had it before, or to model ``to`` as it was promoted last; the
    promotion that is undone, and the tag that the name stands for now.

    Raises ``UsageError`` where there is nothing to go back to, ``BackendError``.
    """
    repair(registry, models, tell)
    current = registry.promotion()
    if current is None:
        raise UsageError("no model is promoted", next_step="coderasst-train status")
    target = _earlier(registry, current, to) if to else None
    tag = current.previous if target is None else target.tag
    digest = current.previous_digest if target is None else target.digest
    if not tag:
        raise UsageError(
            f"{current.alias} was new with {current.model}: there is nothing to go back to",
            next_step=f"ollama rm {current.alias}, where no model is wanted",
        )
    found = models.find(tag)
    if found is None or found.digest != digest:
        raise BackendError(
            f"{tag} at {models.host} is {'gone' if found is None else 'another model by now'}",
            next_step="coderasst-train status",
        )
    _keep_stranger(current, digest, models, now, tell)
    _switch(tag, current.alias, digest, models)
    registry.roll_back(now, to=target)
    return replace(current, rolled_back=now), tag


def tagged(name: str) -> str:
    """As a server lists it."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _family(name: str) -> str:
    return tagged(name).rpartition(":")[0]


def _carry_out(promotion: Promotion, source: str, models: OllamaModels) -> None:
    _switch(source, promotion.tag, promotion.digest, models)
    current = models.find(promotion.alias)
    if promotion.previous and current is not None and current.digest == promotion.previous_digest:
        _switch(promotion.alias, promotion.previous, promotion.previous_digest, models)
    _switch(promotion.tag, promotion.alias, promotion.digest, models)


def _switch(source: str, target: str, digest: str, models: OllamaModels) -> None:
    """Let ``target`` stand for what ``source`` stands for, and see that it does."""
    found = models.find(target)
    if found is None or found.digest != digest:
        models.copy(source, target)
        found = models.find(target)
    if found is None or found.digest != digest:
        raise BackendError(
            f"the server at {models.host} did not let {target} stand for {source}",
            next_step="run the same command again",
        )


def _previous(
    current: Installed | None, in_force: Promotion | None, fresh: str, names: set[str]
) -> str:
    """A dated tag of what the alias stands for: the one that it was promoted with, or a new one."""
    if current is None:
        return ""
    if in_force is not None and in_force.digest == current.digest and in_force.tag in names:
        return in_force.tag
    return _free(fresh, names)


def _free(wanted: str, names: set[str]) -> str:
    name, number = wanted, 2
    while name in names:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _earlier(registry: Registry, current: Promotion, model: str) -> Promotion:
    standing = [one for one in registry.promotions() if one.rolled_back is None]
    found = [one for one in standing if one.model == model and one != current]
    if found:
        return found[-1]
    known = ", ".join(dict.fromkeys(one.model for one in standing if one != current))
    raise UsageError(
        f"{model} was not promoted before {current.model}",
        next_step=f"one of {known}" if known else "coderasst-train rollback",
    )


def _keep_stranger(
    current: Promotion, digest: str, models: OllamaModels, now: datetime, tell: Tell
) -> None:
    """What somebody else has given the name in the meantime is not lost."""
    found = models.find(current.alias)
    if found is None or found.digest in (current.digest, digest):
        return
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%d-%H%M%S")
    kept = _free(
        f"{_family(current.alias)}:before-{stamp}", {one.name for one in models.installed()}
    )
    _switch(current.alias, kept, found.digest, models)
    tell(f"{current.alias} was not what was promoted; it is kept as {kept}")
