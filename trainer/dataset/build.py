"""``coderasst-train dataset``, as one function: make examples of all sources, keep the splits
apart, balance, write.

The same input, settings and seed give the same bytes, whatever the number of workers.
"""

from __future__ import annotations

from collections import defaultdict
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
from trainer.dataset.code_document import Code, code_of
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
from trainer.dataset.remembered import Memory
from trainer.dataset.report import report
from trainer.dataset.reviewed import reviewed
from trainer.dataset.scouting import scouted
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
class _Answer:
    """A worker's, to a batch."""

    documents: int
    made: list[Made]
    keys: list[str]
    """Of what is remembered of them."""


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


def build(
    sources: Sources,
    target: Path | None,
    recipe: Recipe,
    tell: Tell,
    memory: Path | None = None,
) -> Tally:
    """Write the dataset into the folder ``target``; None counts what would be written.

    ``memory``: folder for what was made of each file of the corpus, so that it is not made again.

    Raises ``StoreError`` where a source cannot be read or a file cannot be written; what was there
    before stays then.
    """
    tally = Tally()
    try:
        if target is not None:
            target.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=target) as file:
            spool = Spool(file)
            made = _made(sources, recipe, tell, memory)
            entries = list(_entries(made, spool, tally))
            taken = _chosen(entries, recipe.settings, tally)
            tell(f"{len(taken):,} of {len(entries):,} examples are taken")
            with written(taken, spool, target, tally) as outputs:
                if target is not None:
                    _finish(sources, outputs, target, recipe, tally)
    except OSError as error:
        raise StoreError(f"cannot write {target or 'a temporary file'}: {error.strerror}") from None
    return tally


def _made(sources: Sources, recipe: Recipe, tell: Tell, memory: Path | None) -> Making:
    if sources.examples is not None:
        taught = frozenset(recipe.settings.rules)
        yield from shipped(load(sources.examples), recipe.form, taught)
    if sources.feedback is not None:
        feedback = Feedback(sources.feedback)
        yield from judged(feedback.items(), recipe.settings, recipe.form)
        for number in range(feedback.bad):
            yield LeftOut(MALFORMED, Kind.VERDICT, f"feedback/{number}")
    if sources.corpus:
        yield from _of_corpus(sources, recipe, tell, memory)


def _of_corpus(sources: Sources, recipe: Recipe, tell: Tell, folder: Path | None) -> Making:
    settings = recipe.settings
    rules = frozenset(settings.rules)
    loud = scouted(_documents(sources), rules, recipe.workers, folder) if rules else {}
    if rules:
        tell(f"{len(loud):,} files of the corpus have findings of the rules to be taught")
    documents = (document for document, _ in _documents(sources))
    chosen = chosen_ids(documents, settings.max_documents, settings.seed, loud)
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
        rules=rules,
        clean_share=settings.clean_share,
        views=settings.views,
    )
    memory = Memory.of(folder, labelling)
    done, keys = 0, set[str]()
    work = partial(_batch, labelling=labelling, memory=memory)
    for answer in in_order(work, in_batches(wanted, BATCH), recipe.workers):
        yield from answer.made
        keys.update(answer.keys)
        if done // 1000 != (done + answer.documents) // 1000:
            tell(f"{done + answer.documents:,} documents are done")
        done += answer.documents
    memory.forget_others(keys)


def _teaching(planters: tuple[Planter, ...], rules: tuple[str, ...]) -> tuple[Planter, ...]:
    return tuple(one for one in planters if not rules or one.rule in rules)


def _documents(sources: Sources) -> Iterator[tuple[Document, str]]:
    for path in sources.corpus:
        yield from corpus_files.documents(path)


def _batch(batch: Batch, labelling: Labelling, memory: Memory) -> _Answer:
    """What a worker does."""
    made: list[list[Made]] = []
    anew: list[tuple[int, str, Code]] = []
    keys: list[str] = []
    for document, split in batch:
        known = _without_labelling(document, split, labelling)
        if isinstance(known, Code):
            keys.append(memory.key(document, split))
            remembered = memory.get(keys[-1])
            if remembered is None:
                anew.append((len(made), keys[-1], known))
            made.append(remembered or [])
        else:
            made.append([known])
    label = windowed if labelling.form.in_windows else labelled
    of_document = defaultdict(list)
    for one in label([code for _, _, code in anew], labelling):
        of_document[_document_of(one)].append(one)
    for place, key, code in anew:
        made[place] = of_document[code.provenance.document]
        memory.put(key, made[place])
    return _Answer(len(batch), [one for part in made for one in part], keys)


def _without_labelling(document: Document, split: str, labelling: Labelling) -> Code | Made:
    if is_conversation(document):
        return reviewed(document, split, labelling.form)
    return code_of(document, split)


def _document_of(made: Made) -> str:
    return made.provenance.document if isinstance(made, Example) else made.where


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
