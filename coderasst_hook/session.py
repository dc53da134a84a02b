"""From settings to a finished review: the wiring that every reviewing command shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.changes import ChangeSet
from coderasst_hook.config import Loaded
from coderasst_hook.errors import ReviewIncomplete
from coderasst_hook.git.repository import Repository
from coderasst_hook.models import Coverage, Finding, Rule
from coderasst_hook.reviewed import Reviewed, nothing_to_review
from coderasst_hook.settings import LlmMode, Settings

if TYPE_CHECKING:
    from coderasst_hook.analyzers.base import Analyzer
    from coderasst_hook.analyzers.copies import Copy
    from coderasst_hook.cache import Cache
    from coderasst_hook.engine import ModelReviewer
    from coderasst_hook.intake import Exclusion
    from coderasst_hook.llm.servers import Connection

RULES_FOLDER = Path(".coderasst") / "rules"
"""Where a repository keeps its own rules, below its root."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Where rules, baseline and attributes come from when the working tree is not to be believed:
    in CI, whoever opens a pull request could switch its review off with them."""

    root: Path
    """A folder that has them as the repository has, below its root."""
    revision: str | None = None
    """The commit whose ``.gitattributes`` count; None for no attributes at all."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program. ``repository`` is None for a patch that came without one."""

    loaded: Loaded
    repository: Repository | None
    environ: Mapping[str, str]
    policy: Policy | None = None
    ahead: Copy | None = None
    """Who may be asked for the analysis."""

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @property
    def root(self) -> Path | None:
        """The working tree, None where there is none."""
        if self.repository is None or self.repository.bare:
            return None
        return self.repository.root

    def review(
        self,
        changes: ChangeSet,
        *,
        budget: float,
        background: bool = False,
        leave_out_model: Callable[[Sequence[Finding]], str | None] = lambda findings: None,
        with_baseline: bool = True,
        beside: Sequence[Analyzer] = (),
    ) -> Reviewed:
        """``budget``: seconds for the model. ``background``: queue what does not fit into them.

        ``leave_out_model`` sees the analyzers' findings and may give a reason to ask no model.
        ``beside`` run with the analyzers that the settings name.
        """
        if not changes.files:
            return nothing_to_review(changes)
        from coderasst_hook.analyzers.ahead import Together, Wanted
        from coderasst_hook.baseline import Baseline
        from coderasst_hook.baseline import load as load_baseline
        from coderasst_hook.engine import review

        settings = self.settings
        known = load_baseline(self._baseline_file()) if with_baseline else Baseline()
        with self._model(budget, background) as model:
            return review(
                changes,
                settings,
                analyzers=Together(
                    Wanted(settings.analyzers.enabled, settings, self.rule_folders(), self.root),
                    [*self._linters(), *beside],
                    self.ahead,
                    meanwhile=_import_the_rest,
                ),
                exclude=self._exclusions(changes),
                baseline=known,
                model=model,
                leave_out_model=leave_out_model,
            )

    def keep(self, reviewed: Reviewed, *, own: bool) -> Reviewed:
        """``reviewed``, remembered for ``coderasst feedback``; with a note where it could not be.
        ``own``: the change is of the person who runs this."""
        if self.repository is None:
            return reviewed
        from coderasst_hook import recent

        note = recent.keep(reviewed, self.repository.git_dir, own=own)
        return reviewed.with_note(note) if note else reviewed

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that a finding of this session can have."""
        from coderasst_hook.analyzers.registry import all_rules
        from coderasst_hook.llm.taxonomy import rules

        return (*all_rules(self.settings, self.rule_folders()), *rules())

    @contextmanager
    def _model(self, budget: float, background: bool) -> Iterator[ModelReviewer | None]:
        settings = self.settings
        if settings.llm.mode is LlmMode.OFF:
            yield None
            return
        # Imported here: with --llm off, nobody waits for the client's import.
        from coderasst_hook.analyzers.registry import rules_version
        from coderasst_hook.model_review import Reviewer
        from coderasst_hook.progress import progress_for
        from coderasst_hook.queue import Queue

        cache = open_cache(settings)
        try:
            yield Reviewer(
                settings,
                connect=lambda: connect(settings, self.environ),
                cache=cache,
                rules_version=rules_version(self.rule_folders()),
                budget=budget,
                required=settings.llm.mode is LlmMode.ON,
                progress=progress_for(),
                queue=Queue(self.repository.git_dir) if background and self.repository else None,
            )
        finally:
            if cache is not None:
                cache.close()

    def _linters(self) -> Sequence[Analyzer]:
        """The repository's own linters, where the person named them."""
        names, timeout = self.settings.analyzers.external, self.settings.analyzers.external_timeout
        if not names:
            return ()
        from coderasst_hook.analyzers.external.analyzer import ExternalAnalyzer
        from coderasst_hook.analyzers.external.table import linters

        return [ExternalAnalyzer(found, self.root, timeout=timeout) for found in linters(names)]

    def _policy_root(self) -> Path | None:
        return self.root if self.policy is None else self.policy.root

    def _baseline_file(self) -> Path:
        return (self._policy_root() or Path.cwd()) / self.settings.baseline

    def rule_folders(self) -> tuple[Path, ...]:
        """The repository's own rules, where it has some."""
        root = self._policy_root()
        if root is None:
            return ()
        folder = root / RULES_FOLDER
        return (folder,) if folder.is_dir() else ()

    def _exclusions(self, changes: ChangeSet) -> Exclusion:
        from coderasst_hook.exclude import Exclusions

        return Exclusions.of(self.settings, self._attributes(changes))

    def _attributes(self, changes: ChangeSet) -> Mapping[str, Mapping[str, str]]:
        from coderasst_hook.exclude import ATTRIBUTES

        paths = [file.path for file in changes.files if file.not_text is None]
        if self.repository is None or not paths:
            return {}
        if self.policy is None:
            return self.repository.attributes(paths, ATTRIBUTES)
        if self.policy.revision is None:
            return {}
        return self.repository.attributes(paths, ATTRIBUTES, tree=self.policy.revision)


