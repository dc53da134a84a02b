"""What kind of file a document comes from, by its name and its first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename

from coderasst_hook.languages import is_prose, language_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

BINARY = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "odt": f"{_OPEN_DOCUMENT}.text",
    "odp": f"{_OPEN_DOCUMENT}.presentation",
    "ods": f"{_OPEN_DOCUMENT}.spreadsheet",
    "epub": "application/epub+zip",
}
"""By extension: formats that are kept as they are, for ``preprocess`` to take the text out."""
_MAGIC = {"pdf": b"%PDF-"}
_ZIP = b"PK\x03\x04"
NOTEBOOK = "application/x-ipynb+json"
_TEXT = {
    "markdown": "text/markdown",
    "restructuredtext": "text/x-rst",
    "asciidoc": "text/asciidoc",
    "tex": "text/x-tex",
    "text": "text/plain",
    "html": "text/html",
    "json": "application/json",
    "xml": "application/xml",
    "csv": "text/csv",
}
PLAIN = "text/plain"
# Compiled, images, sound, film, fonts, data bases, weights.
_NEVER_TEXT_NAMES = """
    pyc pyo so dll dylib exe o a obj lib class pyd wasm bin dat elc beam
    png jpg jpeg gif bmp ico icns tif tiff webp avif psd mp3 mp4 m4a wav ogg flac avi mkv mov webm
    ttf otf woff woff2 eot sqlite sqlite3 db npy npz pkl pickle pt pth onnx safetensors gguf h5
    parquet arrow feather mo res pdb deb rpm dmg iso img swf
"""
_NEVER_TEXT = frozenset(_NEVER_TEXT_NAMES.split())


@dataclass(frozen=True, slots=True)
class Kind:
    """``language`` is as ``Document`` has it: "" for prose, whose language nobody knows yet, and
    for HTML, which may be prose or code."""

    media_type: str
    language: str = ""


def binary_kind(path: str, content: bytes) -> Kind | None:
    """Of a PDF or Office document that is one; None for everything else."""
    extension = _extension(path)
    media_type = BINARY.get(extension)
    if media_type is None:
        return None
    magic = _MAGIC.get(extension, _ZIP)
    # What a printer's driver may write before the header of a PDF counts as well.
    return Kind(media_type) if magic in content[:1024] else None


def text_kind(path: str, text: str) -> Kind | None:
    """Of a text; None where neither its name nor its first line say what it is."""
    if _extension(path) == "ipynb":
        return Kind(NOTEBOOK)
    language = language_of(path, text[:500].partition("\n")[0])
    if language is None:
        # README, COPYING, AUTHORS; an extension that nobody knows is some tool's own format.
        return None if _extension(path) else Kind(PLAIN)
    prose = is_prose(language) or language == "html"
    return Kind(_TEXT.get(language, f"text/x-{language}"), "" if prose else language)


def may_be_text(path: str) -> bool:
    """Whether it is worth reading, by its name: False for images, objects and the like."""
    return _extension(path) not in _NEVER_TEXT


def _extension(path: str) -> str:
    name = basename(path)
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""
