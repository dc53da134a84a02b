"""How models are trained: the sections ``base`` and ``finetune`` of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trainer.config_section import Section


class BaseSettings(Section):
    """0 leaves a size or a rate to the preset."""

    preset: Literal["tiny", "nano", "small", "medium", "large"] = "nano"
    """Size of the model: half a million parameters (for tests), 4, 31, 124 or 342 million."""
    seed: int = 17
    """Decides the first weights and the order of the data."""
    vocabulary: Annotated[int, Field(ge=0)] = 0
    """Tokens that the tokenizer learns; 0: as many as suit the preset."""
    context: Annotated[int, Field(ge=0)] = 0
    """Tokens that the model reads at once; 0: as many as suit the preset."""
    tokenizer_megabytes: Annotated[int, Field(ge=1)] = 32
    """Of the corpus, from all over it, that the tokenizer learns from."""
    batch: Annotated[int, Field(ge=0)] = 0
    """Rows of "context" tokens that one device learns from in a step; 0: what suits the preset."""
    at_once: Annotated[int, Field(ge=0)] = 0
    """Rows of a step that are computed at once; 0: what suits the device."""
    epochs: Annotated[float, Field(gt=0)] = 1.0
    """How often the corpus is gone through."""
    max_tokens: Annotated[int, Field(ge=0)] = 0
    """Tokens, after which training ends; 0: no limit."""
    max_seconds: Annotated[float, Field(ge=0)] = 0.0
    """Seconds, after which training ends; the learning rate falls in time. 0: no limit."""
    optimiser: Literal["auto", "adamw", "muon"] = "auto"
    """What changes the weights; "auto": Muon, where torch has it (2.9) and FSDP shards nothing."""
    learning_rate: Annotated[float, Field(ge=0)] = 0.0
    """The highest one; 0: what suits the preset."""
    schedule: Literal["cosine", "wsd"] = "cosine"
    """How the learning rate falls: all the time, or only at the end (warm-up, stable, decay)."""
    warm_up: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Part of the training in which the learning rate rises."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.1
    """Of matrices; norms have none."""
    clip: Annotated[float, Field(gt=0)] = 1.0
    """Largest norm of all gradients together."""
    precision: Literal["auto", "on", "off"] = "auto"
    """Whether bf16 is computed in; "auto": where processor or GPU have instructions for it."""
    compile: Literal["auto", "on", "off"] = "auto"
    """Whether torch.compile is used; "auto": where a compiler is there and the training is long."""
    validations: Annotated[int, Field(ge=1)] = 10
    """How often bits per byte are measured on the documents that were kept apart."""
    validation_tokens: Annotated[int, Field(ge=1)] = 50_000
    """Tokens of whole documents on which they are measured."""
    patience: Annotated[int, Field(ge=0)] = 5
    """Validations without better bits per byte, after which it stops; 0: never. The best stays."""
    checkpoint_seconds: Annotated[float, Field(gt=0)] = 300.0
    """Seconds after which what is needed to go on is saved."""
    checkpoint_steps: Annotated[int, Field(ge=0)] = 0
    """Steps after which it is saved as well; 0: it goes by time alone."""
    keep: Annotated[int, Field(ge=1)] = 2
    """Checkpoints that are kept, besides the best weights."""
    log_steps: Annotated[int, Field(ge=1)] = 10
    """Steps between two lines of the log."""


class FinetuneSettings(Section):
    seed: int = 17
    """Decides the order of the data, what of it is replayed, and an adapter's first weights."""
    method: Literal["auto", "full", "lora", "qlora"] = "auto"
    """What is trained: all weights, or an adapter; "auto" goes by the size of the model."""
    full_parameters: Annotated[int, Field(ge=0)] = 400_000_000
    """Parameters up to which "auto" trains all weights; above it trains an adapter."""
    epochs: Annotated[float, Field(gt=0)] = 3.0
    """How often the examples are gone through."""
    max_seconds: Annotated[float, Field(ge=0)] = 0.0
    """Seconds of training on examples, after which it ends; the learning rate falls in time. 0: no
    limit."""
    max_tokens: Annotated[int, Field(ge=0)] = 0
    """Tokens of examples, after which it ends; 0: no limit."""
    learning_rate: Annotated[float, Field(gt=0)] = 3e-4
    """Highest learning rate where all weights are trained; about 2e-5 suits models from the hub."""
    adapter_learning_rate: Annotated[float, Field(gt=0)] = 2e-4
    """Highest learning rate of an adapter."""
    optimiser: Literal["adamw", "muon"] = "adamw"
    """Muon learns matrices faster where all weights of a small model are trained from the start."""
    schedule: Literal["cosine", "wsd"] = "cosine"
    """How the learning rate falls: all the time, or at the end alone."""
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """Part of the steps in which the learning rate rises."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """Of AdamW."""
    step_tokens: Annotated[int, Field(ge=64)] = 8_192
    """Tokens of one step of the optimiser."""
    at_once: Annotated[int, Field(ge=0)] = 0
    """Rows of a step that are computed at once; 0: what suits the device."""
    sequence: Annotated[int, Field(ge=0)] = 0
    """Longest example in tokens, and the length of a packed row; 0: as long as the model reads, but
    no more than 4,096."""
    prompt_loss: Annotated[float, Field(ge=0, le=1)] = 0.0
    """What a token of the prompt weighs beside one of the answer (1); at 0, only answers are
    learned. A model trained from scratch learns to read code from some 0.1."""
    replay: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Part of the instruction data that is gone through again where the start has learned it
    already; a base, which has not, is given all of it."""
    verdict_share: Annotated[float, Field(ge=0, lt=1)] = 0.2
    """Part of the examples that verdicts should make; they are repeated to get there."""
    verdict_repeats: Annotated[int, Field(ge=1)] = 4
    """How often one verdict may come in an epoch."""
    taste_verdicts: Annotated[int, Field(ge=1)] = 10
    """Verdicts on one type of issue, at least, before its findings are taken out of the replay."""
    taste_acceptance: Annotated[float, Field(ge=0, le=1)] = 0.3
    """They are taken out where the rate of acceptance is surely (Wilson) below this; 0: never."""
    taste_spares: tuple[str, ...] = (
        "sql-injection",
        "command-injection",
        "code-injection",
        "unsafe-deserialization",
        "hardcoded-credential",
    )
    """Types of issue that stay in the replay, whatever people say of them."""
    preference_verdicts: Annotated[int, Field(ge=2)] = 1_000
    """Judged places from which on preferences are trained (KTO); below, verdicts are examples."""
    preference_each: Annotated[int, Field(ge=1)] = 100
    """Judged places of either kind, accepted and rejected, that this needs."""
    preference_epochs: Annotated[float, Field(gt=0)] = 1.0
    """How often the preferences are gone through."""
    preference_learning_rate: Annotated[float, Field(gt=0)] = 5e-6
    """Highest learning rate of training on preferences; an adapter takes ten times as much."""
    preference_beta: Annotated[float, Field(gt=0)] = 0.1
    """How closely KTO holds to the model that it starts from."""
    preference_batch: Annotated[int, Field(ge=2)] = 16
    """Answers of one step of training on preferences."""
    adapter_rank: Annotated[int, Field(ge=1)] = 16
    """Rank of the adapter's matrices."""
    adapter_alpha: Annotated[int, Field(ge=1)] = 32
    """What the adapter is scaled by, as a multiple of 1 / rank."""
    adapter_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the adapter's inputs that is dropped while it is trained."""
    validations: Annotated[int, Field(ge=1)] = 10
    """How often the loss on the validation examples is measured."""
    patience: Annotated[int, Field(ge=0)] = 3
    """Validations without a better loss, after which it stops; 0: never. The best stays."""
    checkpoints: Annotated[int, Field(ge=1)] = 10
    """How often what is needed to go on is saved."""
    measured: Annotated[int, Field(ge=0)] = 200
    """Validation examples that are answered before and after, to say what was learned; 0: none."""
    measured_tokens: Annotated[int, Field(ge=16)] = 512
    """Tokens of such an answer, at most."""
