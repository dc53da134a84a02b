"""What the documents claim and a test can hold them to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coderasst_hook import cli, errors
from coderasst_hook.analyzers import rule_yaml, self_test
from coderasst_hook.analyzers.registry import all_rules
from coderasst_hook.commands.rules import markdown
from coderasst_hook.reference import markdown_reference
from coderasst_hook.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_configuration_table_is_that_of_the_settings() -> None:
    assert markdown_reference().strip() in README


def test_table_of_rules_is_that_of_the_program() -> None:
    table = "\n".join(markdown(all_rules(Settings(), ())))
    assert table in README


def test_every_command_is_in_the_readme() -> None:
    for name in cli.COMMANDS:
        assert re.search(rf"`(?:coderasst )?{name}[ `]", README), name


def test_exit_codes_of_the_readme_are_those_of_the_program() -> None:
    table = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert table == {value for name, value in vars(errors).items() if name.startswith("EXIT_")}


@pytest.mark.parametrize("document", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_files_that_are_linked_exist(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document)
    for link in links:
        assert (ROOT / link).exists(), link


def test_folders_of_contributing_exist() -> None:
    folders = re.findall(r"^\| `([\w/]+/)`", CONTRIBUTING, re.MULTILINE)
    assert folders
    for folder in folders:
        assert (ROOT / folder).is_dir(), folder


def test_the_rule_of_contributing_works() -> None:
    text = re.search(r"```yaml\n(.*?)```", CONTRIBUTING, re.DOTALL)
    assert text is not None
    rule = rule_yaml.parse(text[1], "CONTRIBUTING.md")
    assert list(self_test.problems(rule)) == []


def test_targets_of_the_readme_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"\$ make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
