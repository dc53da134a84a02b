"""What the learning loop does, part by part; see ``learning_loop``."""

from __future__ import annotations

import json
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.learning_loop_changes import Claim, Reviewed, labels, make_repository, reviewed
from bench.learning_loop_packages import HELD_OUT, JUDGED, TRAIN, listed, wheel
from bench.learning_loop_scores import by_type, counts, score, together, without
from bench.learning_loop_stages import Stages
from coderasst_hook.files import write_atomically

RULES = (
    *("ruff/BLE001", "ruff/E722", "ruff/S110", "ruff/S112", "ruff/B006", "ruff/SIM115"),
    *("python/boolean-trap", "python/eval", "python/exec-in-namespace", "python/weak-hash"),
    *("python/pickle-file", "python/unsafe-deserialization", "ruff/B015", "ruff/PLR0124"),
    *("ruff/B018", "ruff/PLW0127", "ruff/B011"),
)
"""Those that a window tells: whether a line stands in a loop often shows above it alone."""
REJECTED = "broad-except"
"""The kind that the simulated people do not want to hear of: the one that is found most often."""
VERDICTS = 200
AGAIN_RATE = 1.5e-3
"""The learning rate of a model that has learned already."""
ALIAS, LEARNED, UNTRAINED = "coderasst", "learning-loop", "learning-loop-untrained"
_FIRST = ("acquire", "preprocess", "dataset", "base", "finetune", "export", "review")
_CANDIDATE = re.compile(r"^candidate (\S+) in ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Budget:
    """After how much a training ends, whichever comes first; 0: no limit. Seconds buy what the
    machine gives at the time, tokens the same everywhere."""

    seconds: float = 0.0
    tokens: int = 0

    def settings(self) -> dict[str, float]:
        return {"max_seconds": self.seconds, "max_tokens": self.tokens}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How much of what; the defaults are those of 45 minutes. ``packages``: name to folder by use,
    where they are not to be the pinned ones."""

    base: Budget
    finetune: Budget
    taste: Budget
    documents: int
    settings: dict[str, Any] = field(default_factory=dict)
    """Sections of the trainer's configuration, over those of ``configuration``."""
    changes: int = 40
    """Functions with a finding that are taken of a held-out package, at most."""
    curve: int = 4
    """Points of the curve before the last one."""
    packages: dict[str, dict[str, Path]] | None = None
    rules: tuple[str, ...] = RULES
    rejected: str = REJECTED
    verdicts: int = VERDICTS
    prove: bool = True

    @classmethod
    def of(cls, minutes: float) -> Recipe:
        """What is left of ``minutes`` beside data, export and review is spent on training."""
        training = max(60.0, (minutes * 60 - 420) * 0.82)
        return cls(
            base=Budget(seconds=0.15 * training),
            finetune=Budget(seconds=0.85 * training),
            taste=Budget(seconds=max(30.0, 0.12 * training)),
            documents=max(200, round(75 * minutes)),
        )

    def configuration(
        self, finetune: Budget, documents: int, rate: float = 4e-3
    ) -> dict[str, dict[str, Any]]:
        chosen: dict[str, dict[str, Any]] = {
            "preprocess": {"validation_share": 0.04, "test_share": 0.06},
            "dataset": {
                "prompt": "compact",
                "rules": list(self.rules),
                "clean_share": 0.8,
                "planted_share": 0.4,
                "views": 5,
                "max_per_rule": 4_000,
                "max_documents": documents,
                # Of 200 verdicts, enough of both kinds must be left to decide by.
                "verdict_test_share": 0.3,
            },
            "base": {
                "preset": "nano",
                "context": 512,
                "tokenizer_megabytes": 6,
                **self.base.settings(),
                "validations": 2,
                "patience": 0,
            },
            "finetune": {
                **finetune.settings(),
                "epochs": 50,
                "optimiser": "muon",
                "learning_rate": rate,
                "prompt_loss": 0.05,
                "sequence": 256,
                "step_tokens": 4096,
                "validations": 6,
                "patience": 0,
                "checkpoints": 200,
                "measured": 0,
            },
            "export": {"quantise": ["Q8_0"], "name": ALIAS},
        }
        for name, section in self.settings.items():
            chosen.setdefault(name, {}).update(section)
        return chosen

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "packages"}


