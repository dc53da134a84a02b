from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.hosts import is_loopback, normalise


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("gpu", "http://gpu:11434"),
        ("gpu:8000", "http://gpu:8000"),
        (":8000", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("http://0.0.0.0:11434", "http://127.0.0.1:11434"),
        ("[::]:11434", "http://[::1]:11434"),
        ("::1", "http://[::1]:11434"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("http://gpu", "http://gpu:80"),
        ("https://gpu", "https://gpu:443"),
        ("HTTPS://GPU.Example.com/", "https://gpu.example.com:443"),
        ("https://gpu:8443/ollama/", "https://gpu:8443/ollama"),
        ("gpu/ollama", "http://gpu:11434/ollama"),
        ("  gpu \n", "http://gpu:11434"),
    ],
)
def test_every_spelling_of_ollama_is_understood(host: str, url: str) -> None:
    assert normalise(host) == url
    assert normalise(url) == url


@pytest.mark.parametrize(
    "host",
    [
        "ftp://gpu",
        "file:///etc/passwd",
        "http://gpu:99999",
        "http://gpu:port",
        "http://[::1",
        "http://gpu/?x=1",
        "http://gpu/#x",
        "http://a b",
        "http://gp\u00fc",
        "http://gpu\r\nHost: evil",
        "http://gpu\x00",
        "http://\udcff",
    ],
)
def test_anything_else_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError):
        normalise(host)


@pytest.mark.parametrize(
    "host", ["http://ada:secret@gpu", "ada:secret@gpu", "ftp://ada:secret@gpu"]
)
def test_a_password_is_refused_and_not_repeated(host: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        normalise(host)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9:1", "::1", "0.0.0.0", ""])
def test_this_machine(host: str) -> None:
    assert is_loopback(normalise(host))


@pytest.mark.parametrize(
    "host",
    ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "2130706433", "gpu", "fe80::1"],
)
def test_other_machines(host: str) -> None:
    assert not is_loopback(normalise(host))


@given(st.text(alphabet="htps:/[]@.#?%01:a \\\x00\udcff-"))
def test_any_text_has_one_normal_form_or_is_refused(host: str) -> None:
    with suppress(ConfigurationError):
        url = normalise(host)
        assert normalise(url) == url
        assert is_loopback(url) in (True, False)
