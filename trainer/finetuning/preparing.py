"""What will be trained on what, before any weight is read: all that can be wrong is found here, and
a dry run ends here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from coderasst_hook.errors import BackendError, ConfigurationError, UsageError
from coderasst_hook.llm.forms import declared_by
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import Example, Kind
from trainer.finetuning.adapters import Method, chosen_method
from trainer.finetuning.examples import Data, read
from trainer.finetuning.loading import (
    LONGEST_CONTEXT,
    Shape,
    check_vocabulary,
    shape_of,
    tokenizer_of,
)
from trainer.finetuning.mixture import Mixture, mixture
from trainer.finetuning.preferences import Judged, judged
from trainer.finetuning.rendering import Encoded, Renderer
from trainer.finetuning.start import Start, start
from trainer.finetuning.taste import Adapted, Taste, adapted, taste_of
from trainer.registry import Registry
from trainer.workspace import Workspace

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Only = Literal["", "sft", "preferences"]
COLLECT = (
    "coderasst feedback sync, then coderasst-train acquire feedback and coderasst-train dataset"
)


@dataclass(frozen=True, slots=True)
class Request:
    named: str | None = None
    """What to start from; see ``start``."""
    only: Only = ""
    merge: bool = False
    """Whether an adapter becomes a part of the weights in the end."""
    needs_feedback: bool = False
    """Whether it is refused where nobody has judged anything."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """``train`` and ``validation`` are encoded; the rest says how they came to be."""

    request: Request
    settings: FinetuneSettings
    start: Start
    shape: Shape
    method: Method
    renderer: Renderer
    form: str
    """Name of the prompt form that the model will be made for."""
    data: Data
    taste: Taste
    changed: int
    """Answers that lose what people do not want, in training."""
    mixture: Mixture
    judged: Judged
    validation_examples: tuple[Example, ...]
    """As they should be answered."""
    train: tuple[Encoded, ...]
    validation: tuple[Encoded, ...]
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        return self.renderer.tokenizer

    @property
    def context(self) -> int:
        return self.renderer.longest

    @property
    def supervises(self) -> bool:
        return self.request.only != "preferences"

    @property
    def prefers(self) -> bool:
        """Whether preferences are trained, too."""
        return self.request.only != "sft" and not self.judged.missing(self.settings)

    @property
    def rate(self) -> float:
        settings = self.settings
        return settings.learning_rate if self.method == "full" else settings.adapter_learning_rate


def prepare(workspace: Workspace, settings: FinetuneSettings, request: Request) -> Prepared:
    """Raises ``FatalError`` for all that keeps it from being trained."""
    registry = Registry(workspace.models)
    data = read(workspace.dataset)
    said = judged(data.train)
    _refuse_without_feedback(data, request)
    _refuse_without_preferences(said, settings, request)
    begin = start(request.named, registry, workspace)
    _refuse_nothing_new(request, data, registry)
    shape = shape_of(begin)
    tokenizer = tokenizer_of(begin)
    check_vocabulary(tokenizer, shape, begin)
    method = chosen_method(shape.parameters, settings)
    renderer = Renderer(tokenizer, _longest(shape, settings))
    taste = taste_of(data.train, settings)
    changed = adapted(data.train, taste.unwanted)
    mixed = mixture(
        changed.examples, settings, learned=begin.learned, changed=frozenset(changed.changed)
    )
    held_out = adapted(data.validation, taste.unwanted)
    train = tuple(renderer.encoded(mixed.examples))
    left_out = Counter(renderer.left_out)
    if request.only != "preferences" and not train:
        raise UsageError(
            f"none of {len(mixed.examples):,} examples can be learned: {_most(left_out)}",
            next_step="choose a start with a longer context, or make smaller examples: "
            "dataset.prompt_tokens",
        )
    return Prepared(
        request=request,
        settings=settings,
        start=begin,
        shape=shape,
        method=method,
        renderer=renderer,
        form=_form(data.train),
        data=data,
        taste=taste,
        changed=_replayed(mixed, changed),
        mixture=mixed,
        judged=said,
        validation_examples=tuple(held_out.examples),
        train=train,
        validation=tuple(renderer.encoded(held_out.examples)),
        left_out=left_out,
    )


def _refuse_without_feedback(data: Data, request: Request) -> None:
    if request.needs_feedback and not data.verdicts:
        raise UsageError(
            "there is no feedback to finetune on",
            next_step=f"{COLLECT}; to learn the instruction data alone: "
            "coderasst-train finetune --only sft",
        )


def _refuse_without_preferences(said: Judged, settings: FinetuneSettings, request: Request) -> None:
    if request.only != "preferences":
        return
    if not said.places:
        raise UsageError("there is no feedback to learn preferences from", next_step=COLLECT)
    missing = said.missing(settings)
    if missing:
        raise UsageError(
            f"too little feedback for preferences: {missing}",
            next_step=f"coderasst-train finetune, which learns verdicts as examples; or {COLLECT}",
        )


def _refuse_nothing_new(request: Request, data: Data, registry: Registry) -> None:
    """Where the model in force has learned this very data, all that could be new is feedback."""
    promoted = registry.promoted()
    if promoted is None or data.verdicts or request.named not in (None, promoted.id):
        return
    if promoted.kind == "finetuned" and promoted.data == data.digest:
        raise UsageError(
            f"{promoted.id} was trained on this dataset, and there is no feedback in it",
            next_step=COLLECT,
        )


def _longest(shape: Shape, settings: FinetuneSettings) -> int:
    if settings.sequence > shape.context:
        raise ConfigurationError(
            f"finetune.sequence is {settings.sequence:,}, and the model reads {shape.context:,} "
            "tokens"
        )
    return settings.sequence or min(shape.context, LONGEST_CONTEXT)


def _form(examples: tuple[Example, ...]) -> str:
    """That of most of them: a model is asked in one."""
    systems = Counter(one.system for one in examples)
    try:
        return declared_by(systems.most_common(1)[0][0]).name
    except BackendError as error:
        raise ConfigurationError(
            f"the dataset was made for another version: {error}",
            next_step="coderasst-train dataset",
        ) from None


def _replayed(mixed: Mixture, changed: Adapted) -> int:
    return sum(one.kind is not Kind.VERDICT and one.id in changed.changed for one in mixed.examples)


def _most(reasons: Counter[str]) -> str:
    return ", ".join(f"{why} ×{count:,}" for why, count in reasons.most_common())
