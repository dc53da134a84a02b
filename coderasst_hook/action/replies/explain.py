"""``/coderasst explain``: more than the comment says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coderasst_hook.action.replies import model
from coderasst_hook.action.replies.values import Topic
from coderasst_hook.analyzers.rule_file import Example, PatternRule
from coderasst_hook.analyzers.rule_store import RuleStore
from coderasst_hook.models import Rule
from coderasst_hook.redact import mask
from coderasst_hook.reporters.pull_request.defuse import with_short_runs
from coderasst_hook.reporters.pull_request.markdown import code, details, fenced, text
from coderasst_hook.reporters.pull_request.words import LONGEST_NAME, weakness
from coderasst_hook.session import Session
from coderasst_hook.visible import visible

_MOST_EXAMPLES = 2
"""Of each kind."""
_LONGEST_EXAMPLE = 1_500
_LONGEST_TEXT = 4_000


def explain(topic: Topic) -> str:
    """In Markdown."""
    marker = topic.own.marker
    with topic.open_session() as session:
        rule = next((rule for rule in session.rules() if rule.id == marker.rule_id), None)
        if marker.source == "model":
            return _by_model(topic, session, rule)
        if rule is None:
            shown = code(marker.rule_id, LONGEST_NAME)
            return f"Of the rule {shown} nothing is known beyond what the comment says."
        return "\n\n".join(_rule(rule, session))


def _by_model(topic: Topic, session: Session, rule: Rule | None) -> str:
    first = topic.own.thread.first
    said = model.explanation(session, what_we_said(first.body), first.diff_hunk)
    if said.text is not None:
        shown = text(mask(said.text), model.LONGEST_ANSWER)
        return f"{shown}\n\n<sub>Explained by {code(said.by, LONGEST_NAME)}.</sub>"
    reason = text(f"No model could be asked: {said.why}", 500)
    known = list(_rule(rule, session)) if rule is not None else []
    return "\n\n".join([*known, f"{reason}. The comment above says what is known of this place."])


def what_we_said(body: str) -> str:
    """Our own comment without its marker and footer."""
    return (body.rpartition("\n<sub>")[0] or body.rpartition("\n<!--")[0]).strip()


def _rule(rule: Rule, session: Session) -> Iterator[str]:
    facts = (code(rule.id, LONGEST_NAME), rule.category.value, weakness(rule.cwe))
    yield " · ".join(fact for fact in facts if fact)
    for untrusted in (rule.message, rule.explanation):
        if untrusted.strip():
            yield text(mask(untrusted), _LONGEST_TEXT)
    if rule.suggestion.strip():
        yield f"**What to do**\n\n{text(mask(rule.suggestion), _LONGEST_TEXT)}"
    pattern = _pattern(rule, session)
    if pattern is not None:
        yield from _examples("What it reports", pattern.fires)
        yield from _examples("What is fine", pattern.quiet)


def _pattern(rule: Rule, session: Session) -> PatternRule | None:
    if rule.engine != "patterns":
        return None
    rules = RuleStore(session.rule_folders()).all()
    return next((found for found in rules if found.rule.id == rule.id), None)


def _examples(title: str, examples: Sequence[Example]) -> Iterator[str]:
    shown = [
        fenced(with_short_runs(visible(mask(example.code[:_LONGEST_EXAMPLE])).rstrip("\n")))
        for example in examples[:_MOST_EXAMPLES]
    ]
    if shown:
        yield details(title, "\n\n".join(shown))
