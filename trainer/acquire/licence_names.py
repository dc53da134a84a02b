"""What people call licences, in metadata and in licence files that only name one."""

from __future__ import annotations

_FILLING = """the a an license licence licenses licensed under version v software osi approved
    public of terms released is and see file for details this project full text in"""
FILLING = frozenset(_FILLING.split())
"""Words that are left out of a name before it is looked up. "public" tells "Mozilla Public License"
from "Mozilla License" for nobody."""

_NAMES = {
    "MIT": "mit | expat | mit mit | mit expat | expat mit | mit x11 | x11 mit",
    "Apache-2.0": (
        "apache 2 0 | apache 2 | apache2 | apache 2 0 apache 2 0 | asl 2 0 | asl 2 | apache2 0"
        " | apache foundation 2 0 | al2 | apache 2 0 www apache org licenses 2 0"
    ),
    "BSD-3-Clause": (
        "bsd 3 clause | 3 clause bsd | new bsd | modified bsd | bsd 3 | bsd3 | revised bsd"
        " | new bsd 3 clause | bsd 3 clause new or revised | bsd new"
    ),
    "BSD-2-Clause": "bsd 2 clause | 2 clause bsd | simplified bsd | bsd 2 | freebsd",
    "0BSD": "zero clause bsd | bsd zero clause 0bsd | 0 clause bsd",
    "ISC": "isc | isc iscl | iscl",
    "PSF-2.0": "psf | psfl | python foundation | psf 2 | psf 2 0",
    "Unlicense": "unlicense | unlicence | unlicense unlicense",
    "CC0-1.0": "cc0 | cc0 1 0 | cc0 1 0 universal | cc0 1 0 universal cc0 1 0 domain dedication",
    "Zlib": "zlib | zlib libpng",
    "BSL-1.0": "boost | boost 1 0 | boost 1 0 bsl 1 0",
    "CC-BY-4.0": "cc by 4 0 | cc by | creative commons attribution 4 0",
    "MPL-2.0": "mpl 2 0 | mpl2 | mpl 2 | mozilla 2 0 | mozilla 2 0 mpl 2 0",
    "MPL-1.1": "mpl 1 1 | mozilla 1 1 | mozilla 1 1 mpl 1 1",
    "ZPL-2.1": "zpl 2 1 | zope 2 1",
    "EPL-2.0": "epl 2 0 | eclipse 2 0 | eclipse 2 0 epl 2 0",
    "EPL-1.0": "epl 1 0 | eclipse 1 0 | eclipse 1 0 epl 1 0",
    "GPL-2.0-only": "gplv2 | gpl v2 | gpl 2 | gpl 2 0 | gnu general v2 gplv2 | gnu gpl v2",
    "GPL-2.0-or-later": "gplv2 or later | gnu general v2 or later gplv2 or later | gpl 2 or later",
    "GPL-3.0-only": "gplv3 | gpl v3 | gpl 3 | gpl 3 0 | gnu general v3 gplv3 | gnu gplv3",
    "GPL-3.0-or-later": "gplv3 or later | gnu general v3 or later gplv3 or later | gpl 3 or later",
    "LGPL-2.1-only": "lgpl 2 1 | lgplv2 1 | gnu lesser general v2 1",
    "LGPL-3.0-only": "lgpl 3 | lgpl 3 0 | lgplv3 | gnu lesser general v3 lgplv3",
    "LGPL-3.0-or-later": "lgplv3 or later | gnu lesser general v3 or later lgplv3 or later",
    "AGPL-3.0-only": "agpl 3 0 | agplv3 | agpl 3 | gnu affero general v3",
    "AGPL-3.0-or-later": "agplv3 or later | gnu affero general v3 or later agplv3 or later",
}
NAMES = {name: expression for expression, names in _NAMES.items() for name in names.split(" | ")}
"""Names in lower case, without ``FILLING``; "+" is "or later"."""
