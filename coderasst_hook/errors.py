"""The one family of errors that end a run.

Each carries one sentence for a person and the exit code that the command line promises. Whatever
can be recorded and survived (a chunk that the model could not answer, a file that is binary) is not
an error but a ``Skipped`` in the report's coverage.
"""

from __future__ import annotations

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_INTERRUPTED = 130


class FatalError(Exception):
    """Ends the run. ``str(error)`` is one clear sentence, ``next_step`` a command that mends it."""

    exit_code = EXIT_USAGE

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.next_step = next_step


class UsageError(FatalError):
    """The command line asks for something that cannot be."""


class ConfigurationError(FatalError):
    """A configuration file, variable or flag is malformed, or names an unknown key."""


class GitError(FatalError):
    """Git refused: not a repository, an unknown revision, an unreadable object."""


class PatchError(FatalError):
    """A patch from a file or standard input is malformed; the message names the line."""


class StoreError(FatalError):
    """A file of ours (cache, baseline, queue) cannot be read or written."""


class BackendError(FatalError):
    """The model's server cannot be used at all."""

    exit_code = EXIT_INCOMPLETE


class ReviewIncomplete(FatalError):
    """The review could not be completed, and the user asked that this matter."""

    exit_code = EXIT_INCOMPLETE


class AcquisitionIncomplete(FatalError):
    """A source of training data stopped answering; what it gave before is kept."""

    exit_code = EXIT_INCOMPLETE


class PreparationIncomplete(FatalError):
    """A process that prepared data has died; what others have left is gone on with."""

    exit_code = EXIT_INCOMPLETE


class ExportFailed(FatalError):
    """A trained model could not be handed over; what was there before is as it was."""

    exit_code = EXIT_INCOMPLETE


class TrainingFailed(FatalError):
    """Training could not go on; its last checkpoint is whole."""

    exit_code = EXIT_INCOMPLETE
