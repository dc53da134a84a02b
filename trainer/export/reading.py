"""What transformers raises for a folder that it cannot read, as an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coderasst_hook.errors import UsageError
from coderasst_hook.untrusted import one_line

_KNOWN = (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError)


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Raises ``UsageError`` in place of what the libraries have no class of their own for."""
    try:
        yield
    except Exception as error:
        # The tokenizers library, in Rust, raises Exception itself.
        if type(error) is not Exception and not isinstance(error, _KNOWN):
            raise
        raise UsageError(
            f"transformers cannot read {folder}: {one_line(str(error), 200)}",
            next_step="copy the model again, or train it again",
        ) from None
