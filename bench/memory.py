"""Peak memory of a static review of 50 files, beside bandit and detect-secrets."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench.change import quiet_environment, staged_change, tool
from bench.measure import compare


def run(runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        repository = staged_change(Path(folder))
        summaries = compare(
            {
                "coderasst": [tool("coderasst"), "review", "--llm", "off"],
                "bandit": [tool("bandit"), "-q", "-r", "."],
                "detect-secrets": [tool("detect-secrets"), "scan", "--all-files"],
            },
            repository,
            runs=min(runs, 3),
            env=quiet_environment(XDG_CACHE_HOME=folder),
        )
    own = summaries["coderasst"].peak_mib
    return {
        "what": "MiB of resident memory at the peak, the process itself",
        "rows": [{"name": s.name, "peak_mib": s.peak_mib} for s in summaries.values()],
        "ratios": {
            f"coderasst / {name}": own / s.peak_mib
            for name, s in summaries.items()
            if name != "coderasst"
        },
    }
