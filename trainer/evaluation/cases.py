"""The two held-out sets: review cases, whose answer is known, and verdict cases, whose findings
people have judged.

Both come from the dataset's test split, which no model is trained on: repositories are held out as
a whole, and of verdicts the newest of each repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from coderasst_hook.errors import BackendError, StoreError, UsageError
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.llm.forms import COMPACT, PromptForm, declared_by
from trainer.dataset.example import TEST, Example, Kind
from trainer.evaluation.claims import Claim, labels
from trainer.evaluation.shown import Shown, shown

_VERDICT = '"verdict"'
LEAST_UNITS = 10
MOST_LINE = 4 << 20
"""Characters of one line of a file of cases."""


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    group: str
    """The repository or package: cases of one are not independent of each other."""
    document: str
    """The file in it, or the judged finding."""
    language: str
    form: PromptForm
    user: str
    """The request, word by word."""
    shown: Shown
    expected: tuple[Claim, ...]
    """What should be reported; nothing where it is clean."""

    def prompt(self, form: PromptForm) -> Prompt:
        """The request in the form that a model reads. Raises ``UsageError`` where it cannot be had:
        a large change is not one window."""
        if form.name == self.form.name:
            return form.again(self.user)
        if self.form.name == COMPACT.name:
            return form.prompt(self.shown.chunk())
        raise UsageError(
            f"the cases are in the {self.form.name} form, and a model reads the {form.name} one",
            next_step=f"coderasst-train dataset, with dataset.prompt set to {form.name!r}",
        )

    def of_category(self, category: str) -> Case:
        kept = tuple(claim for claim in self.expected if claim.category == category)
        return replace(self, expected=kept)


@dataclass(frozen=True, slots=True)
class VerdictCase:
    """``accepted`` are the findings that people took, ``rejected`` those that they called wrong."""

    case: Case
    accepted: tuple[Claim, ...]
    rejected: tuple[Claim, ...]
    weight: float = 1.0
    """Of what people did, at most 1."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    review: tuple[Case, ...] = ()
    verdicts: tuple[VerdictCase, ...] = ()
    unreadable: int = 0
    """Lines that are no example."""
    left_out: int = field(default=0)
    """Review cases beyond the limit."""


def case_of(example: Example) -> Case:
    """Raises ``ValueError`` where it is no case."""
    try:
        form = declared_by(example.system)
    except BackendError as error:
        raise ValueError(str(error)) from None
    return Case(
        id=example.id,
        group=example.provenance.group,
        document=example.provenance.document,
        language=example.language,
        form=form,
        user=example.user,
        shown=shown(example.user, form, example.language),
        expected=labels(example.answer, form),
    )


def verdict_case_of(example: Example) -> VerdictCase:
    """Raises ``ValueError`` where nobody judged anything in it."""
    case = case_of(example)
    unwanted = example.preference.rejected if example.preference is not None else ""
    known = {claim.what for claim in case.expected}
    rejected = tuple(
        claim
        for claim in (labels(unwanted, case.form) if unwanted else ())
        if claim.what not in known
    )
    if not case.expected and not rejected:
        raise ValueError("nothing of it was judged")
    return VerdictCase(case, case.expected, rejected, example.weight)


def held_out(files: Iterable[Path], *, limit: int = 0, seed: int = 17) -> HeldOut:
    """Of ``files`` of examples, those of the test split. ``limit``: review cases at most, drawn by
    ``seed`` with as many clean ones among them as there were; 0 takes all. Verdicts are all taken.

    Raises ``StoreError`` where a file cannot be read.
    """
    review: dict[str, Case] = {}
    verdicts: dict[str, VerdictCase] = {}
    unreadable = 0
    for path in files:
        for example in _examples(path):
            try:
                if example is None:
                    raise ValueError("it is no example")
                if example.split != TEST:
                    continue
                if example.kind is Kind.VERDICT:
                    verdicts.setdefault(example.id, verdict_case_of(example))
                elif example.kind is not Kind.CONVERSATION:
                    review.setdefault(example.id, case_of(example))
            except ValueError:
                unreadable += 1
    chosen = _drawn(list(review.values()), limit, seed)
    return HeldOut(tuple(chosen), tuple(verdicts.values()), unreadable, len(review) - len(chosen))


def units(cases: Sequence[Case]) -> list[str]:
    """For each case, what is drawn as a whole for an interval: its repository, where there are
    enough of them, else its file. Few and large units make intervals too narrow (Cameron, Gelbach
    and Miller, Bootstrap-Based Improvements for Inference with Clustered Errors, 2008)."""
    for unit in (lambda case: case.group, lambda case: f"{case.group}\n{case.document}"):
        found = [unit(case) for case in cases]
        if len(set(found)) >= LEAST_UNITS:
            return found
    return [case.id for case in cases]


def judged_examples(files: Iterable[Path]) -> Iterator[Example]:
    """The verdicts in ``files`` of examples, of all splits but the test. A file that is not there
    has none. Raises ``StoreError``."""
    for path in files:
        if path.exists():
            for example in _examples(path, _VERDICT):
                if example is not None and example.kind is Kind.VERDICT and example.split != TEST:
                    yield example


def _examples(path: Path, having: str = "") -> Iterator[Example | None]:
    """None for a line that is none. Lines without the text ``having`` are passed over unread."""
    try:
        with path.open("r", encoding="utf-8", errors="replace") as file:
            while line := file.readline(MOST_LINE):
                if having not in line:
                    continue
                try:
                    yield Example.from_json(line)
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    if line.strip():
                        yield None
    except OSError as error:
        raise StoreError(
            f"cannot read {path}: {error.strerror}", next_step="coderasst-train dataset"
        ) from None


def _drawn(cases: list[Case], limit: int, seed: int) -> list[Case]:
    if not limit or len(cases) <= limit:
        return cases
    found = [case for case in cases if case.expected]
    clean = [case for case in cases if not case.expected]
    wanted = round(limit * len(found) / len(cases))
    draw = Random(seed)
    chosen = {case.id for case in draw.sample(found, min(wanted, len(found)))}
    chosen |= {case.id for case in draw.sample(clean, min(limit - len(chosen), len(clean)))}
    return [case for case in cases if case.id in chosen]
