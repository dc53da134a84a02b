from __future__ import annotations

import pytest

from coderasst_hook.analyzers.external.table import MODULES, linters
from coderasst_hook.errors import ConfigurationError


def test_each_once_and_in_order() -> None:
    found = linters(["semgrep", "eslint", "semgrep"])
    assert [linter.name for linter in found] == ["semgrep", "eslint"]


@pytest.mark.parametrize("name", list(MODULES))
def test_each_name_is_its_linter(name: str) -> None:
    (linter,) = linters([name])
    assert linter.name == name
    assert linter.install


@pytest.mark.parametrize(
    ("name", "hint"), [("shelcheck", "did you mean 'shellcheck'"), ("qqq", "there are eslint, ")]
)
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=hint):
        linters([name])
