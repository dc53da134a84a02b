"""What licences say that no other says: short quotations, by SPDX identifier.

All is in lower case, with one space for whatever is no letter and no digit. A licence is recognised
where one of its lines is found whole: "…" stands between parts that need not follow each other, and
"!" before a part that must not be there.
"""

from __future__ import annotations

_MIT = "permission is hereby granted free of charge to any person obtaining a copy"
_MIT_NOTICE = "this permission notice shall be included in all copies or substantial portions"
_BSD = "redistribution and use in source and binary forms with or without modification are"
_BINARY = "redistributions in binary form must"
_ENDORSE = "endorse or promote products derived from this software"
_ADVERTISING = "all advertising materials mentioning features or use"
_PATENTS = "no express or implied licenses to any party s patent rights"
_NUCLEAR = "operation or maintenance of any nuclear facility"
_ANY_PURPOSE = "distribute this software for any purpose with or without fee is hereby granted"
_ISC = f"permission to use copy modify and or {_ANY_PURPOSE}"
_ISC_OLD = f"permission to use copy modify and {_ANY_PURPOSE}"
_FREE_USE = "permission to use copy modify and distribute this software and its documentation"
_ZOPE = "zope public license"
_ISC_NOTICE = "this permission notice appear in all copies"
_GPL = "gnu general public license"
_FSF = "as published by the free software foundation"
_COPYLEFT = "is a free copyleft license for software"
_GUARANTEE = "intended to guarantee your freedom to share and change free software"
_LESSER = "lesser general public license"
_LIBRARY = "library general public license"
_AFFERO = "gnu affero general public license"
_APPLIES = "applies to some"
_LATER = "or at your option any later version"
_CC = "creative commons"

