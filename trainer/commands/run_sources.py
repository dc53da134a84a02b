"""Sources of the configuration, acquired by the commands of ``coderasst-train acquire``."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click

from coderasst_hook.errors import AcquisitionIncomplete, ConfigurationError
from trainer.config_sources import Option, SourceSettings

# What is the same for the whole run, or said by another key.
_OWN = ("workspace", "config", "dry-run", "name")


@dataclass(frozen=True, slots=True)
class Commands:
    """See ``trainer.pipeline.acquiring.Acquirer``."""

    workspace: Path
    config_file: Path | None

    def check(self, source: SourceSettings) -> None:
        own = sorted({*_OWN} & {*dict(source.options)})
        if own:
            raise ConfigurationError(f"sources, {source.title}: {own[0]} is no option here")
        command = _command(source)
        try:
            command.make_context(f"acquire {source.kind}", self._arguments(source))
        except click.ClickException as error:
            raise ConfigurationError(
                f"sources, {source.title}: {error.format_message()}",
                next_step=f"coderasst-train acquire {source.kind} --help",
            ) from None

    def take(self, source: SourceSettings, say: Callable[[str], None]) -> str:
        lines = _Lines(say)
        # What the command prints is shown beside the stage; where there is no terminal, it draws no
        # bar of its own.
        with redirect_stdout(lines), redirect_stderr(lines):
            try:
                _command(source).main(self._arguments(source), standalone_mode=False)
            except SystemExit:
                raise AcquisitionIncomplete(lines.last or "it gave nothing") from None
        return lines.last

    def _arguments(self, source: SourceSettings) -> list[str]:
        common = [f"--workspace={self.workspace}"]
        if self.config_file is not None:
            common.append(f"--config={self.config_file}")
        if source.name:
            common.append(f"--name={source.name}")
        options = [one for item in source.options for one in _option(*item)]
        return [*common, *options, "--", *source.names]


class _Lines(io.TextIOBase):
    """A stream that hands on each line; ``last`` is the last one that was not empty."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._rest = ""
        self.last = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in filter(str.strip, lines):
            self.last = line
            self._say(line)
        return len(text)


def _command(source: SourceSettings) -> click.Command:
    command = getattr(import_module(f"trainer.commands.{source.kind}"), source.kind)
    assert isinstance(command, click.Command)
    return command


def _option(name: str, value: Option) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    values = value if isinstance(value, tuple) else (value,)
    return [f"--{name}={one}" for one in values]
