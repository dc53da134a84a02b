"""``coderasst-train dataset``, as one function: make examples of all sources, keep the splits
apart, balance, write.

The same input, settings and seed give the same bytes, whatever the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from coderasst_hook.errors import StoreError
from trainer.config import DatasetSettings
from trainer.dataset import corpus_files
from trainer.dataset.apart import apart
from trainer.dataset.balance import balanced
from trainer.dataset.choosing import chosen_ids, in_batches, is_conversation
from trainer.dataset.code_document import code_of
from trainer.dataset.example import Example, Kind, LeftOut, Made, Making
from trainer.dataset.examples_file import load
from trainer.dataset.judged import judged
from trainer.dataset.labelled import labelled
from trainer.dataset.labelled_file import Labelling
from trainer.dataset.labels import check_taught
from trainer.dataset.manifest import manifest
from trainer.dataset.parallel import in_order
from trainer.dataset.planting import Planter
from trainer.dataset.prompt_form import ReviewPrompt
from trainer.dataset.report import report
from trainer.dataset.reviewed import reviewed
from trainer.dataset.shipped import shipped
from trainer.dataset.sources import Feedback, Sources
from trainer.dataset.spool import Entry, Spool
from trainer.dataset.tally import Tally
from trainer.dataset.windowed import windowed
from trainer.dataset.write import Output, put_in_place, written
from trainer.documents import Document

BATCH = 48
"""Documents that one worker labels at a time: ruff is started once for them."""
MALFORMED = "a line that is no feedback"

Batch = tuple[tuple[Document, str], ...]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How examples are made, whatever they are made of."""

    settings: DatasetSettings
    form: ReviewPrompt
    planters: tuple[Planter, ...] = ()
    workers: int = 1

    @classmethod
    def of_review(
        cls, settings: DatasetSettings, planters: tuple[Planter, ...] = (), workers: int = 1
    ) -> Recipe:
        """With the review's own prompt. Raises ``ConfigurationError`` for an unknown rule."""
        check_taught(settings.rules)
        return cls(
            settings, ReviewPrompt.named(settings.prompt, settings.prompt_tokens), planters, workers
        )


def build(sources: Sources, target: Path | None, recipe: Recipe, tell: Tell) -> Tally:
    """Write the dataset into the folder ``target``; None counts what would be written.

    Raises ``StoreError`` where a source cannot be read or a file cannot be written; what was there
    before stays then.
    """
    tally = Tally()
    try:
        if target is not None:
            target.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=target) as file:
            spool = Spool(file)
            entries = list(_entries(_made(sources, recipe, tell), spool, tally))
            taken = _chosen(entries, recipe.settings, tally)
            tell(f"{len(taken):,} of {len(entries):,} examples are taken")
            with written(taken, spool, target, tally) as outputs:
                if target is not None:
                    _finish(sources, outputs, target, recipe, tally)
    except OSError as error:
        raise StoreError(f"cannot write {target or 'a temporary file'}: {error.strerror}") from None
    return tally


def _made(sources: Sources, recipe: Recipe, tell: Tell) -> Making:
    if sources.examples is not None:
        taught = frozenset(recipe.settings.rules)
        yield from shipped(load(sources.examples), recipe.form, taught)
    if sources.feedback is not None:
        feedback = Feedback(sources.feedback)
        yield from judged(feedback.items(), recipe.settings, recipe.form)
        for number in range(feedback.bad):
            yield LeftOut(MALFORMED, Kind.VERDICT, f"feedback/{number}")
    if sources.corpus:
        yield from _of_corpus(sources, recipe, tell)


def _of_corpus(sources: Sources, recipe: Recipe, tell: Tell) -> Making:
    settings = recipe.settings
    chosen = chosen_ids((d for d, _ in _documents(sources)), settings.max_documents, settings.seed)
    wanted = (
        (document, split)
        for document, split in _documents(sources)
        if is_conversation(document) or document.id in chosen
    )
    tell(f"{len(chosen):,} files of the corpus are labelled")
    labelling = Labelling(
        form=recipe.form,
        seed=settings.seed,
        planters=_teaching(recipe.planters, settings.rules),
        rules=frozenset(settings.rules),
        clean_share=settings.clean_share,
    )
    done = 0
    work = partial(_batch, labelling=labelling)
    for count, made in in_order(work, in_batches(wanted, BATCH), recipe.workers):
        yield from made
        if done // 1000 != (done + count) // 1000:
            tell(f"{done + count:,} documents are done")
        done += count


def _teaching(planters: tuple[Planter, ...], rules: tuple[str, ...]) -> tuple[Planter, ...]:
    return tuple(one for one in planters if not rules or one.rule in rules)


def _documents(sources: Sources) -> Iterator[tuple[Document, str]]:
    for path in sources.corpus:
        yield from corpus_files.documents(path)


def _batch(batch: Batch, labelling: Labelling) -> tuple[int, list[Made]]:
    """What a worker does; and how many documents it was given."""
    made: list[Made] = []
    codes = []
    for document, split in batch:
        if is_conversation(document):
            made.append(reviewed(document, split, labelling.form))
            continue
        code = code_of(document, split)
        if isinstance(code, LeftOut):
            made.append(code)
        else:
            codes.append(code)
    made += (windowed if labelling.form.in_windows else labelled)(codes, labelling)
    return len(batch), made


def _entries(made: Iterable[Made], spool: Spool, tally: Tally) -> Iterator[Entry]:
    for one in made:
        if isinstance(one, Example):
            yield spool.put(one)
        else:
            tally.leave_out(one)


def _chosen(entries: list[Entry], settings: DatasetSettings, tally: Tally) -> list[Entry]:
    single, repeated = apart(entries)
    taken, beyond = balanced(single, settings)
    for reason, left in (*repeated.items(), *beyond.items()):
        for entry in left:
            tally.leave_out(LeftOut(reason, entry.kind, entry.document))
    return taken


def _finish(
    sources: Sources, outputs: tuple[Output, ...], target: Path, recipe: Recipe, tally: Tally
) -> None:
    told = manifest(sources, outputs, recipe.settings, recipe.form, tally)
    put_in_place(target, outputs, report(tally, outputs), told)
