"""``python -m bench detection FOLDER LABELS``: precision, recall and F1 beside the peers installed.

All tools read the same copies of the labelled files in one run. Files outside any repository will
do: the copies are staged in a throw-away one, where every line counts as added.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from bench import replay
from bench.labels import Label, LabelError, read
from bench.peers import PEERS
from bench.scoring import Found, Score, by_file, by_line, errors
from coderasst_hook.languages import language_of
from coderasst_hook.models import Category, Severity

OWN = "coderasst"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tolerance",
    "tolerances",
    type=click.IntRange(0, 100),
    multiple=True,
    default=(0, 2),
    show_default=True,
    help="Lines that a finding may be away from a bad line; several are all shown.",
)
@click.option(
    "--category",
    "categories",
    type=click.Choice([category.value for category in Category]),
    multiple=True,
    help="Count only findings of this category (default: all).",
)
@click.option(
    "--min-severity",
    type=click.Choice([severity.value for severity in Severity]),
    default="low",
    show_default=True,
    help="Count only our findings from this severity on.",
)
@click.option("--peers/--no-peers", default=True, show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bench/results/detection.json"),
    show_default=True,
)
def main(
    folder: Path,
    labels: Path,
    tolerances: tuple[int, ...],
    categories: tuple[str, ...],
    min_severity: str,
    peers: bool,
    output: Path,
) -> None:
    """Judge the files in FOLDER by LABELS, JSON lines such as

    {"path": "a.py", "line": 3, "category": "security", "label": "bad"}

    "line" and "category" may be null; "label" is bad or good, or true or false. A finding counts
    for a label if its category is the label's, or if the label's is none of ours.
    """
    try:
        wanted = read(labels)
    except (LabelError, OSError) as error:
        raise click.BadParameter(f"{labels}: {error}", param_hint="LABELS") from None
    here = [label for label in wanted if _is_file(folder, label.path)]
    if not here:
        raise click.BadParameter(f"no labelled file is in {folder}", param_hint="LABELS")

    def counted(found: Found) -> bool:
        grave = found.severity is None or Severity(found.severity) >= Severity(min_severity)
        return grave and (not categories or found.category in categories)

    tools = _run_all(folder, sorted({label.path for label in here}), with_peers=peers)
    result: dict[str, Any] = {
        "benchmark": "detection",
        "labels": len(here),
        "files": len({label.path for label in here}),
        "labels_without_file": len(wanted) - len(here),
        "rows": [],
        "tools": {},
    }
    for name, (found, about) in tools.items():
        found = list(filter(counted, found))
        result["tools"][name] = {**about, **errors(here, found)}
        if "failed" not in about:
            result["rows"] += [{"tool": name, **row} for row in _rows(here, found, tolerances)]
    _show(result)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=2) + "\n")


def _is_file(folder: Path, path: str) -> bool:
    """Ordinary files only: a link in a folder from elsewhere may lead anywhere."""
    place = folder
    for part in path.split("/"):
        place = place / part
        if place.is_symlink():
            return False
    try:
        return place.is_file()
    except OSError:  # a name that is too long
        return False


Outcome = tuple[list[Found], dict[str, Any]]


def _run_all(folder: Path, paths: Sequence[str], *, with_peers: bool) -> dict[str, Outcome]:
    # What tells git how to treat files is itself no file to be judged here.
    kept = [Path(path) for path in paths if not Path(path).name.startswith(".git")]
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        repository = replay.new_repository(scratch / "repository")
        replay.copy(folder, kept, repository / replay.FOLDER)
        replay.stage(repository)
        tools = {OWN: _own(repository)}
        for peer in PEERS if with_peers else ():
            if peer.program is None:
                tools[peer.name] = [], {"failed": "not installed"}
                continue
            try:
                found, seconds = peer.run(repository / replay.FOLDER, scratch)
            except (RuntimeError, OSError, ValueError) as error:
                tools[peer.name] = [], {"failed": str(error)}
            else:
                tools[peer.name] = found, {"seconds": seconds}
        return tools


def _own(repository: Path) -> Outcome:
    done = replay.review(repository)
    found = [
        Found(
            entry["path"],
            entry["line"],
            entry["end_line"],
            entry["category"],
            entry["rule_id"],
            entry["cwe"],
            entry["severity"],
        )
        for entry in done.report["findings"]
    ]
    return found, {
        "seconds": done.seconds,
        "not_reviewed": {
            skip["path"]: skip["reason"]
            for skip in done.report["coverage"]["skipped"]
            if skip["stage"] == "diff"
        },
    }


def _rows(
    labels: Sequence[Label], found: Sequence[Found], tolerances: Sequence[int]
) -> Iterator[dict[str, Any]]:
    measures: dict[str, Callable[[Sequence[Label], Sequence[Found]], Score]] = {"file": by_file}
    for lines in dict.fromkeys(tolerances):
        measures[f"line ±{lines}"] = lambda la, fo, lines=lines: by_line(la, fo, lines)
    for group, members in _groups(labels).items():
        for measure, score_of in measures.items():
            score = score_of(members, found)
            yield {
                "measure": measure,
                "group": group,
                **vars(score),
                "precision": score.precision,
                "recall": score.recall,
                "f1": score.f1,
            }


def _groups(labels: Sequence[Label]) -> dict[str, list[Label]]:
    """All labels, then those of each category, then those of each language."""
    groups: dict[str, list[Label]] = {"all": list(labels)}
    for label in sorted(labels, key=lambda label: label.category or ""):
        if label.category is not None:
            groups.setdefault(f"category {label.category}", []).append(label)
    for label in sorted(labels, key=lambda label: language_of(label.path, "") or ""):
        groups.setdefault(f"language {language_of(label.path, '')}", []).append(label)
    return groups


def _show(result: dict[str, Any]) -> None:
    click.echo(f"{result['labels']} labels of {result['files']} files")
    if missing := result["labels_without_file"]:
        click.echo(f"{missing} labels name no file in the folder; they are left out", err=True)
    for name, about in result["tools"].items():
        if "failed" in about:
            click.echo(f"{name}: {about['failed']}", err=True)
        elif about.get("not_reviewed"):
            click.echo(f"{name} left out {len(about['not_reviewed'])} files (see the JSON)")
    click.echo(f"{'':24}{'':18}{'precision':>10}{'recall':>8}{'F1':>8}{'right':>8}", nl=False)
    click.echo(f"{'wrong':>8}{'missed':>8}")
    group = None
    for row in sorted(result["rows"], key=lambda row: (row["group"] != "all", row["group"])):
        if row["group"] != group:
            group = row["group"]
            click.echo(group)
        figures = [row["precision"], row["recall"], row["f1"]]
        shown = ["-" if figure is None else f"{figure:.3f}" for figure in figures]
        counts = "".join(f"{row[key]:>8}" for key in ("right", "wrong", "missed"))
        label = f"  {row['tool']:22}{row['measure']:18}"
        click.echo(f"{label}{shown[0]:>10}{shown[1]:>8}{shown[2]:>8}{counts}")
