"""Which words are a command."""

from __future__ import annotations

import pytest

from coderasst_hook.action.replies.command import LONGEST_REASON, Command, Verb, command_in


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ("/coderasst explain", Command(Verb.EXPLAIN)),
        ("/coderasst Explain.", Command(Verb.EXPLAIN)),
        ("Hm.\r\n\r\n  /coderasst   fix  \r\n", Command(Verb.FIX)),
        ("/coderasst dismiss it is a test", Command(Verb.DISMISS, "it is a test")),
        ("/coderasst dismiss: it is a test", Command(Verb.DISMISS, "it is a test")),
        ("/coderasst dismiss\nbecause", Command(Verb.DISMISS)),
        ("/coderasst recheck please", Command(Verb.RECHECK, "please")),
        ("/coderasst fix\n/coderasst dismiss no", Command(Verb.FIX)),
        ("/coderasst", Command(None)),
        ("/coderasst help me", Command(None, "me")),
        ("```\n/coderasst fix\n```\n/coderasst explain", Command(Verb.EXPLAIN)),
        ("````\n```\n/coderasst fix\n````\n/coderasst explain", Command(Verb.EXPLAIN)),
        ("/coderasst dismiss " + "x" * 5000, Command(Verb.DISMISS, "x" * LONGEST_REASON)),
    ],
)
def test_a_command(body: str, command: Command) -> None:
    assert command_in(body) == command


@pytest.mark.parametrize(
    "body",
    [
        "",
        "please /coderasst fix this",
        "`/coderasst fix`",
        "> /coderasst fix",
        "    /coderasst fix",
        "\t/coderasst fix",
        "```\n/coderasst fix\n```",
        "~~~ sh\n/coderasst fix\n~~~",
        "```\n/coderasst fix\n``` x\n/coderasst fix",
        "/coderassthelper fix",
        "/coderasst-fix",
        "- /coderasst fix",
        "// coderasst fix",
    ],
)
def test_no_command(body: str) -> None:
    assert command_in(body) is None