def _import_the_rest() -> None:
    """What a review needs after its analysis."""
    import coderasst_hook.filtering
    import coderasst_hook.recent.log
    import coderasst_hook.reporters.console
    import coderasst_hook.verify  # noqa: F401


def connect(settings: Settings, environ: Mapping[str, str]) -> Connection:
    """The servers that have the chosen model. Raises ``BackendError`` with the next step."""
    from coderasst_hook.llm.connect import connect_to_model
    from coderasst_hook.userstate import remembered_model

    return connect_to_model(
        settings.llm, model=settings.model, remembered=remembered_model(), environ=environ
    )


def open_cache(settings: Settings) -> Cache | None:
    """None where the configuration wants none."""
    if not settings.cache.enabled:
        return None
    from coderasst_hook.cache import Cache

    folder = Path(settings.cache.dir).expanduser() if settings.cache.dir else None
    return Cache(folder, max_bytes=settings.cache.max_megabytes * 1024 * 1024)


def exit_code(reviewed: Reviewed, settings: Settings) -> int:
    """0 or 1 by the findings. Raises what makes an incomplete review matter (exit code 3): any gap
    where ``strict`` is set, one of the model's where the model must take part."""
    report = reviewed.report
    if reviewed.error is not None:
        raise reviewed.error
    if gaps := _gaps_that_matter(report.coverage, settings):
        raise ReviewIncomplete(f"the review is not complete: {gaps}")
    return 1 if report.at_least(settings.fail_on) else 0


def _gaps_that_matter(coverage: Coverage, settings: Settings) -> str:
    if not settings.strict and settings.llm.mode is not LlmMode.ON:
        return ""
    matter = [skip for skip in coverage.failures if settings.strict or skip.stage == "model"]
    reasons = Counter(skip.reason for skip in matter)
    told = [f"{reason} ({count}×)" if count > 1 else reason for reason, count in reasons.items()]
    if coverage.queued:
        told.append(f"{coverage.queued} chunks wait for the background reviewer")
    return "; ".join(told)
