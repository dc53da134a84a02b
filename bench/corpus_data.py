"""Real text and code for the pipeline of the corpus: source distributions of well-known packages,
as the raw source that ``acquire files`` would make of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench import packages
from coderasst_hook.languages import language_of
from trainer.documents import Document, Origin
from trainer.raw_source import RawSource

PACKAGES = (
    ("go", "github.com/gohugoio/hugo", "v0.140.0"),
    ("go", "github.com/hashicorp/terraform", "v1.5.7"),
    ("npm", "three", "0.170.0"),
    ("pypi", "sympy", "1.14.0"),
    ("npm", "antd", "5.22.0"),
    ("pypi", "django", "5.2.19"),
    ("pypi", "salt", "3008.5"),
    ("pypi", "sqlalchemy", "2.1.9"),
    ("pypi", "kubernetes", "37.0.2"),
    ("go", "k8s.io/kubernetes", "v1.33.0"),
    ("pypi", "ansible", "12.3.0"),
)
"""Of three registries, smallest first; as many are fetched as the size that is asked for takes."""
_LARGEST = 5_000_000


def gather(raw: Path, megabytes: float) -> int:
    """Fill ``raw`` up to ``megabytes`` of text; returns the bytes of text that are there.

    Raises ``RuntimeError`` with the client's own words where a package cannot be fetched.
    """
    left = megabytes * 1_000_000
    with RawSource(raw, "files", "packages") as source:
        for document in _documents():
            if source.taken_bytes >= left:
                break
            source.add(document)
        return source.taken_bytes


def _documents() -> Iterator[Document]:
    for registry, name, version in PACKAGES:
        root = packages.sources(registry, name, version)
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST:
                text = _text(path)
                if text:
                    yield _document(f"{registry}/{name}", path.relative_to(root).as_posix(), text)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text


def _document(package: str, path: str, text: str) -> Document:
    language = language_of(path, text.partition("\n")[0]) or ""
    # One licence for all: what is measured is not the gate.
    origin = Origin("files", "packages", path, f"{package}/{path.split('/')[0]}", "MIT")
    media = "text/x-python" if language == "python" else "text/plain"
    return Document(f"files/{package}/{path}", text, media, origin, language=language)
