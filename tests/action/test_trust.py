"""Nothing of the pull request's own decides how it is reviewed."""

from __future__ import annotations

import pytest

from testing.github.state import Pull
from tests.action.conftest import EVAL, Shop, places

RULE = """\
id: shop/no-lib
category: correctness
severity: critical
languages: [python]
message: lib is not to be used
explanation: It is gone soon.
suggestion: Use shop.
rule:
  pattern: import lib
examples:
  fires: ["import lib", "import os\\nimport lib\\n"]
  quiet: ["import shop", "import libs"]
"""


def opened(shop: Shop, files: dict[str, str]) -> Pull:
    """A pull request whose checkout is the head, as actions/checkout leaves it."""
    return shop.open({"app.py": EVAL, **files})


@pytest.mark.parametrize(
    "files",
    [
        {".coderasst.toml": 'exclude = ["*.py"]\nfail_on = "critical"\n'},
        {"pyproject.toml": '[tool.coderasst]\nignore = ["*"]\n'},
        {".gitattributes": "*.py binary -diff linguist-generated\n"},
        {".gitattributes": "*.py linguist-vendored\n"},
        {
            ".coderasst-baseline.json": '{"version": 1, "findings": [{"fingerprint": '
            '"ca69d260840472bf", "rule_id": "python/eval", "path": "app.py", "line": 2, '
            '"message": "", "count": 9}]}'
        },
        {".coderasst.toml": "this is not TOML"},
    ],
    ids=["configuration", "pyproject", "binary", "vendored", "baseline", "malformed"],
)
def test_the_head_cannot_switch_its_review_off(shop: Shop, files: dict[str, str]) -> None:
    pull = opened(shop, files)
    assert shop.run(pull) == 1
    [summary] = pull.comments
    # Where GitHub is told that a file is binary, it shows no line to comment on.
    assert ("app.py", 2, False) in places(pull) or "python/eval" in summary.body


def test_the_base_decides(shop: Shop) -> None:
    shop.git.commit(
        "policy",
        {
            ".coderasst.toml": 'ignore = ["python/eval"]\nfail_on = "critical"\n',
            ".coderasst/rules/no-lib.yaml": RULE,
            ".gitattributes": "gen.py linguist-generated\n",
        },
    )
    pull = opened(shop, {"gen.py": EVAL, "use.py": "import lib\n\nprint(lib.VALUE)\n"})
    assert shop.run(pull) == 1
    assert places(pull) == [("use.py", 1, False)]
    assert "shop/no-lib" in pull.threads[0].comments[0].body


def test_rules_of_the_head_are_not_read(shop: Shop) -> None:
    pull = shop.open({".coderasst/rules/no-lib.yaml": RULE, "use.py": "import lib\nprint(lib)\n"})
    assert shop.run(pull) == 0
    assert pull.threads == []


def test_the_baseline_of_the_base_counts(shop: Shop) -> None:
    entry = (
        '{"fingerprint": "ca69d260840472bf", "rule_id": "python/eval", "path": "app.py", '
        '"line": 2, "message": "", "count": 1}'
    )
    text = f'{{"version": 1, "findings": [{entry}]}}'
    shop.git.commit("baseline", {".coderasst-baseline.json": text})
    pull = opened(shop, {})
    assert shop.run(pull) == 0


def test_a_malformed_configuration_of_the_base_is_an_error(shop: Shop) -> None:
    shop.git.commit("policy", {".coderasst.toml": 'fail_onn = "low"\n'})
    ran = shop.ci(opened(shop, {}))
    assert ran.code == 2
    assert "did you mean 'fail_on'?" in ran.stderr


def test_another_configuration_of_the_base(shop: Shop) -> None:
    shop.git.commit("policy", {"ci/strict.toml": 'fail_on = "critical"\n'})
    pull = opened(shop, {"ci/other.toml": 'ignore = ["*"]\n'})
    assert shop.ci(pull, "--config", "ci/strict.toml").code == 0
    ran = shop.ci(pull, "--config", "ci/other.toml")
    assert ran.code == 2
    assert "the base commit has no file 'ci/other.toml'" in ran.stderr


def test_linters_that_run_the_repositorys_code_stay_off(shop: Shop) -> None:
    ran = shop.ci(opened(shop, {}), CODERASST_ANALYZERS_EXTERNAL="eslint")
    assert ran.code == 1
    assert "external linters do not run here" in ran.stdout
