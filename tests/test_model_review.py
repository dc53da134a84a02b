"""The model's part: what it is asked, what is kept, and what is told of what it did not answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from coderasst_hook.cache import Cache
from coderasst_hook.changes import FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.engine import ModelReview
from coderasst_hook.errors import BackendError
from coderasst_hook.llm.forms import COMPACT
from coderasst_hook.llm.prompt import PROMPT_VERSION
from coderasst_hook.llm.servers import Connection
from coderasst_hook.model_review import Reviewer
from coderasst_hook.models import Category, Finding, Location, Rule, Severity
from coderasst_hook.progress import SilentProgress
from coderasst_hook.queue import Queue
from coderasst_hook.settings import LlmSettings, PathSettings, Settings
from coderasst_hook.source import SourceFile
from testing.fake_ollama import CLEAN, findings
from testing.scripted_backend import Reply, ScriptedBackend, fails, paths_in

RULE = Rule("python/eval", Category.SECURITY, Severity.HIGH, (), "eval runs data")


class RecordedProgress(SilentProgress):
    def __init__(self) -> None:
        self.told: list[object] = []

    def start(self, total_chunks: int) -> None:
        self.told.append(total_chunks)

    def advance(self, path: str, outcome: str) -> None:
        self.told.append((path, outcome))

    def finish(self) -> None:
        self.told.append("finished")


def hunk(start: int, *texts: str) -> Hunk:
    lines = tuple(Line(LineKind.ADDED, text, None, n) for n, text in enumerate(texts, start))
    return Hunk(start - 1, 0, start, len(texts), "", lines)


def changed(path: str, *hunks: Hunk) -> FileDiff:
    return FileDiff(path, path, Status.MODIFIED, hunks)


def source_of(file: FileDiff) -> SourceFile:
    texts = {line.new_number: line.text for part in file.hunks for line in part.lines}
    last = max(number or 0 for number in texts)
    lines = tuple(texts.get(number, f"other {number}") for number in range(1, last + 1))
    text = "".join(f"{line}\n" for line in lines)
    return SourceFile(file.path, "python", text, lines, frozenset(file.added_lines))


ONE = changed("a.py", hunk(3, "import os", "os.system(command)"))
TWO = changed("b.py", hunk(2, "total = total + 1"), hunk(9, "more = total"))
# More lines than a chunk of the smallest context holds.
LONG = changed("long.py", hunk(1, *(f"value_{n} = compute({n}, 'text {n}')" for n in range(400))))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache") as opened:
        yield opened


def review(
    backend: ScriptedBackend,
    *files: FileDiff,
    settings: Settings | None = None,
    cache: Cache | None = None,
    rules_version: str = "1",
    hints: Sequence[Finding] = (),
    budget: float = 60.0,
    queue: Queue | None = None,
    progress: RecordedProgress | None = None,
    connection: Connection | None = None,
) -> ModelReview:
    reviewer = Reviewer(
        settings or Settings(),
        connect=lambda: connection or backend.connection(),
        cache=cache,
        rules_version=rules_version,
        budget=budget,
        required=True,
        progress=progress or RecordedProgress(),
        queue=queue,
    )
    chosen = files or (ONE, TWO)
    return reviewer.review(chosen, {file.path: source_of(file) for file in chosen}, hints)


def on(path: str, said: str | Exception) -> Reply:
    """``said`` about ``path``, and no issues elsewhere."""
    return lambda prompt: said if paths_in(prompt) == [path] else CLEAN


def test_findings_are_anchored_and_told() -> None:
    found = {"type": "command-injection", "quote": "os.system(command)", "line": 999}
    backend = ScriptedBackend(on("a.py", findings(found, {"quote": "invented"})))
    result = review(backend)
    assert [(f.rule_id, f.location) for f in result.findings] == [
        ("model/command-injection", Location("a.py", 4, 4))
    ]
    assert [dropped.path for dropped in result.dropped] == ["a.py"]
    assert (result.hunks_reviewed, result.chunks, result.requests) == (3, 2, 2)
    assert (result.from_cache, result.queued, result.skipped) == (0, 0, ())


def test_the_use_of_the_model_is_summed_up() -> None:
    use = review(ScriptedBackend()).use
    assert use is not None
    assert (use.name, use.digest, use.backend) == ("scripted:latest", "0123abcd", "scripted")
    assert (use.prompt_tokens, use.answer_tokens, use.server_seconds) == (200, 20, 1.0)
    assert use.prompt_version == PROMPT_VERSION


def test_the_riskiest_is_asked_first() -> None:
    calm, risky = changed("1.py", hunk(1, "x = 1")), changed("2.py", hunk(1, "eval(request)"))
    backend = ScriptedBackend()
    hint = Finding.of(RULE, Location("2.py", 1, 1), "eval(request)")
    review(backend, calm, risky, hints=[hint])
    assert backend.paths == ["2.py", "1.py"]


def test_hints_go_with_the_chunk_that_shows_their_line() -> None:
    backend = ScriptedBackend()
    hints = [
        Finding.of(RULE, Location(path, line, line), "x", message=f"hint {path}:{line}")
        for path, line in (("a.py", 4), ("a.py", 1), ("b.py", 9))
    ]
    review(backend, hints=hints)
    shown = {
        path: [h.message for h in hints if h.message in prompt.user]
        for (prompt, _), path in zip(backend.asked, backend.paths, strict=True)
    }
    assert shown == {"a.py": ["hint a.py:4"], "b.py": ["hint b.py:9"]}


def test_instructions_are_of_the_repository_and_of_the_path() -> None:
    backend = ScriptedBackend()
    paths = (PathSettings("b.py", instructions="money is in cents"),)
    review(backend, settings=Settings(instructions="be brief", paths=paths))
    told = {
        path: ["be brief" in prompt.user, "money is in cents" in prompt.user]
        for (prompt, _), path in zip(backend.asked, backend.paths, strict=True)
    }
    assert told == {"a.py": [True, False], "b.py": [True, True]}


def test_no_secret_reaches_the_model() -> None:
    token = "ghp_" + "abcdEFGH1234ijklMNOP5678qrstUVWX9012"
    backend = ScriptedBackend()
    review(backend, changed("a.py", hunk(1, f'TOKEN = "{token}"')))
    assert token not in backend.asked[0][0].user


def test_a_second_review_asks_nothing(cache: Cache) -> None:
    found = {"quote": "os.system(command)", "line": 4}
    first = review(ScriptedBackend(on("a.py", findings(found))), cache=cache)
    backend, progress = ScriptedBackend(), RecordedProgress()
    second = review(backend, cache=cache, progress=progress)
    assert backend.asked == []
    assert second.findings == first.findings != ()
    assert (second.requests, second.from_cache, second.hunks_reviewed) == (0, 2, 3)
    assert second.use is not None
    assert second.use.server_seconds == 0.0
    assert progress.told == [2, ("a.py", "cached"), ("b.py", "cached"), "finished"]


def test_without_a_cache_it_is_asked_again() -> None:
    backend = ScriptedBackend()
    review(backend)
    assert review(backend).requests == 2


SAME = Settings()


@pytest.mark.parametrize(
    ("settings", "hit"),
    [
        (SAME, True),
        (replace(SAME, llm=LlmSettings(context=8192)), True),
        (replace(SAME, llm=LlmSettings(keep_alive="1h", timeout=9, retries=0)), True),
        (replace(SAME, fail_on=Severity.LOW, budget=9.0), True),
        (replace(SAME, llm=LlmSettings(temperature=0.5)), False),
        (replace(SAME, llm=LlmSettings(seed=7)), False),
        (replace(SAME, llm=LlmSettings(max_answer=512)), False),
        (replace(SAME, instructions="be brief"), False),
    ],
)
def test_what_an_answer_depends_on(cache: Cache, settings: Settings, hit: bool) -> None:
    review(ScriptedBackend(), cache=cache)
    backend = ScriptedBackend()
    review(backend, cache=cache, settings=settings)
    assert (backend.asked == []) is hit


def test_another_model_or_other_rules_ask_again(cache: Cache) -> None:
    review(ScriptedBackend(), cache=cache)
    assert review(ScriptedBackend(digest="other"), cache=cache).requests == 2
    assert review(ScriptedBackend(), cache=cache, rules_version="2").requests == 2
    assert review(ScriptedBackend(context=16384), cache=cache).requests == 0


def test_only_what_changed_is_asked_again(cache: Cache) -> None:
    review(ScriptedBackend(), cache=cache)
    backend = ScriptedBackend()
    result = review(backend, ONE, changed("b.py", hunk(2, "total = 2")), cache=cache)
    assert backend.paths == ["b.py"]
    assert result.from_cache == 1


def test_the_same_chunk_is_found_beside_others(cache: Cache) -> None:
    """As when it was staged alone, and is pushed with more."""
    review(ScriptedBackend(), ONE, cache=cache)
    assert review(ScriptedBackend(), ONE, TWO, LONG, cache=cache).from_cache == 1


def test_a_kept_answer_that_cannot_be_read_any_more_is_asked_again(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(ScriptedBackend(), ONE, cache=cache)
    get = cache.get
    monkeypatch.setattr(
        cache, "get", lambda key: (entry := get(key)) and replace(entry, text="prose")
    )
    assert review(ScriptedBackend(), ONE, cache=cache).requests == 1


def test_a_failure_is_told_and_not_kept(cache: Cache) -> None:
    backend = ScriptedBackend(on("a.py", fails("the model refused")))
    progress = RecordedProgress()
    result = review(backend, cache=cache, progress=progress)
    assert [(s.path, s.stage, s.reason, s.lines) for s in result.skipped] == [
        ("a.py", "model", "the model refused", (3, 4))
    ]
    assert result.hunks_reviewed == 2
    assert progress.told == [2, ("a.py", "the model refused"), ("b.py", "reviewed"), "finished"]
    assert review(ScriptedBackend(), cache=cache).from_cache == 1


def test_prose_is_a_failure_and_never_no_issues() -> None:
    result = review(ScriptedBackend(lambda prompt: "Looks good to me!"), ONE)
    assert result.requests == 2  # once more, with another sample
    assert "prose" in result.skipped[0].reason
    assert result.hunks_reviewed == 0


def test_a_hunk_in_parts_is_reviewed_when_each_part_is() -> None:
    settings = Settings(llm=LlmSettings(max_answer=256))
    backend = ScriptedBackend(context=4096)
    whole = review(backend, LONG, ONE, settings=settings)
    assert whole.chunks > 2
    assert whole.hunks_reviewed == 2
    failing = ScriptedBackend(
        lambda prompt: fails("cut") if re.search(r"part (\d+) of \1\b", prompt) else CLEAN,
        context=4096,
    )
    partly = review(failing, LONG, ONE, settings=settings)
    assert partly.chunks == whole.chunks
    assert len(partly.skipped) == 1
    assert partly.hunks_reviewed == 1
    assert partly.skipped[0].lines is not None
    assert partly.skipped[0].lines[1] == 400


def test_what_the_model_says_twice_is_said_once() -> None:
    found = {"quote": "os.system(command)", "line": 4}
    result = review(ScriptedBackend(on("a.py", findings(found, found))), ONE)
    assert len(result.findings) == len(result.dropped) == 1


def test_no_server_is_an_error_where_the_model_must_take_part() -> None:
    def connect() -> Connection:
        raise BackendError("no Ollama at x", next_step="ollama serve")

    sources = {file.path: source_of(file) for file in (ONE, TWO)}
    arguments = {"cache": None, "rules_version": "1", "budget": 9.0, "progress": SilentProgress()}
    required = Reviewer(Settings(), connect=connect, required=True, **arguments)  # type: ignore[arg-type]
    result = required.review([ONE, TWO], sources, [])
    assert result.error is not None
    assert [(s.path, s.reason) for s in result.skipped] == [
        ("a.py", "no Ollama at x"),
        ("b.py", "no Ollama at x"),
    ]
    asked = Reviewer(Settings(), connect=connect, required=False, **arguments)  # type: ignore[arg-type]
    result = asked.review([ONE, TWO], sources, [])
    assert (result.error, result.skipped) == (None, ())
    assert result.note == "no Ollama at x; to have one: ollama serve"


def test_a_note_without_a_next_step() -> None:
    def connect() -> Connection:
        raise BackendError("nothing there")

    reviewer = Reviewer(
        Settings(),
        connect=connect,
        cache=None,
        rules_version="1",
        budget=9.0,
        required=False,
        progress=SilentProgress(),
    )
    assert reviewer.review([ONE], {"a.py": source_of(ONE)}, []).note == "nothing there"


def test_hosts_that_take_no_part_and_a_cache_that_cannot_be_used_are_noted(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_bytes(b"")
    backend = ScriptedBackend()
    with Cache(tmp_path / "file" / "below") as broken:
        result = review(backend, cache=broken, connection=backend.connection("one is down"))
    assert result.notes[0] == "one is down"
    assert "is not used" in result.notes[1]
    assert result.requests == 2


def test_what_does_not_fit_into_the_budget_is_put_off(cache: Cache, tmp_path: Path) -> None:
    queue = Queue(tmp_path / "git")
    settings = Settings(llm=LlmSettings(temperature=0.25, seed=5, max_answer=700))
    result = review(ScriptedBackend(), settings=settings, cache=cache, budget=0.0, queue=queue)
    assert (result.queued, len(result.skipped), result.hunks_reviewed) == (2, 2, 0)
    assert {skip.reason for skip in result.skipped} == {"budget of 0 s used up"}
    (job,) = queue.claim()
    assert (job.prompt_version, job.digest) == (PROMPT_VERSION, "0123abcd")
    assert (job.temperature, job.seed, job.max_answer) == (0.25, 5, 700)
    assert [prompt.path for prompt in job.prompts] == ["a.py", "b.py"]
    # It is the very prompt, under the very key, that the next review asks for.
    backend = ScriptedBackend()
    review(backend, settings=settings, cache=cache)
    assert [prompt.user for prompt, _ in backend.asked] == [p.user for p in job.prompts]
    assert all(cache.get(prompt.key) is not None for prompt in job.prompts)


def test_only_what_time_was_short_for_is_put_off(cache: Cache, tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    result = review(ScriptedBackend(lambda p: fails("refused")), cache=cache, queue=queue)
    assert (result.queued, len(queue)) == (0, 0)


def test_nothing_is_put_off_where_the_answers_would_be_lost(cache: Cache, tmp_path: Path) -> None:
    queue = Queue(tmp_path / "git")
    assert review(ScriptedBackend(), budget=0.0, queue=queue).queued == 0
    assert review(ScriptedBackend(), budget=0.0, cache=cache).queued == 0
    (tmp_path / "file").write_bytes(b"")
    unwritable = Queue(tmp_path / "file")
    result = review(ScriptedBackend(), budget=0.0, cache=cache, queue=unwritable)
    assert (result.queued, len(result.skipped)) == (0, 2)
    assert len(queue) == 0


def test_an_interrupted_review_keeps_what_it_has_and_frees_the_terminal(cache: Cache) -> None:
    def interrupt(prompt: str) -> str:
        if paths_in(prompt) == ["b.py"]:
            raise KeyboardInterrupt
        return CLEAN

    progress = RecordedProgress()
    with pytest.raises(KeyboardInterrupt):
        review(ScriptedBackend(interrupt), cache=cache, progress=progress)
    assert progress.told[-1] == "finished"
    assert review(ScriptedBackend(), cache=cache).from_cache == 1


def test_only_removed_lines_are_a_chunk_too() -> None:
    gone = Line(LineKind.DELETED, "check(user)", 5, None)
    file = changed("a.py", Hunk(5, 1, 4, 0, "", (gone,)))
    source = SourceFile("a.py", "python", "x\n" * 6, ("x",) * 6, frozenset())
    backend = ScriptedBackend()
    reviewer = Reviewer(
        Settings(),
        connect=backend.connection,
        cache=None,
        rules_version="1",
        budget=9.0,
        required=True,
        progress=SilentProgress(),
    )
    assert reviewer.review([file], {"a.py": source}, []).hunks_reviewed == 1
    assert "check(user)" in backend.asked[0][0].user


def test_no_prompt_is_kept_in_the_cache(cache: Cache) -> None:
    review(ScriptedBackend(), cache=cache)
    assert b"os.system" not in cache.path.read_bytes()
    assert json.loads(CLEAN) == {"findings": []}


# --- the compact form

ISSUE = '{"findings":[{"line":3,"type":"command-injection"},{"line":1,"type":"xss"}]}'


def compact(**more: object) -> ScriptedBackend:
    return ScriptedBackend(form="compact", **more)  # type: ignore[arg-type]


def test_a_small_model_is_asked_in_its_own_form() -> None:
    backend = compact(reply=lambda prompt: ISSUE if "os.system" in prompt else CLEAN)
    hint = Finding.of(RULE, Location("a.py", 4, 4), "x")
    settings = Settings(instructions="Be strict.", llm=LlmSettings(max_answer=2_000))
    result = review(backend, settings=settings, hints=[hint])
    assert [(f.rule_id, f.location) for f in result.findings] == [
        ("model/command-injection", Location("a.py", 3, 3))
    ]
    assert [dropped.reason for dropped in result.dropped] == ["is about a line that was not added"]
    # Three hunks, and one request for each: nothing is packed together.
    assert (result.hunks_reviewed, result.chunks, result.requests) == (3, 3, 3)
    assert result.use is not None
    assert result.use.prompt_version == COMPACT.version
    for prompt, options in backend.asked:
        assert prompt.system == COMPACT.system
        assert prompt.schema == COMPACT.again("").schema
        assert prompt.user.startswith("python\n1|")
        assert "strict" not in prompt.user
        assert options.max_answer == COMPACT.max_answer


def test_the_small_context_of_a_small_model_is_enough() -> None:
    backend = compact(context=1_024)
    result = review(backend, LONG)
    assert result.chunks == 50
    assert {options.context for _, options in backend.asked} == {1_024}


def test_answers_in_the_compact_form_are_kept_for_the_same_code(cache: Cache) -> None:
    backend = compact(reply=lambda prompt: ISSUE if "os.system" in prompt else CLEAN)
    first = review(backend, cache=cache)
    # The same lines further down: the answer is about the same window, at other numbers.
    text = "import os", "os.system(command)"
    moved = changed("elsewhere.py", hunk(33, *text))
    lines = tuple(f"other {n - 30}" for n in range(1, 33)) + text
    source = SourceFile("elsewhere.py", "python", "\n".join(lines), lines, frozenset((33, 34)))
    again = compact()
    reviewer = Reviewer(
        Settings(),
        connect=again.connection,
        cache=cache,
        rules_version="1",
        budget=60.0,
        required=True,
        progress=RecordedProgress(),
    )
    result = reviewer.review([moved], {"elsewhere.py": source}, ())
    assert result.from_cache == 1
    assert again.asked == []
    assert first.findings[0].location.line == 3
    assert result.findings[0].location == Location("elsewhere.py", 33, 33)


def test_a_prose_answer_in_the_compact_form_is_a_gap() -> None:
    result = review(compact(reply=lambda prompt: "Looks good!"))
    assert result.hunks_reviewed == 0
    assert {skip.reason for skip in result.skipped} == {
        "the model answered in prose instead of JSON"
    }


def test_what_is_put_off_says_which_form_it_has(cache: Cache, tmp_path: Path) -> None:
    queue = Queue(tmp_path / "git")
    result = review(compact(), cache=cache, budget=0.0, queue=queue)
    assert result.queued == 3
    (job,) = queue.claim()
    assert (job.prompt_version, job.max_answer) == (COMPACT.version, COMPACT.max_answer)
