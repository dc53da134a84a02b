"""What a clone may not do to the person who cloned it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from coderasst_hook.config import Loaded, load
from coderasst_hook.errors import ConfigurationError

ELSEWHERE = "https://gpu.example.com"
NORMAL = "https://gpu.example.com:443"


def loaded(
    own: str,
    *,
    user: str = "",
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
    folder: Path,
) -> Loaded:
    user_file = folder / "user.toml"
    user_file.write_text(user)
    return load(
        None,
        environ=environ or {},
        flags=flags,
        read_repository_text={".coderasst.toml": own}.get,
        user_file=user_file,
    )


HOSTS = f'[llm]\nhosts = ["{ELSEWHERE}"]'


def test_a_repository_cannot_send_code_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"sends code to https://gpu.example.com:443"
    ) as caught:
        loaded(HOSTS, folder=tmp_path)
    assert caught.value.next_step is not None
    assert f"CODERASST_LLM_TRUSTED_HOSTS={NORMAL}" in caught.value.next_step


def test_the_command_that_is_named_allows_it(tmp_path: Path) -> None:
    own = f'[llm]\nhosts = ["127.0.0.1", "{ELSEWHERE}", "other:1"]'
    with pytest.raises(ConfigurationError) as caught:
        loaded(own, folder=tmp_path)
    assert caught.value.next_step is not None
    name, _, value = caught.value.next_step.rpartition("export ")[2].partition("=")
    assert len(loaded(own, environ={name: value}, folder=tmp_path).settings.llm.hosts) == 3


@pytest.mark.parametrize(
    "given",
    [
        {"user": f'[llm]\ntrusted_hosts = ["{ELSEWHERE}"]'},
        {"user": HOSTS},
        {"environ": {"CODERASST_LLM_TRUSTED_HOSTS": ELSEWHERE}},
        {"environ": {"OLLAMA_HOST": ELSEWHERE}},
        {"flags": {"llm.trusted_hosts": (ELSEWHERE,)}},
    ],
)
def test_a_person_can_trust_a_host(given: dict[str, object], tmp_path: Path) -> None:
    result = loaded(HOSTS, folder=tmp_path, **given)  # type: ignore[arg-type]
    assert result.settings.llm.hosts == (NORMAL,)


@pytest.mark.parametrize(
    "environ",
    [
        {"CODERASST_LLM_TRUSTED_HOSTS": "http://gpu.example.com"},
        {"CODERASST_LLM_TRUSTED_HOSTS": "https://gpu.example.com:8443"},
        {"CODERASST_LLM_TRUSTED_HOSTS": "https://example.com"},
        {"OLLAMA_HOST": "ftp://"},
    ],
)
def test_trust_is_for_one_address(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="sends code"):
        loaded(HOSTS, environ=environ, folder=tmp_path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "http://[::1]:1", "0.0.0.0"])
def test_this_machine_needs_no_trust(host: str, tmp_path: Path) -> None:
    result = loaded(f'[llm]\nhosts = ["{host}"]', folder=tmp_path)
    assert len(result.settings.llm.hosts) == 1


def test_a_repositorys_host_that_is_not_used_does_no_harm(tmp_path: Path) -> None:
    result = loaded(HOSTS, flags={"llm.hosts": ("localhost",)}, folder=tmp_path)
    assert result.settings.llm.hosts == ("http://localhost:11434",)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f'[llm]\ntrusted_hosts = ["{ELSEWHERE}"]', "llm.trusted_hosts"),
        ('[llm]\napi_key_env = "AWS_SECRET_ACCESS_KEY"', "llm.api_key_env"),
        ('[cache]\ndir = "/home/ada/.ssh"', "cache.dir"),
        ("[cache]\nmax_megabytes = 1", "cache.max_megabytes"),
    ],
)
def test_keys_that_only_a_person_may_set(line: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"{key} cannot be set by a repository") as caught:
        loaded(line, folder=tmp_path)
    assert caught.value.next_step
    assert loaded("", user=line, folder=tmp_path).sources.keys() == {key}


def test_a_repository_cannot_trust_its_own_host(tmp_path: Path) -> None:
    own = f'{HOSTS}\ntrusted_hosts = ["{ELSEWHERE}"]'
    with pytest.raises(ConfigurationError):
        loaded(own, folder=tmp_path)


@pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "kimi:cloud"])
def test_a_repository_cannot_choose_a_model_that_runs_elsewhere(model: str, tmp_path: Path) -> None:
    own = f'model = "{model}"'
    with pytest.raises(ConfigurationError, match="sends code to the model"):
        loaded(own, folder=tmp_path)
    assert loaded("", user=own, folder=tmp_path).settings.model == model
    trusting = {"CODERASST_LLM_TRUSTED_HOSTS": "https://ollama.com"}
    assert loaded(own, environ=trusting, folder=tmp_path).settings.model == model
    assert loaded('model = "cloud-coder:7b"', folder=tmp_path).settings.model == "cloud-coder:7b"


def test_what_is_refused_falls_back_to_the_persons_own(tmp_path: Path) -> None:
    from coderasst_hook.config import examine

    user_file = tmp_path / "user.toml"
    user_file.write_text('[llm]\nhosts = ["mine"]')
    result = examine(
        None,
        environ={},
        read_repository_text={".coderasst.toml": HOSTS}.get,
        user_file=user_file,
    )
    assert result.problems
    assert result.settings.llm.hosts == ("http://mine:11434",)
    assert result.sources["llm.hosts"].label == str(user_file)
