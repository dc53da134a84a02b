"""The texts of an exported folder that are for people."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.redact import mask
from coderasst_hook.untrusted import one_line
from trainer.export.model_folder import ModelFolder
from trainer.export.modelfile import Modelfile
from trainer.export.table import Row, markdown


def card(own: str, name: str, rows: Sequence[Row], by_hand: str) -> str:
    """``own`` is the model card of the run; ``by_hand`` a flag that ``ollama create`` needs."""
    head = (
        mask(own).strip() or f"# {name}\n\nA model that reviews code, trained by coderasst-train."
    )
    return (
        f"{head}\n\n## Exported files\n\n{markdown(rows)}\n"
        "Perplexity is measured on held-out text; the loss is against the weights as trained.\n\n"
        "## Use\n\nOn a machine with Ollama, in this folder:\n\n"
        f"```sh\nsha256sum --check SHA256SUMS\nollama create {name} -f Modelfile{by_hand}\n"
        f"coderasst models use {name}\n```\n"
    )


def licences_list(folder: ModelFolder, modelfile: Modelfile) -> str:
    """What the weights were made of, as far as licences were found."""
    declared = folder.config.get("license")
    lines = [f"Model: {one_line(declared, 80) if isinstance(declared, str) else 'see below'}"]
    if not modelfile.licences:
        lines.append("No licence text lies in the model's folder.")
    return "\n".join(lines) + "\n" + "".join(f"\n---\n{text}\n" for text in modelfile.licences)
