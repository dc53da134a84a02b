"""Office files and PDFs as small as they can be, whole and broken, for tests of what reads them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str) -> bytes:
    """``body``: elements of WordprocessingML with the prefix "w"."""
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def pdf(*streams: bytes, resources: str = "", extra: Sequence[bytes] = ()) -> bytes:
    """One page for each of ``streams``, all with one font, "F1". ``extra``: further objects, which
    are numbered from 3 + 2 times the pages on."""
    count = len(streams)
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(count))
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
    ]
    font = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    for number, stream in enumerate(streams):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {4 + 2 * number} 0 R"
            f"/Resources<<{font}{resources}>>>>".encode()
        )
        objects.append(stream_object(stream))
    return _file([*objects, *extra])


def stream_object(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"<</Length %d/Filter/FlateDecode%s>>stream\n" % (len(packed), entries)
    return head + packed + b"\nendstream"


def show(text: str) -> bytes:
    """The content of a page that shows lines of ASCII."""
    lines = text.split("\n")
    return (
        b"BT /F1 12 Tf 72 700 Td 14 TL "
        + b" T* ".join(b"(%s) Tj" % line.encode("ascii") for line in lines)
        + b" ET"
    )


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)