PHRASES: dict[str, tuple[str, ...]] = {
    "MIT": (
        f"{_MIT}…{_MIT_NOTICE}…!except as contained in this notice the name…!good not evil",
        "licensed under the mit license",
        "released under the mit license",
        "distributed under the mit license",
    ),
    "MIT-0": (f"{_MIT}…!{_MIT_NOTICE}…!organization obtaining",),
    "X11": (f"{_MIT}…{_MIT_NOTICE}…except as contained in this notice the name",),
    "JSON": (f"{_MIT}…shall be used for good not evil",),
    "Apache-2.0": (
        "apache license version 2 0 january 2004",
        "licensed under the apache license version 2 0",
        "released under the apache license version 2 0",
        "to you under the apache license version 2 0",
        "apache license version 2 0 which is available at",
        "apache org licenses license 2 0",
    ),
    "Apache-1.1": ("the apache software license version 1 1",),
    "BSD-4-Clause": (f"{_BSD}…{_ADVERTISING}",),
    "BSD-3-Clause-Clear": (f"{_BSD}…{_ENDORSE}…{_PATENTS}",),
    "BSD-3-Clause-No-Nuclear-License": (f"{_BSD}…{_ENDORSE}…{_NUCLEAR}",),
    "BSD-3-Clause": (f"{_BSD}…{_ENDORSE}…!{_ADVERTISING}…!{_PATENTS}…!{_NUCLEAR}…!{_ZOPE}",),
    "BSD-2-Clause": (f"{_BSD}…{_BINARY}…!{_ENDORSE}…!{_ADVERTISING}…!{_PATENTS}…!{_ZOPE}",),
    "ISC": (f"{_ISC}…{_ISC_NOTICE}", f"{_ISC_OLD}…{_ISC_NOTICE}"),
    "0BSD": (f"{_ISC}…!{_ISC_NOTICE}", f"{_ISC_OLD}…!{_ISC_NOTICE}"),
    "Unlicense": ("this is free and unencumbered software released into the public domain",),
    "CC0-1.0": (
        "cc0 1 0 universal",
        "creativecommons org publicdomain zero 1 0",
        "neighboring rights to this software to the public domain worldwide",
    ),
    "Python-2.0": (
        "python software foundation license version 2…beopen python…cnri license agreement",
        "python software foundation license version 2…beopen python…cnri open source",
    ),
    "PSF-2.0": (
        "python software foundation license version 2…!beopen python",
        "psf license agreement for python…!beopen python",
    ),
    "Zlib": ("altered source versions must be plainly marked as such",),
    "BSL-1.0": (
        "permission is hereby granted free of charge to any person or organization obtaining",
        "distributed under the boost software license version 1 0",
    ),
    "PostgreSQL": (
        "for any purpose without fee and without a written agreement is hereby granted",
    ),
    "NCSA": ("university of illinois ncsa open source license",),
    "HPND": (f"{_FREE_USE} for any purpose and without fee is hereby granted…!beopen python",),
    "UPL-1.0": ("the universal permissive license upl version 1 0",),
    "Unicode-3.0": ("unicode license v3",),
    "BlueOak-1.0.0": ("blue oak model license",),
    "MulanPSL-2.0": ("mulan permissive software license version 2",),
    "Artistic-2.0": ("the artistic license 2 0",),
    "Artistic-1.0": ("the artistic license preamble the intent of this document",),
    "ZPL-2.1": ("zope public license zpl version 2 1",),
    "AFL-3.0": ("academic free license version 3 0", "licensed under the academic free license"),
    "OFL-1.1": ("sil open font license version 1 1",),
    "WTFPL": ("do what the fuck you want to public license",),
    "Beerware": ("the beer ware license",),
    "MS-PL": ("microsoft public license ms pl",),
    "MS-RL": ("microsoft reciprocal license ms rl",),
    "ECL-2.0": ("educational community license version 2 0",),
    "curl": ("copyright and permission notice…!obtaining a copy…with or without fee is hereby",),
    "CC-BY-4.0": (
        "creative commons attribution 4 0 international",
        "creativecommons org licenses by 4 0",
    ),
    "CC-BY-3.0": ("creative commons attribution 3 0", "creativecommons org licenses by 3 0"),
    "CC-BY-SA-4.0": (
        f"{_CC} attribution sharealike 4 0 international",
        "creativecommons org licenses by sa 4 0",
    ),
    "CC-BY-SA-3.0": (
        f"{_CC} attribution sharealike 3 0",
        "creativecommons org licenses by sa 3 0",
    ),
    "CC-BY-NC-4.0": (
        f"{_CC} attribution noncommercial 4 0",
        "creativecommons org licenses by nc 4 0",
    ),
    "CC-BY-NC-SA-4.0": (
        f"{_CC} attribution noncommercial sharealike 4 0",
        "creativecommons org licenses by nc sa 4 0",
    ),
    "CC-BY-ND-4.0": (
        f"{_CC} attribution noderivatives 4 0",
        "creativecommons org licenses by nd 4 0",
    ),
    "CC-BY-NC-ND-4.0": (
        f"{_CC} attribution noncommercial noderivatives 4 0",
        "creativecommons org licenses by nc nd 4 0",
    ),
    # The text of a GNU licence does not say whether later versions may be chosen; a notice does.
    "GPL-1.0-only": ("try to keep users at the mercy of those companies",),
    "GPL-2.0-only": (
        f"by contrast the {_GPL} is {_GUARANTEE}",
        f"{_GPL} version 2 {_FSF}",
        f"{_GPL} version 2 only",
    ),
    "GPL-2.0-or-later": (f"{_GPL} {_FSF} either version 2…{_LATER}…!{_GUARANTEE}",),
    "GPL-3.0-only": (
        f"the {_GPL} {_COPYLEFT}",
        f"{_GPL} version 3 {_FSF}",
        f"{_GPL} version 3 only",
    ),
    "GPL-3.0-or-later": (f"{_GPL} {_FSF} either version 3…{_LATER}…!{_COPYLEFT}",),
    "LGPL-2.0-only": (f"this license the {_LIBRARY} {_APPLIES}",),
    "LGPL-2.1-only": (f"this license the {_LESSER} {_APPLIES}",),
    "LGPL-2.1-or-later": (f"{_LESSER} {_FSF} either version 2 1…!{_APPLIES}",),
    "LGPL-2.0-or-later": (f"{_LIBRARY} {_FSF} either version 2…!{_APPLIES}",),
    "LGPL-3.0-only": (f"this version of the gnu {_LESSER} incorporates the terms",),
    "LGPL-3.0-or-later": (f"{_LESSER} {_FSF} either version 3",),
    "AGPL-3.0-only": (f"the {_AFFERO} {_COPYLEFT}",),
    "AGPL-3.0-or-later": (f"{_AFFERO} {_FSF} either version 3…!{_COPYLEFT}",),
    "GFDL-1.3-only": ("gnu free documentation license version 1 3",),
    "GFDL-1.2-only": ("gnu free documentation license version 1 2 november",),
    "MPL-2.0": ("mozilla public license version 2 0", "mozilla public license v 2 0"),
    "MPL-1.1": ("mozilla public license version 1 1",),
    "EPL-2.0": ("eclipse public license v 2 0", "eclipse public license version 2 0"),
    "EPL-1.0": ("eclipse public license v 1 0",),
    "CDDL-1.0": ("common development and distribution license cddl version 1 0",),
    "CDDL-1.1": ("common development and distribution license cddl version 1 1",),
    "EUPL-1.2": ("european union public licence v 1 2", "eupl 2017"),
    "OSL-3.0": ("open software license version 3 0", "open software license v 3 0"),
    "ODbL-1.0": ("open database license odbl",),
    "SSPL-1.0": ("server side public license version 1",),
    "BUSL-1.1": ("business source license 1 1",),
    "Elastic-2.0": ("elastic license 2 0",),
    # Rides on a permissive licence and takes back what it gives.
    "LicenseRef-Commons-Clause": ("commons clause license condition",),
}
