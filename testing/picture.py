"""``python -m testing.picture``: draw the README's picture, docs/review.svg, from a real run."""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

from rich.console import Console

from coderasst_hook.config import load
from coderasst_hook.git import find_repository
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.console import print_report
from coderasst_hook.reporters.masking import masked
from coderasst_hook.selection import Selection, select
from coderasst_hook.session import Session
from testing.repository import TemporaryRepository

PICTURE = Path(__file__).parents[1] / "docs" / "review.svg"

# The key is made up of parts, or this file would be a finding itself.
SHOP = f"""\
import hashlib

API_KEY = "sk_live_{"4eC39HqLyjWDarjtT1zdp7dc"}"


def find(database, name):
    return database.execute(f"SELECT * FROM items WHERE name = '{{name}}'")


def checksum(text):
    return hashlib.sha256(text.encode()).hexdigest()
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = TemporaryRepository(Path(folder) / "shop")
        repository.stage({"shop.py": SHOP})
        found = find_repository(repository.root)
        session = Session(load(None, environ={"CODERASST_LLM": "off"}), found, os.environ)
        reviewed = session.review(select(Selection(), found), budget=0)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    context = ReportContext(sources=reviewed.sources, color=True, width=100)
    print_report(console, masked(reviewed.report), context)
    drawing = console.export_svg(title="coderasst review", unique_id="review")
    # rich names a font on a server elsewhere; a picture should ask nobody for anything.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}", "", drawing, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
