"""``coderasst-train``: wiring only. A command's module is imported when that command runs."""

from __future__ import annotations

import sys

import click

from coderasst_hook import __version__, error_handler
from coderasst_hook.lazy_group import Entry, LazyGroup

ACQUIRE = {
    "files": Entry("trainer.commands.files:files", "Folders, archives and repositories on disk."),
    "web": Entry("trainer.commands.web:web", "Pages of sites, politely."),
    "github": Entry("trainer.commands.github:github", "Repositories, and review conversations."),
    "youtube": Entry("trainer.commands.youtube:youtube", "What is said in videos."),
    "feedback": Entry("trainer.commands.feedback:feedback", "Verdicts out of the feedback store."),
}
COMMANDS = {
    "acquire": Entry("trainer.cli:acquire", "Gather documents, with where they come from."),
    "preprocess": Entry(
        "trainer.commands.preprocess:preprocess", "Make a clean corpus of what was gathered."
    ),
    "dataset": Entry(
        "trainer.commands.dataset:dataset", "Make instruction data of corpus and feedback."
    ),
    "base": Entry("trainer.commands.base:base", "Train a model from nothing but the corpus."),
    "finetune": Entry(
        "trainer.commands.finetune:finetune", "Teach a model to review as people wish."
    ),
    "evaluate": Entry(
        "trainer.commands.evaluate:evaluate", "Is a model better than the one in use?"
    ),
    "promote": Entry("trainer.commands.promote:promote", "Let reviews use a better model."),
    "rollback": Entry("trainer.commands.rollback:rollback", "Go back to the model before."),
    "status": Entry("trainer.commands.status:status", "What is in use, what waits, what next."),
    "export": Entry("trainer.commands.export:export", "Hand a model to Ollama, proven the same."),
    "run": Entry("trainer.commands.run:run", "All of it, where something has changed."),
    "propose": Entry("trainer.commands.propose:propose", "Its report as a pull request."),
}
_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(cls=LazyGroup, entries=COMMANDS, context_settings=_HELP)
@click.version_option(__version__, "-V", "--version", prog_name="coderasst-train")
def train() -> None:
    """Gather data and prepare it, for a model that reviews as people wish."""


@click.group(cls=LazyGroup, entries=ACQUIRE, context_settings=_HELP)
def acquire() -> None:
    """Gather documents into the workspace. Run again, each goes on where it stopped."""


def main() -> None:
    """The console script. Never returns."""
    sys.exit(
        error_handler.run(lambda: train.main(prog_name="coderasst-train", standalone_mode=False))
    )
