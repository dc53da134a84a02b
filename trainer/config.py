"""The configuration of the trainer: ``config/llm_studio_config.json``.

The text below each key is its documentation. An unknown key is an error that names the nearest one.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from coderasst_hook.errors import ConfigurationError
from trainer.config_release import EvaluateSettings, ExportSettings
from trainer.config_section import Section
from trainer.config_sources import RunSettings, SourceSettings
from trainer.config_training import BaseSettings, FinetuneSettings

FILE = Path("config") / "llm_studio_config.json"
LARGEST_FILE = 1024 * 1024

PERMISSIVE = (
    *("MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Unlicense"),
    *("CC0-1.0", "PSF-2.0", "Python-2.0", "Zlib", "BSL-1.0", "PostgreSQL", "CC-BY-4.0"),
    "CC-BY-3.0",
)
"""SPDX identifiers that allow use with no more than a mention."""


class Limits(Section):
    max_documents: Annotated[int, Field(ge=1)] = 1_000_000
    """Documents of one acquisition, after which it stops."""
    max_bytes: Annotated[int, Field(ge=1)] = 50_000_000_000
    """Bytes of one acquisition, after which it stops."""
    max_document_bytes: Annotated[int, Field(ge=1)] = 5_000_000
    """Bytes of one document; a larger one is not taken."""
    max_seconds: Annotated[float, Field(gt=0)] = 86_400
    """Seconds of one acquisition, after which it stops."""


class WebSettings(Section):
    depth: Annotated[int, Field(ge=0)] = 5
    """Links followed from a start page."""
    max_pages: Annotated[int, Field(ge=1)] = 10_000
    """Pages of one crawl."""
    delay: Annotated[float, Field(ge=0)] = 1.0
    """Seconds between two requests to one host, at least."""
    timeout: Annotated[float, Field(gt=0)] = 30.0
    """Seconds that one page may take."""
    allow_private: bool = False
    """Whether addresses of this machine and of private networks may be asked."""
    user_agent: str = "coderasst-train"
    """How the crawler names itself; robots.txt is read for this name."""
    contact: str = ""
    """URL or address that the crawler tells the sites, for their owners' questions."""


class LicenceSettings(Section):
    allowed: tuple[str, ...] = PERMISSIVE
    """SPDX identifiers whose code and text are taken."""
    allow_unknown: bool = False
    """Whether documents without a known licence are taken."""


class PreprocessSettings(Section):
    seed: int = 17
    """Decides the split, and nothing else."""
    validation_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.02
    """Part of the groups (repositories, sites) that is kept for validation."""
    test_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.02
    """Part of the groups that is kept for the test."""
    near_duplicate: Annotated[float, Field(gt=0, le=1)] = 0.7
    """Estimated Jaccard similarity from which a document is a duplicate."""
    paragraph_repeats: Annotated[int, Field(ge=1)] = 10
    """Documents that may have the same paragraph before it is cut from further ones."""
    decontamination_ngram: Annotated[int, Field(ge=5)] = 13
    """Words in a row shared with an evaluation set that make a document leak it."""
    shard_megabytes: Annotated[int, Field(ge=1)] = 64
    """Size of the corpus's shards."""


class ClusterSettings(Section):
    executor: Literal["local", "ray", "slurm"] = "local"
    """What runs the stages of preprocessing: processes of this machine, Ray, or Slurm."""
    ray_address: str = ""
    """A Ray cluster that runs already; empty means one on this machine, for the run alone."""
    slurm_partition: str = ""
    """Partition for Slurm's jobs; needed for Slurm."""
    slurm_time: str = "24:00:00"
    """What one job of Slurm may take."""
    gigabytes: Annotated[int, Field(ge=1)] = 4
    """Memory of one task on Ray or Slurm."""


class DatasetSettings(Section):
    seed: int = 17
    """Decides which hunks are drawn."""
    clean_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Part of the labelled hunks that is clean."""
    max_per_rule: Annotated[int, Field(ge=1)] = 2_000
    """Examples of one rule in one language."""
    max_examples: Annotated[int, Field(ge=1)] = 200_000
    """Examples in all."""
    max_documents: Annotated[int, Field(ge=1)] = 20_000
    """Files of the corpus that are labelled; as many of each language, where there are so many."""
    planted_share: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Part of the labelled training hunks with a finding whose fault was planted, at most."""
    prompt: Literal["full", "compact"] = "full"
    """Form of the prompt: "full" for models that understand instructions, "compact" for small ones
    that are trained for nothing else."""
    rules: tuple[str, ...] = ()
    """Ids of the rules that are taught, as in "ruff/E722"; what analyzers and hand-made examples
    say by other ones is left unsaid. Empty means all."""
    views: Annotated[int, Field(ge=1, le=16)] = 1
    """Changes that are made up around each real finding for training in the compact form: the same
    code, cut into other windows. What is rare is learned from more of them."""
    prompt_tokens: Annotated[int, Field(ge=400)] = 2_048
    """Estimated tokens of a change, as it is put to the model, at most."""
    verdict_validation_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    """Part of each repository's judged files, the next to newest ones, kept for validation."""
    verdict_test_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.2
    """Part of each repository's judged files, the newest ones, kept for the test."""


class TrainerSettings(Section):
    """Immutable; pass the section that is needed to what needs it."""

    workspace: str = "data"
    """Folder of all data, relative to where the command runs."""
    workers: Annotated[int, Field(ge=0)] = 0
    """Processes side by side; 0 means one for each core."""
    sources: tuple[SourceSettings, ...] = ()
    """What `coderasst-train run` acquires; each as in {"kind": "files", "names": ["src"]}."""
    run: RunSettings = RunSettings()
    limits: Limits = Limits()
    web: WebSettings = WebSettings()
    licences: LicenceSettings = LicenceSettings()
    preprocess: PreprocessSettings = PreprocessSettings()
    cluster: ClusterSettings = ClusterSettings()
    dataset: DatasetSettings = DatasetSettings()
    base: BaseSettings = BaseSettings()
    finetune: FinetuneSettings = FinetuneSettings()
    evaluate: EvaluateSettings = EvaluateSettings()
    export: ExportSettings = ExportSettings()


def load(path: Path | None = None) -> TrainerSettings:
    """The settings of ``path``; of ``FILE`` where none is named, defaults where that is not there.

    Raises ``ConfigurationError`` naming the file and the key.
    """
    chosen = FILE if path is None else path
    try:
        text = chosen.read_bytes()[: LARGEST_FILE + 1]
    except FileNotFoundError:
        if path is None:
            return TrainerSettings()
        raise ConfigurationError(f"there is no {path}") from None
    except OSError as error:
        raise ConfigurationError(f"cannot read {chosen}: {error.strerror}") from None
    if len(text) > LARGEST_FILE:
        raise ConfigurationError(f"{chosen} is larger than {LARGEST_FILE >> 20} MiB")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"{chosen} is not JSON at line {error.lineno}: {error.msg}"
        ) from None
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{chosen} is not JSON that can be read") from None
    try:
        return TrainerSettings.model_validate(data)
    except ValidationError as error:
        raise ConfigurationError(f"{chosen}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(map(str, problem["loc"])) or "the file"
    if problem["type"] != "extra_forbidden":
        return f"{key}: {problem['msg'].lower()}"
    near = get_close_matches(key, list(_keys(TrainerSettings)), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"unknown key {key!r}{hint}"


def _keys(section: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in section.model_fields.items():
        found[f"{prefix}{name}"] = field
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= _keys(field.annotation, f"{prefix}{name}.")
    return found