@dataclass(frozen=True, slots=True)
class Loop:
    stages: Stages
    host: str
    recipe: Recipe

    @property
    def workspace(self) -> Path:
        return self.stages.folder / "workspace"

    def first_part(self) -> float:
        return round(self.stages.seconds(*_FIRST), 1)

    # --- 1: learn

    def learn(self) -> dict[str, Any]:
        once = self.stages.once
        once("fetch", self._fetch)
        once("changes", lambda: self._changes(HELD_OUT, self.recipe.changes))
        once("labels", lambda: _plain(self._labels()))
        self._configure("first", self.recipe.finetune, self.recipe.documents)
        once("acquire", self._acquire)
        evaluation = ("--evaluation-set", str(self._held_out_texts()))
        once("preprocess", lambda: self._train("preprocess", "first", *evaluation))
        once("dataset", lambda: self._train("dataset", "first"))
        once("base", lambda: self._train("base", "first"))
        with self._kept_checkpoints():
            only = ("finetune", "first", "--only", "sft")
            learned = once("finetune", lambda: _candidate(self._train(*only)))
        once("export", lambda: self._export(learned, LEARNED))
        found = _claimed(once("review", lambda: _plain(self._reviewed(HELD_OUT, LEARNED))))
        wanted = _claimed(self.stages.ended["labels"]["result"])
        return {
            "learned": _row(found, wanted),
            "always clean": score((), wanted.claims).row(),
            "labels": {"added lines": wanted.added_lines, **counts(wanted.claims)},
            "by type": {
                name: one.row() for name, one in by_type(found.claims, wanted.claims).items()
            },
        }

    def untrained(self) -> dict[str, Any]:
        """The same model with its first weights, on the same changes."""
        self.stages.once("untrained", self._untrained)
        found = self.stages.once(
            "untrained review", lambda: _plain(self._reviewed(HELD_OUT, UNTRAINED))
        )
        return _row(_claimed(found), _claimed(self.stages.ended["labels"]["result"]))

    def curve(self) -> list[dict[str, Any]]:
        """F1 on the same changes with what had been learned by then, the learning rate not yet
        fallen."""
        kept = sorted(self._kept.iterdir(), key=_step) if self._kept.is_dir() else []
        wanted = _claimed(self.stages.ended["labels"]["result"])
        points = []
        for folder in _spread(kept, self.recipe.curve):
            name = f"curve {_step(folder):06}"
            found = self.stages.once(name, partial(self._point, folder))
            standing = json.loads((folder / "complete.json").read_text())["standing"]
            row = _row(_claimed(found), wanted)
            points.append({"tokens": standing["tokens"], "seconds": standing["seconds"], **row})
        last = _row(_claimed(self.stages.ended["review"]["result"]), wanted)
        learned = self.workspace / "models" / str(self.stages.ended["finetune"]["result"])
        ended = json.loads((learned / "run.json").read_text())["outcome"]["supervised"]
        return [*points, {"tokens": ended["tokens"], "seconds": ended["seconds"], **last}]

    # --- 2: what people say

    def taste(self) -> dict[str, Any]:
        once = self.stages.once
        learned = str(self.stages.ended["finetune"]["result"])
        once("evaluate learned", lambda: self._evaluate(learned, "first", "--alone"))
        promoted = once("promote learned", lambda: self._promote(learned, ok=(0, 1)))
        if promoted["code"]:
            # Of a short run, the gate thinks little. What follows is about other models.
            once("force learned", lambda: self._promote(learned, force="the first model"))
        once("judged changes", lambda: self._changes(JUDGED, self.recipe.changes * 3 // 2))
        said = _claimed(once("judged review", lambda: _plain(self._reviewed(JUDGED, ALIAS))))
        verdicts = once("verdicts", lambda: self._judge(said))
        documents = self.recipe.documents // 4
        self._configure("taste", self.recipe.taste, documents, AGAIN_RATE)
        once("feedback", lambda: self._train("acquire", "taste", "feedback", *self._store))
        once("taste dataset", lambda: self._train("dataset", "taste"))
        again = ("finetune", "taste", "--from", learned)
        taught = once("taste finetune", lambda: _candidate(self._train(*again)))
        once("taste export", lambda: self._export(taught, f"{LEARNED}-taste", prove=False))
        after = _claimed(
            once("taste review", lambda: _plain(self._reviewed(HELD_OUT, f"{LEARNED}-taste")))
        )
        before = _claimed(self.stages.ended["review"]["result"])
        wanted = _claimed(self.stages.ended["labels"]["result"])
        kind = self.recipe.rejected
        kinds = [counts(one.claims).get(kind, 0) for one in (before, after)]
        rest = [
            score(without(one.claims, kind), without(wanted.claims, kind))
            for one in (before, after)
        ]
        return {
            "first model was accepted": promoted["code"] == 0,
            "rejected kind": kind,
            "verdicts": verdicts,
            "findings of it before and after": kinds,
            "left of the rejected kind": kinds[1] / max(1, kinds[0]),
            "recall of the rest": rest[1].recall / max(rest[0].recall, 0.001),
            "rest before": rest[0].row(),
            "rest after": rest[1].row(),
        }

    # --- 3: the gate

    def gate(self) -> dict[str, Any]:
        once = self.stages.once
        learned = str(self.stages.ended["finetune"]["result"])
        taught = str(self.stages.ended["taste finetune"]["result"])
        sabotaged = once("sabotage", lambda: self._sabotaged(learned))
        refused = once("evaluate sabotaged", lambda: self._evaluate(sabotaged, "taste"))
        kept = once("promote sabotaged", lambda: self._promote(sabotaged, ok=(0, 1)))
        before = once("answers before", self._answers)
        accepted = once("evaluate taste", lambda: self._evaluate(taught, "taste"))
        promoted = once("promote taste", lambda: self._promote(taught, ok=(0, 1)))
        if promoted["code"]:
            once("force taste", lambda: self._promote(taught, force="to find the way back"))
        between = once("answers between", self._answers)
        back = ["rollback", "taste", "--host", self.host, *self._store]
        once("rollback", lambda: self._train(*back))
        after = once("answers after", self._answers)
        return {
            "sabotaged was refused": refused["code"] == 1 and kept["code"] == 1,
            "good was accepted": accepted["code"] == 0 and promoted["code"] == 0,
            "promotion changed the answers": between["claims"] != before["claims"],
            "rollback restored the answers": after["claims"] == before["claims"],
            "said of sabotaged": refused["said"],
            "said of good": accepted["said"],
        }

    # --- steps

    @property
    def _store(self) -> tuple[str, ...]:
        return ("--store", str(self.stages.folder / "feedback.db"))

    @property
    def _kept(self) -> Path:
        return self.stages.folder / "checkpoints"

    def _packages(self, kind: str) -> dict[str, Path]:
        if self.recipe.packages is not None:
            return self.recipe.packages[kind]
        return {name: wheel(name, version) for name, version in listed()[kind].items()}

    def _fetch(self) -> dict[str, int]:
        return {kind: len(self._packages(kind)) for kind in (TRAIN, JUDGED, HELD_OUT)}

    def _repositories(self, kind: str) -> Path:
        return self.stages.folder / "repositories" / kind.replace(" ", "-")

    def _changes(self, kind: str, most: int) -> dict[str, int]:
        made = {}
        shutil.rmtree(self._repositories(kind), ignore_errors=True)
        for name, package in self._packages(kind).items():
            target = self._repositories(kind) / name
            count = make_repository(package, target, frozenset(self.recipe.rules), most)
            if count:
                made[name] = count
            else:
                shutil.rmtree(target)
        return made

    def _each(self, kind: str, ask: Callable[[Path], Reviewed]) -> Reviewed:
        return together(ask(folder) for folder in sorted(self._repositories(kind).iterdir()))

    def _labels(self) -> Reviewed:
        return self._each(
            HELD_OUT, lambda one: labels(self.stages, one, frozenset(self.recipe.rules))
        )

    def _reviewed(self, kind: str, model: str) -> Reviewed:
        # As a user has it: what was shown can be judged.
        return self._each(kind, lambda one: reviewed(self.stages, one, model, self.host))

    def _answers(self) -> dict[str, Any]:
        """What the model in use says of the smallest of the held-out changes."""
        made: dict[str, int] = self.stages.ended["changes"]["result"]
        name = min(made, key=lambda name: (made[name], name))
        folder = self._repositories(HELD_OUT) / name
        return _plain(reviewed(self.stages, folder, ALIAS, self.host))

    def _configure(self, name: str, finetune: Budget, documents: int, *rate: float) -> None:
        content = self.recipe.configuration(finetune, documents, *rate)
        path = self.stages.folder / f"{name}.json"
        write_atomically(path, json.dumps(content, indent=1).encode())

    def _acquire(self) -> str:
        folders = [str(path) for path in self._packages(TRAIN).values()]
        return self._train("acquire", "first", "files", *folders, "--name", "packages")

    def _held_out_texts(self) -> Path:
        """What must not be trained on, in the form that ``preprocess`` takes."""
        path = self.stages.folder / "held_out.jsonl"
        if not path.is_file():
            kinds = (HELD_OUT, JUDGED)
            packages = [folder for kind in kinds for folder in self._packages(kind).values()]
            files = [file for folder in packages for file in sorted(folder.rglob("*.py"))]
            texts = (file.read_text("utf-8", "replace") for file in files)
            lines = (json.dumps({"text": text}) for text in texts)
            write_atomically(path, "\n".join(lines).encode())
        return path

    def _train(self, command: str, configuration: str, *rest: str) -> str:
        """The end of what it says."""
        log = f"{command}-{configuration}"
        file = str(self.stages.folder / f"{configuration}.json")
        # The options of a group's command stand behind its name.
        first, others = ((rest[:1]), rest[1:]) if command == "acquire" else ((), rest)
        common = ("--workspace", str(self.workspace), "--config", file)
        arguments = ("-m", "trainer", command, *first, *common, *others)
        return self.stages.command(log, arguments).out[-2000:]

    def _export(self, model: str, name: str, *, prove: bool = True) -> str:
        more = () if prove and self.recipe.prove else ("--no-parity",)
        output = str(self.stages.folder / "exported" / name)
        placed = ("--into", name, "--host", self.host, "--output", output)
        return self._train("export", "first", model, "--form", "compact", *placed, *more)

    def _untrained(self) -> str:
        from trainer.training.model_folder import new_model
        from trainer.training.presets import Shape

        target = self.stages.folder / "untrained"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.workspace / "processed" / "ai_coder_model", target)
        told = json.loads((target / "config.json").read_text())
        shape = Shape(
            width=told["hidden_size"],
            layers=told["num_hidden_layers"],
            feed_forward=told["intermediate_size"],
            heads=told["num_attention_heads"],
            key_heads=told["num_key_value_heads"],
            vocabulary=told["vocab_size"],
            context=told["max_position_embeddings"],
        )
        new_model(shape, seed=17).save_pretrained(target / "new")
        shutil.move(target / "new" / "model.safetensors", target / "model.safetensors")
        shutil.rmtree(target / "new")
        return self._export(str(target), UNTRAINED, prove=False)

    def _point(self, checkpoint: Path) -> dict[str, Any]:
        target = self.stages.folder / "point"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.workspace / "processed" / "ai_coder_model", target)
        shutil.copy(checkpoint / "model.safetensors", target / "model.safetensors")
        name = f"{LEARNED}-point"
        self._export(str(target), name, prove=False)
        return _plain(self._reviewed(HELD_OUT, name))

    @contextmanager
    def _kept_checkpoints(self) -> Iterator[None]:
        """Checkpoints as they appear, the weights alone: the run keeps the last ones only."""
        end = threading.Event()
        models = self.workspace / "models"
        watcher = threading.Thread(target=_keep, args=(models, self._kept, end), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            end.set()
            watcher.join()

    def _evaluate(self, model: str, configuration: str, *more: str) -> dict[str, Any]:
        return self._decide("evaluate", model, configuration, (0, 1), more)

    def _promote(self, model: str, ok: Sequence[int] = (0,), *, force: str = "") -> dict[str, Any]:
        more = ("--alias", ALIAS, *(("--force", force) if force else ()))
        return self._decide("promote", model, "first", ok, more)

    def _decide(
        self, command: str, model: str, configuration: str, ok: Sequence[int], more: Sequence[str]
    ) -> dict[str, Any]:
        file = str(self.stages.folder / f"{configuration}.json")
        common = ("--workspace", str(self.workspace), "--config", file, "--host", self.host)
        arguments = ("-m", "trainer", command, model, *common, *self._store, *more)
        done = self.stages.command(f"{command}-{model}", arguments, ok=ok)
        return {"code": done.code, "said": done.out[-3000:].splitlines()}

    def _judge(self, said: Reviewed) -> dict[str, int]:
        """As many verdicts as are wanted, half of them on the rejected kind where it is there."""
        chosen = random.Random(17).sample(said.claims, len(said.claims))
        kind, most = self.recipe.rejected, self.recipe.verdicts
        refused = [claim for claim in chosen if claim.issue_type == kind][: most // 2]
        wanted = [claim for claim in chosen if claim.issue_type != kind][: most - len(refused)]
        env = {"CODERASST_FEEDBACK_STORE": str(self.stages.folder / "feedback.db")}
        for verb, claims in (("accept", wanted), ("reject", refused)):
            for name in sorted({claim.repository for claim in claims}):
                prints = sorted({one.fingerprint for one in claims if one.repository == name})
                command = ("-m", "coderasst_hook", "feedback", verb, *prints)
                where = self._repositories(JUDGED) / name
                self.stages.command("verdicts", command, cwd=where, env=env)
        return {"accepted": len(wanted), "rejected": len(refused)}

    def _sabotaged(self, learned: str) -> str:
        """A candidate that learned the same requests with each other's answers."""
        dataset = self.workspace / "processed" / "dataset"
        whole = dataset.with_name("dataset-whole")
        if not whole.is_dir():
            shutil.copytree(dataset, whole)
        shuffle_answers(whole / "train.jsonl", dataset / "train.jsonl")
        manifest = json.loads((whole / "manifest.json").read_text())
        told = json.dumps({**manifest, "sabotaged": True}).encode()
        write_atomically(dataset / "manifest.json", told)
        try:
            return _candidate(self._train("finetune", "taste", "--from", learned, "--seed", "18"))
        finally:
            shutil.rmtree(dataset)
            whole.rename(dataset)


def shuffle_answers(source: Path, target: Path) -> None:
    """The examples of ``source`` with their answers, and what is said of them, dealt out anew."""
    examples = [json.loads(line) for line in source.read_text("ascii").splitlines()]
    answers = [one["messages"][-1] for one in examples]
    random.Random(17).shuffle(answers)
    lines = []
    for one, answer in zip(examples, answers, strict=True):
        one["messages"][-1] = answer
        one["preference"] = None
        lines.append(json.dumps(one, sort_keys=True))
    write_atomically(target, ("\n".join(lines) + "\n").encode("ascii"))


def _keep(models: Path, target: Path, end: threading.Event) -> None:
    while not end.wait(1.0):
        for seal in models.glob("*/checkpoints/checkpoint-*/complete.json"):
            kept = target / seal.parent.name
            if kept.is_dir():
                continue
            part = target / f"{seal.parent.name}.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            try:
                for name in ("model.safetensors", "complete.json"):
                    shutil.copy(seal.parent / name, part / name)
            except OSError:
                continue  # taken away by the run in the meantime
            part.rename(kept)


def _spread(folders: Sequence[Path], count: int) -> list[Path]:
    """``count`` of them, evenly."""
    whole = [one for one in folders if not one.name.endswith(".part")]
    if len(whole) <= count:
        return whole
    places = {round((n + 1) * len(whole) / (count + 1)) - 1 for n in range(count)}
    return [whole[place] for place in sorted(places)]


def _step(folder: Path) -> int:
    return int(folder.name.removesuffix(".part").rpartition("-")[2])


def _candidate(said: str) -> str:
    found = _CANDIDATE.search(said)
    if found is None:
        raise RuntimeError(f"no candidate was made:\n{said}")
    return found[1]


def _row(found: Reviewed, wanted: Reviewed) -> dict[str, Any]:
    made = score(found.claims, wanted.claims)
    return {
        **made.row(),
        "false alarms per 1,000 lines": round(1000 * made.wrong / max(1, wanted.added_lines), 2),
        "requests": found.requests,
        "requests a second": round(found.requests / max(found.seconds, 0.001), 1),
        "complete": found.complete,
    }


def _plain(reviewed: Reviewed) -> dict[str, Any]:
    return asdict(reviewed)


def _claimed(plain: dict[str, Any]) -> Reviewed:
    return Reviewed(**{**plain, "claims": tuple(Claim(**one) for one in plain["claims"])})
