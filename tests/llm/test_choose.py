from __future__ import annotations

import pytest

from coderasst_hook.errors import BackendError
from coderasst_hook.llm.choose import RECOMMENDED, Installed, choose_model, find, missing

CODER, CHAT = Installed("coder:7b"), Installed("chat:latest")
EMBEDDING = Installed("minilm:latest", families=("bert",))
OTHER_EMBEDDING = Installed("nomic-embed-text:latest", families=("gemma",))
CLOUD = Installed("gpt-oss:120b-cloud")


@pytest.mark.parametrize(
    ("configured", "remembered", "installed", "chosen"),
    [
        ("coder:7b", "chat", [CODER, CHAT], "coder:7b"),
        ("", "chat", [CODER, CHAT], "chat:latest"),
        ("chat", "", [CODER, CHAT], "chat:latest"),
        ("", "", [CHAT], "chat:latest"),
        ("", "", [EMBEDDING, CODER, OTHER_EMBEDDING, CLOUD], "coder:7b"),
        ("gpt-oss:120b-cloud", "", [CODER, CLOUD], "gpt-oss:120b-cloud"),
    ],
)
def test_choice(configured: str, remembered: str, installed: list[Installed], chosen: str) -> None:
    assert choose_model(configured, remembered, installed) == chosen


@pytest.mark.parametrize(
    ("configured", "installed", "said", "next_step"),
    [
        ("", [], "no model that can review", f"coderasst models pull {RECOMMENDED}"),
        ("", [EMBEDDING, CLOUD], "no model that can review", "coderasst models pull"),
        ("", [CODER, CHAT], "installed are coder:7b, chat:latest", "coderasst models use coder:7b"),
        ("codr:7b", [CODER], "did you mean 'coder:7b'", "coderasst models use coder:7b"),
        ("zzz", [CODER], "the model 'zzz' is not installed", "coderasst models pull zzz"),
    ],
)
def test_no_choice(configured: str, installed: list[Installed], said: str, next_step: str) -> None:
    with pytest.raises(BackendError, match=said) as caught:
        choose_model(configured, "", installed)
    assert caught.value.next_step is not None
    assert caught.value.next_step.startswith(next_step)
    assert caught.value.exit_code == 3


def test_many_models_are_not_all_listed() -> None:
    with pytest.raises(BackendError, match=r"m4 and 3 more$"):
        choose_model("", "", [Installed(f"m{number}") for number in range(8)])


def test_a_tag_is_not_guessed() -> None:
    assert find("coder", [CODER]) is None
    assert find("chat", [CHAT]) is CHAT


def test_the_nearest_name_counts_with_its_tag() -> None:
    assert "did you mean 'chat:latest'" in str(missing("chta", [CHAT]))
