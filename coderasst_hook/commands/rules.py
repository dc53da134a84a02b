"""``coderasst rules``: which rules there are, what one means, and whether one's own work."""

from __future__ import annotations

import json
import os
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from coderasst_hook import config
from coderasst_hook.analyzers import registry
from coderasst_hook.errors import EXIT_FINDINGS, UsageError
from coderasst_hook.models import CATEGORIES, Rule
from coderasst_hook.session import RULES_FOLDER
from coderasst_hook.untrusted import printable
from coderasst_hook.wording import count as in_words


@click.group()
def rules() -> None:
    """List and explain the rules."""


@rules.command("list")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
def list_rules(form: str) -> None:
    """Every rule, and how many there are by language and category; in Markdown, the counts."""
    found = _all()
    if form == "json":
        click.echo(json.dumps([_described(rule) for rule in found], indent=2))
        return
    if form == "markdown":
        click.echo("\n".join(markdown(found)))
        return
    width = max(len(rule.id) for rule in found)
    for rule in found:
        click.echo(f"{rule.id:<{width}}  {rule.severity.value:<8}  {printable(rule.message)}")
    click.echo()
    for line in matrix(found):
        click.echo(line)


@rules.command("show")
@click.argument("rule_id", metavar="ID")
def show(rule_id: str) -> None:
    """What one rule looks for, why, and what to write instead."""
    found = {rule.id: rule for rule in _all()}
    if rule_id not in found:
        from difflib import get_close_matches

        near = get_close_matches(rule_id, found, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"no rule {printable(rule_id)!r}{hint}", next_step="coderasst rules list")
    rule = found[rule_id]
    facts = {
        "category": rule.category.value,
        "severity": rule.severity.value,
        "confidence": rule.confidence.value,
        "languages": ", ".join(rule.languages) or "every",
        "weakness": rule.cwe or "none assigned",
        "engine": rule.engine,
    }
    click.echo(f"{rule.id}: {printable(rule.message)}\n")
    for name, value in facts.items():
        click.echo(f"  {name:<10}  {value}")
    for name, text in (
        ("Why", rule.explanation),
        ("Instead", rule.suggestion),
        ("Cannot see", rule.limits),
    ):
        if text:
            wrapped = textwrap.fill(printable(text), 96, subsequent_indent="  ")
            click.echo(f"\n{name}: {wrapped}")


@rules.command("test")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def test(folders: tuple[Path, ...]) -> None:
    """Run the examples of the rules in FOLDERS (default: .coderasst/rules)."""
    from coderasst_hook.analyzers.rule_store import RuleStore
    from coderasst_hook.analyzers.self_test import problems

    store = RuleStore(folders or _own_folders(), built_in=False)
    wrong = [str(error) for error in store.errors]
    wrong += [problem for rule in store.all() for problem in problems(rule)]
    for line in wrong:
        click.echo(printable(line))
    count = len(store.all())
    if not count and not wrong:
        where = ", ".join(map(str, folders)) or RULES_FOLDER.as_posix()
        raise UsageError(f"there are no rules in {where}")
    click.echo(f"{in_words(count, 'rule')}, {in_words(len(wrong), 'problem')}")
    if wrong:
        raise SystemExit(EXIT_FINDINGS)


def matrix(found: Sequence[Rule]) -> Iterable[str]:
    """Lines of a table of how many rules there are by language (rows) and category (columns)."""
    rows = _counts(found)
    width = max(len(language) for language in rows)
    yield "  ".join([f"{'language':<{width}}", *(f"{name:>15}" for name in CATEGORIES)])
    for language, counts in rows.items():
        cells = (f"{count or '-':>15}" for count in counts)
        yield "  ".join([f"{language:<{width}}", *cells])


def markdown(found: Sequence[Rule]) -> Iterable[str]:
    """``matrix`` as the README has it."""
    yield f"| language | {' | '.join(CATEGORIES)} |"
    yield f"|---|{'---:|' * len(CATEGORIES)}"
    for language, counts in _counts(found).items():
        yield f"| {language} | {' | '.join(str(count or '') for count in counts)} |"


def _counts(found: Sequence[Rule]) -> dict[str, tuple[int, ...]]:
    """By language, in the order of ``CATEGORIES``."""
    cells = Counter(
        (language, rule.category.value)
        for rule in found
        for language in (rule.languages or ("every",))
    )
    languages = sorted({language for language, _ in cells})
    return {language: tuple(cells[language, name] for name in CATEGORIES) for language in languages}


def _all() -> tuple[Rule, ...]:
    root = config.find_root(Path.cwd())
    loaded = config.load(root, environ=os.environ)
    return registry.all_rules(loaded.settings, _own_folders())


def _own_folders() -> tuple[Path, ...]:
    root = config.find_root(Path.cwd())
    folder = (root or Path.cwd()) / RULES_FOLDER
    return (folder,) if folder.is_dir() else ()


def _described(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "category": rule.category.value,
        "severity": rule.severity.value,
        "confidence": rule.confidence.value,
        "languages": list(rule.languages),
        "cwe": rule.cwe,
        "engine": rule.engine,
        "message": rule.message,
    }
