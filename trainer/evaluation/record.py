"""``evaluation.json``: what was found, what was decided, and of which weights and cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter, ValidationError

from coderasst_hook.errors import StoreError
from coderasst_hook.files import read_regular, write_atomically
from trainer.config_release import EvaluateSettings

if TYPE_CHECKING:
    # To read a record, which every promotion does, nobody needs NumPy.
    from trainer.evaluation.compare import Comparison
    from trainer.evaluation.dimensions import Counts
    from trainer.evaluation.intervals import Interval
    from trainer.evaluation.measure import Measured

FILE = "evaluation.json"
REPORT = "evaluation_report.html"
VERSION: Literal[1] = 1
LARGEST_FILE = 16 << 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What was evaluated. ``model`` and ``weights`` are those of the registry, empty for a model
    that is not ours."""

    name: str
    digest: str
    host: str = ""
    model: str = ""
    weights: str = ""
    form: str = "full"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision: see ``gate.Decision``."""

    promote: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What ``promote`` and ``status`` read of the file; there is more in it."""

    id: str
    at: datetime
    candidate: Subject
    incumbent: Subject | None
    decision: Verdict
    version: Literal[1] = VERSION


_JSON: TypeAdapter[Record] = TypeAdapter(Record)


def read(folder: Path) -> Record | None:
    """The record in ``folder``; None where there is none. Raises ``StoreError``."""
    path = folder / FILE
    try:
        data = read_regular(path, LARGEST_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
    try:
        return _JSON.validate_json(data)
    except (ValidationError, RecursionError):
        raise StoreError(
            f"{path} is damaged", next_step="remove it, and run coderasst-train evaluate"
        ) from None


def write(folder: Path, data: Mapping[str, Any], report: str) -> None:
    """The report first: where there is a record, there is its report. Raises ``StoreError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / REPORT, report.encode("utf-8"))
        text = json.dumps(data, indent=1, allow_nan=False) + "\n"
        write_atomically(folder / FILE, text.encode("ascii"))
    except OSError as error:
        raise StoreError(f"cannot write to {folder}: {error.strerror}") from None


def data_of(
    record: Record,
    comparison: Comparison,
    settings: EvaluateSettings,
    cases: Mapping[str, str],
    unwanted: tuple[str, ...],
) -> dict[str, Any]:
    """The whole of it, as JSON. ``cases``: SHA-256 by the name of each file of cases."""
    evidence = comparison.evidence
    told = json.loads(_JSON.dump_json(record))
    names = list(evidence.candidate)
    incumbent = evidence.incumbent or {}
    told["decision"]["checks"] = [asdict(check) for check in comparison.decision.checks]
    return {
        **told,
        "settings": settings.model_dump(mode="json"),
        "cases": {
            "files": dict(cases),
            "review": evidence.faulty + evidence.clean,
            "clean": evidence.clean,
            "verdicts": {"taken": evidence.taken, "rejected": evidence.rejected},
            "unreadable": comparison.candidate.held.unreadable,
            "left out": comparison.candidate.held.left_out,
            "unwanted types": list(unwanted),
        },
        "figures": {
            name: {
                "candidate": _interval(evidence.candidate[name]),
                "incumbent": _interval(incumbent.get(name)),
                "difference": _interval(evidence.difference.get(name)),
            }
            for name in names
        },
        "measured": {
            "candidate": _measured(comparison.candidate),
            "incumbent": comparison.incumbent and _measured(comparison.incumbent),
        },
        "changed": {"better": len(comparison.better), "worse": len(comparison.worse)},
    }


def _measured(one: Measured) -> dict[str, Any]:
    agreement = one.agreement
    return {
        "counts": asdict(one.whole),
        "by category": {name: _told(counts) for name, counts in one.by_category.items()},
        "by language": {name: _told(counts) for name, counts in one.by_language.items()},
        "verdicts": {
            "taken": agreement.taken,
            "raised": agreement.raised,
            "rejected": agreement.rejected,
            "silent": agreement.silent,
        },
        "cost": asdict(one.cost),
        "failures": dict(one.failures),
    }


def _told(counts: Counts) -> dict[str, Any]:
    from trainer.evaluation.dimensions import scores

    return {"cases": counts.cases, "expected": counts.expected, **scores(counts)}


def _interval(interval: Interval | None) -> list[float | None] | None:
    return None if interval is None else [interval.value, interval.low, interval.high]
