"""The stage ``base``: a model of our own, of the corpus alone."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.extras import need
from trainer.pipeline.digests import of_value
from trainer.pipeline.progress import shown
from trainer.pipeline.stage import Context, Inputs, Outcome, Work

LIBRARIES = ("torch", "transformers", "numpy", "safetensors", "sentencepiece", "tokenizers")


@dataclass(frozen=True, slots=True)
class Base:
    name: str = "base"

    def left_out(self, context: Context) -> str | None:
        wish, where = context.settings.run, context.workspace
        if wish.start:
            return f"run.start names another model: {wish.start}"
        if wish.base == "never":
            return 'run.base is "never"'
        if not where.corpus.is_file():
            return f"there is no corpus in {where.processed}"
        if wish.base == "missing" and (where.base_model / "config.json").is_file():
            return f'there is one in {where.base_model}, and run.base is "missing"'
        return None

    def inputs(self, context: Context) -> Inputs:
        return {
            "corpus": context.digests.of_file(context.workspace.corpus),
            "settings of base": of_value(context.settings.base.model_dump(mode="json")),
        }

    def run(self, context: Context, work: Work) -> Outcome:
        for library in LIBRARIES:
            need(library)
        from trainer.training.base import train_base

        # It goes on with a run that was stopped, and knows one that has ended.
        done = train_base(
            context.workspace,
            context.settings.base,
            now=context.now,
            tell=work.say,
            watch=shown(work),
        )
        if done.was_interrupted:
            raise KeyboardInterrupt
        outcome = done.outcome
        best = outcome.get("best")
        measured = f"loss {outcome['loss']:.3f}"
        if best is not None:
            measured = f"{best:.3f} bits per byte"
        return Outcome(
            line=f"{done.run.id}: {measured} after {outcome['tokens']:,} tokens",
            took={"preset": context.settings.base.preset},
            gave={
                "tokens": f"{outcome['tokens']:,}",
                "seconds": f"{outcome['seconds']:,.0f}",
                "ended": str(outcome["stopped"]),
                "measured": measured,
            },
            outputs=tuple(sorted(done.folder.glob("*.safetensors"))),
            reports=(done.run.training_report,),
        )
