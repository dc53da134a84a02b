"""The model's share: it sees what is new, and its findings stand as long as their lines do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from coderasst_hook.action.job import Options
from testing.fake_ollama import FakeOllama, findings, says
from tests.action.conftest import Shop, places

BODY = "".join(f"    order.step_{number}()\n" for number in range(30))
CODE = f"def buy(order):\n{BODY}\n\ndef sell(order):\n{BODY}"
FOUND = {"line": 3, "quote": "    order.step_1()", "type": "off-by-one", "message": "one too far"}


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama([says(findings(FOUND))]) as server:
        yield server


def options(ollama: FakeOllama, **more: object) -> Options:
    flags = {"llm.hosts": (ollama.host,), "model": ollama.model, "cache.enabled": False}
    return Options(flags={**flags, **more})


def asked_about(ollama: FakeOllama) -> str:
    """Everything that the model was shown since the last call."""
    shown = "\n".join(json.dumps(chat.body) for chat in ollama.chats)
    ollama.asked.clear()
    return shown


def test_a_push_is_reviewed_where_it_changed_something(
    shop: Shop, ollama: FakeOllama, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = shop.open({"app.py": CODE, "other.py": CODE.replace("step", "part")})
    assert shop.run(pull, "opened", options=options(ollama)) == 1
    assert places(pull) == [("app.py", 3, False)]
    assert "step_1" in asked_about(ollama)
    first = pull.head_sha

    shop.push(pull, {"lib.py": "VALUE = 2\n"})
    assert shop.run(pull, options=options(ollama)) == 1
    shown = asked_about(ollama)
    assert "VALUE = 2" in shown
    assert "step_1" not in shown
    assert "part_1" not in shown
    assert f"is new since {first[:7]}: 1 of 3 hunks" in capsys.readouterr().out
    # It was not asked about the line again, and the finding stands.
    assert places(pull) == [("app.py", 3, False)]
    assert len(pull.threads[0].comments) == 1


def test_merging_the_base_branch_in_adds_nothing(shop: Shop, ollama: FakeOllama) -> None:
    pull = shop.open({"app.py": CODE})
    shop.run(pull, "opened", options=options(ollama))
    asked_about(ollama)
    shop.git.git("checkout", "--quiet", "main")
    shop.git.commit("on main", {"lib.py": CODE})
    shop.git.git("checkout", "--quiet", "topic")
    shop.git.git("merge", "--quiet", "--no-edit", "main")
    shop.github.push(pull)
    assert shop.run(pull, options=options(ollama)) == 1
    assert ollama.chats == []
    # Nor is what was reviewed forgotten by that.
    shop.push(pull, {"README": "more\n"})
    assert shop.run(pull, options=options(ollama)) == 1
    assert "step_1" not in asked_about(ollama)


def test_another_base_branch_shows_the_model_what_it_has_not_seen(
    shop: Shop, ollama: FakeOllama
) -> None:
    shop.git.git("checkout", "--quiet", "-b", "develop")
    shop.git.commit("develop", {"dev.py": CODE.replace("step", "part")})
    pull = shop.open({"app.py": CODE})
    pull.base_ref = "develop"
    pull.base_sha = shop.git.revision("develop")
    shop.run(pull, "opened", options=options(ollama))
    assert "part_1" not in asked_about(ollama)
    pull.base_ref, pull.base_sha = "main", shop.git.revision("main")
    shop.run(pull, "edited", options=options(ollama))
    assert "part_1" in asked_about(ollama)


def test_a_fixed_line_resolves_the_models_thread(shop: Shop, ollama: FakeOllama) -> None:
    pull = shop.open({"app.py": CODE})
    shop.run(pull, "opened", options=options(ollama))
    shop.push(pull, {"app.py": CODE.replace("step_1()", "step_1(2)", 1)})
    # The same line is there once more, further below, where the model had found nothing.
    shop.run(pull, options=options(ollama))
    assert [thread.resolved for thread in pull.threads] == [False]
    shop.push(pull, {"app.py": CODE.replace("step_1()", "step_1(2)")})
    assert shop.run(pull, options=options(ollama)) == 0
    assert [thread.resolved for thread in pull.threads] == [True]


@pytest.mark.parametrize("change", ["configuration", "model", "force-push", "no state"])
def test_everything_is_reviewed_again(
    shop: Shop, ollama: FakeOllama, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = shop.open({"app.py": CODE})
    shop.run(pull, "opened", options=options(ollama))
    asked_about(ollama)
    if change == "configuration":
        shop.git.git("checkout", "--quiet", "main")
        shop.git.commit("policy", {".coderasst.toml": 'instructions = "Mind the gap."\n'})
        shop.git.git("checkout", "--quiet", "topic")
    elif change == "model":
        ollama.digest = "ffff"
    elif change == "force-push":
        shop.git.git("reset", "--quiet", "--hard", "main")
        shop.git.commit("again", {"app.py": CODE})
    else:
        shop.github.person("octo").delete(pull.comments[0])
    shop.git.commit("more", {"README": "more\n"})
    shop.github.push(pull)
    capsys.readouterr()
    assert shop.run(pull, options=options(ollama)) == 1
    assert "step_1" in asked_about(ollama)
    assert change == "no state" or "The model saw everything" in capsys.readouterr().out
    assert places(pull) == [("app.py", 3, False)]


def test_after_a_model_that_could_not_be_reached_everything_is_new(
    shop: Shop, ollama: FakeOllama
) -> None:
    pull = shop.open({"app.py": CODE})
    away = {"llm.hosts": ("http://127.0.0.1:9",)}
    assert shop.run(pull, "opened", options=options(ollama, **away)) == 0
    shop.push(pull, {"README": "more\n"})
    assert shop.run(pull, options=options(ollama)) == 1
    assert "step_1" in asked_about(ollama)


def test_a_models_finding_of_the_summary_stands_too(shop: Shop, ollama: FakeOllama) -> None:
    pull = shop.open({"app.py": CODE})
    none = options(ollama, **{"ci.max_comments": 0})
    assert shop.run(pull, "opened", options=none) == 1
    assert pull.threads == []
    shop.push(pull, {"README": "more\n"})
    assert shop.run(pull, options=options(ollama)) == 1
    # It was told where it is told, and does not become a comment later.
    assert pull.threads == []
    assert "one too far" in pull.comments[0].body


def test_a_model_that_must_take_part(shop: Shop, ollama: FakeOllama) -> None:
    from coderasst_hook.errors import BackendError

    pull = shop.open({"app.py": CODE})
    must = options(ollama, **{"llm.mode": "on", "llm.hosts": ("http://127.0.0.1:9",)})
    with pytest.raises(BackendError):
        shop.run(pull, "opened", options=must)
    # What was found without it is said all the same.
    assert len(pull.comments) == 1


def test_without_a_clone_the_api_tells_what_is_new(
    shop: Shop, ollama: FakeOllama, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = shop.folder / "empty"
    empty.mkdir()
    pull = shop.open({"app.py": CODE})
    shop.run(pull, "opened", options=options(ollama), cwd=empty)
    asked_about(ollama)
    # The base branch moves on, too.
    shop.git.git("checkout", "--quiet", "main")
    shop.git.commit("on main", {"docs.md": "docs\n"})
    shop.git.git("checkout", "--quiet", "topic")
    shop.push(pull, {"lib.py": "VALUE = 2\n"})
    assert shop.run(pull, options=options(ollama), cwd=empty) == 1
    shown = asked_about(ollama)
    assert "VALUE = 2" in shown
    assert "step_1" not in shown
    shop.git.git("reset", "--quiet", "--hard", "main")
    shop.push(pull, {"app.py": CODE, "lib.py": "VALUE = 3\n"})
    capsys.readouterr()
    assert shop.run(pull, options=options(ollama), cwd=empty) == 1
    assert "is not in the history any more" in capsys.readouterr().out
    assert "step_1" in asked_about(ollama)
