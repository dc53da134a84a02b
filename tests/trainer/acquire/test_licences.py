"""Licences by their texts. The texts are those that packages here were installed with."""

from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.acquire.gathering import GPL_NOTICE, MIT
from trainer import spdx
from trainer.acquire.licence_phrases import PHRASES
from trainer.acquire.licences import by_name, recognise, recognise_head, spdx_lines
from trainer.config import PERMISSIVE

ISC = (
    "Permission to use, copy, modify, and/or distribute this software for any\npurpose with or"
    " without fee is hereby granted"
)
BSD = "Redistribution and use in source and binary forms, with or without modification, are"
BINARY = "Redistributions in binary form must reproduce"
ENDORSE = "endorse or promote products derived from this software"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (MIT, "MIT"),
        (MIT.replace("and this permission", ""), "MIT-0"),
        (MIT + "Except as contained in this notice, the name of", "X11"),
        (MIT + "The Software shall be used for Good, not Evil.", "JSON"),
        ("// " + MIT.replace("\n", "\n// "), "MIT"),
        ("rem " + MIT.replace("\n", "\nrem "), "MIT"),
        ("Apache License\n   Version 2.0, January 2004\n", "Apache-2.0"),
        (f"{BSD} permitted\n{BINARY}\n{ENDORSE}", "BSD-3-Clause"),
        (f"{BSD} permitted\n{BINARY}", "BSD-2-Clause"),
        (
            f"{BSD}\n{BINARY}\n{ENDORSE} All advertising materials mentioning features or use",
            "BSD-4-Clause",
        ),
        (f"{ISC}, provided that\nthis permission notice appear in all copies", "ISC"),
        (f"{ISC}.\nTHE SOFTWARE IS PROVIDED", "0BSD"),
        (GPL_NOTICE, "GPL-3.0-or-later"),
        (GPL_NOTICE.replace("version 3", "version 2"), "GPL-2.0-or-later"),
        (GPL_NOTICE.replace("GNU General", "GNU Affero General"), "AGPL-3.0-or-later"),
        (GPL_NOTICE.replace("GNU General", "GNU Lesser General"), "LGPL-3.0-or-later"),
        (MIT + GPL_NOTICE, "GPL-3.0-or-later AND MIT"),
        (MIT + '"Commons Clause" License Condition v1.0', "LicenseRef-Commons-Clause AND MIT"),
        ("Apache 2.0\n", "Apache-2.0"),
        ("All rights reserved. " * 20, None),
        ("", None),
    ],
)
def test_texts(text: str, expression: str | None) -> None:
    assert recognise(text) == expression


def test_texts_of_installed_packages() -> None:
    """Where a package says one licence outright and has one file, the file says the same."""
    checked = 0
    for package in distributions():
        declared = spdx.normal(package.metadata.get("License-Expression") or "")
        names = [file for file in package.files or () if file.name.upper().startswith("LICENSE")]
        if declared not in PERMISSIVE or len(names) != 1 or declared == "PSF-2.0":
            continue
        text = Path(str(package.locate_file(names[0]))).read_text("utf-8", "replace")
        found = recognise(text)
        assert found is not None, package.name
        assert declared in found.split(" AND "), package.name
        checked += 1
    assert checked >= 5


@pytest.mark.parametrize("identifier", sorted(PHRASES))
def test_every_rule_fires(identifier: str) -> None:
    for rule in PHRASES[identifier]:
        text = " . ".join(part for part in rule.split("…") if not part.startswith("!"))
        found = recognise(text)
        assert found is not None
        assert identifier in found.split(" AND ")


def test_identifiers_are_those_of_spdx() -> None:
    assert [spdx.normal(name) for name in PHRASES] == list(PHRASES)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("# SPDX-License-Identifier: MIT\n", ("MIT", "SPDX-License-Identifier")),
        (
            "/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */",
            ("GPL-2.0-only OR MIT", "SPDX-License-Identifier"),
        ),
        ("<!-- SPDX-License-Identifier: MIT -->", ("MIT", "SPDX-License-Identifier")),
        (
            "// SPDX-License-Identifier: MIT, see LICENSE\n// SPDX-License-Identifier: ISC\n",
            ("ISC AND MIT", "SPDX-License-Identifier"),
        ),
        ("# SPDX-License-Identifier: Nonsense-9\n", None),
        ("// Licensed under the MIT License.\n" + "x\n" * 100, ("MIT", "notice in the file")),
        (GPL_NOTICE, ("GPL-3.0-or-later", "notice in the file")),
        ("x = 1\n" * 2000 + "# SPDX-License-Identifier: MIT\n", None),
        ("print('license')\n", None),
    ],
)
def test_heads(head: str, said: tuple[str, str] | None) -> None:
    assert recognise_head(head) == said


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("MIT License", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("The BSD 3-Clause License", "BSD-3-Clause"),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("GPLv2", "GPL-2.0-only"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("ISC License (ISCL)", "ISC"),
        ("BSD License", None),
        ("Other/Proprietary License", None),
        ("UNKNOWN", None),
        ("", None),
    ],
)
def test_names(name: str, expression: str | None) -> None:
    assert by_name(name) == expression


@given(st.text(max_size=500))
def test_any_text_has_an_answer(text: str) -> None:
    recognise(text)
    spdx_lines("SPDX-License-Identifier: " + text)


def test_time_is_linear() -> None:
    recognise("redistribution and use " * 100_000)
    spdx_lines("SPDX-License-Identifier: " + "(a " * 100_000)
    recognise_head("permission " * 100_000)
