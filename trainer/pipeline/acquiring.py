"""The stage ``acquire``: the sources of the configuration, and the verdicts of the store.

A local source is asked again when its files have changed, a remote one when ``every_days`` have
passed; each then adds what is new to what it has.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Protocol

from coderasst_hook.errors import EXIT_INCOMPLETE, FatalError
from coderasst_hook.wording import count
from trainer.config_sources import SourceSettings
from trainer.pipeline.digests import of_value
from trainer.pipeline.stage import Context, Inputs, Outcome, Work
from trainer.pipeline.verdicts import VerdictStore
from trainer.raw_source import sources

FEEDBACK = "feedback store"
_DAY = 86_400
# Git's own: it holds what the working tree and HEAD tell already.
_NOT_LOOKED_AT = {"objects", "index", "logs"}


class Acquirer(Protocol):
    def check(self, source: SourceSettings) -> None:
        """Raises ``ConfigurationError`` where the command would refuse it."""
        ...

    def take(self, source: SourceSettings, say: Callable[[str], None]) -> str:
        """Its last line. Raises ``FatalError``."""
        ...


@dataclass(frozen=True, slots=True)
class Acquire:
    acquirer: Acquirer
    verdicts: VerdictStore
    name: str = "acquire"

    def left_out(self, context: Context) -> str | None:
        if _gathered(context) or self._verdicts(context).digest() is not None:
            return None
        return "no sources are configured, and nobody has judged a finding yet"

    def inputs(self, context: Context) -> Inputs:
        settings = context.settings
        shared = (settings.limits, settings.web, settings.licences)
        common = of_value([section.model_dump(mode="json") for section in shared])
        found = {}
        for source in _gathered(context):
            self.acquirer.check(source)
            told = source.model_dump(mode="json")
            found[source.title] = of_value([told, common, _token(source, context)])
        if (digest := self._verdicts(context).digest()) is not None:
            found[FEEDBACK] = digest
        return found

    def run(self, context: Context, work: Work) -> Outcome:
        gave: dict[str, str] = {}
        warnings: list[str] = []
        unfinished: set[str] = set()
        for source in _gathered(context):
            if source.title not in work.changed:
                continue
            work.say(source.title)
            try:
                gave[source.title] = self.acquirer.take(source, work.say)
            except FatalError as error:
                if error.exit_code != EXIT_INCOMPLETE:
                    raise
                # What it gave is kept, and the rest of the run does not wait for a site.
                warnings.append(f"{source.title}: {error}")
                unfinished.add(source.title)
        outputs: tuple[Path, ...] = ()
        store = self._verdicts(context)
        if store.digest() is not None:
            target = context.workspace.feedback
            got = store.export(target)
            gave[FEEDBACK] = f"{count(got.findings, 'finding')}, {count(got.verdicts, 'verdict')}"
            outputs = (target,)
        return Outcome(
            line="; ".join(f"{title}: {told}" for title, told in gave.items()) or "nothing came",
            gave=gave,
            outputs=outputs,
            places=sources(context.workspace.raw) if _gathered(context) else (),
            warnings=tuple(warnings),
            unfinished=frozenset(unfinished),
        )

    def _verdicts(self, context: Context) -> VerdictStore:
        for source in context.settings.sources:
            if source.kind == "feedback":
                options = dict(source.options)
                where = options.get("store", self.verdicts.where)
                repository = options.get("repository")
                root = Path.cwd() if "store" in options else self.verdicts.root
                return VerdictStore(str(where), root, str(repository) if repository else None)
        return self.verdicts


def _gathered(context: Context) -> tuple[SourceSettings, ...]:
    return tuple(one for one in context.settings.sources if one.kind != "feedback")


def _token(source: SourceSettings, context: Context) -> object:
    """What changes when it is time to ask the source again."""
    if source.kind == "files":
        return [_seen(name) for name in source.names]
    seconds = context.now.timestamp()
    return seconds if not source.every_days else int(seconds / (source.every_days * _DAY))


def _seen(name: str) -> str:
    """Of a path or glob: names, sizes and times, not contents: those are read when it is asked."""
    found = (stamp for path in sorted(glob(name, recursive=True)) for stamp in _stamps(path))
    return of_value(list(found))


def _stamps(path: str) -> Iterator[tuple[str, int, int]]:
    if not os.path.isdir(path):
        yield from _stamp(path)
    for folder, folders, files in os.walk(path):
        inside_git = os.path.basename(folder) == ".git"
        folders[:] = sorted(n for n in folders if not (inside_git and n in _NOT_LOOKED_AT))
        for file in sorted(files):
            if not (inside_git and file in _NOT_LOOKED_AT):
                yield from _stamp(os.path.join(folder, file))


def _stamp(path: str) -> Iterator[tuple[str, int, int]]:
    try:
        there = os.lstat(path)
    except OSError:
        return
    # JSON holds no lone surrogates of names that are not UTF-8.
    yield ascii(path), there.st_size, there.st_mtime_ns
