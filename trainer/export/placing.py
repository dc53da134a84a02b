"""Names in Ollama: a model is made under a name of its own, proven, and only then given the name
that people use; what had that name before is kept under a dated one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from coderasst_hook.errors import BackendError, UsageError
from trainer.export.ollama_models import OllamaModels

_LEFT_OVER = timedelta(days=1)


def tagged(name: str) -> tuple[str, str]:
    """Name and tag: ("coderasst", "latest"). Raises ``UsageError`` for what is no name."""
    # A registry's port has a colon too: "host:5000/owner/model:tag".
    head, slash, last = name.rpartition("/")
    base, _, tag = last.partition(":")
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    if not base or not set(base + tag) <= allowed or not base[0].isalnum() or len(name) > 120:
        raise UsageError(
            f"{name!r} is no name of a model", next_step="use letters, digits, dots and dashes"
        )
    return f"{head}{slash}{base}", tag or "latest"


def with_tag(name: str, tag: str) -> str:
    """ "coderasst:latest" with the tag "q8_0": "coderasst:q8_0"."""
    return f"{tagged(name)[0]}:{tag}"


def backup_name(name: str, now: datetime) -> str:
    """ "coderasst:backup-20261122-2315"; a tag other than the usual one stays readable in it."""
    base, tag = tagged(name)
    stem = "" if tag == "latest" else f"{tag}-"
    return f"{base}:{stem}backup-{now:%Y%m%d-%H%M}"


@contextmanager
def passing(models: OllamaModels, name: str) -> Iterator[str]:
    """A name for the time being. The model that gets it is gone afterwards; its weights stay where
    another name has them."""
    temporary = with_tag(name, f"export-{secrets.token_hex(4)}")
    try:
        yield temporary
    finally:
        # It may never have been made, or the server may be what failed.
        with suppress(BackendError):
            models.delete(temporary)


def sweep(models: OllamaModels, name: str, now: datetime) -> tuple[str, ...]:
    """Take away what exports that were killed have left under this name: names for the time being,
    a day old. Which they were."""
    pattern = re.compile(re.escape(tagged(name)[0]) + r":export-[0-9a-f]{8}")
    left = tuple(
        found
        for found, changed in models.changed()
        if pattern.fullmatch(found) and now - changed > _LEFT_OVER
    )
    for found in left:
        models.delete(found)
    return left


def give(models: OllamaModels, source: str, name: str, now: datetime) -> str:
    """Let ``name`` mean the model ``source``. The name under which the former one is kept, "" where
    there was none, or the same."""
    former, new = models.find(name), models.find(source)
    kept = ""
    if former is not None and (new is None or former.digest != new.digest):
        kept = _free(models, backup_name(name, now), former.digest)
        models.copy(former.name, kept)
    models.copy(source, name)
    return kept


def _free(models: OllamaModels, wanted: str, digest: str) -> str:
    """``wanted``, or with a number behind it where another model has that name already."""
    names = {one.name: one.digest for one in models.installed()}
    numbered = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(name for name in numbered if names.get(name, digest) == digest)
