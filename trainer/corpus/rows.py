"""Documents as rows of Arrow tables: what the stages leave for each other, and the Parquet files.

Columns that need no other are read without the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.ipc as ipc

from coderasst_hook.untrusted import encodable
from trainer.corpus.signatures import PERMUTATIONS
from trainer.documents import Document, Origin

if TYPE_CHECKING:
    from datatrove.io import DataFolder

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.large_string()),
        ("media_type", pa.string()),
        ("language", pa.string()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("location", pa.string()),
        ("group", pa.string()),
        ("licence", pa.string()),
        ("fetched_at", pa.string()),
        ("details", pa.map_(pa.string(), pa.string())),
        ("history", pa.list_(pa.string())),
    ]
)
SIGNATURES = pa.schema(
    [
        ("size", pa.uint32()),
        ("normalised", pa.uint64()),
        ("minhash", pa.binary(2 * PERMUTATIONS)),
        ("words", pa.bool_()),
        ("paragraphs", pa.list_(pa.uint64())),
        ("id", pa.string()),
        ("group", pa.string()),
        ("source", pa.string()),
        ("language", pa.string()),
        ("licence", pa.string()),
    ]
)
"""``source`` is "<kind>/<source>" here; ``words`` is false where a MinHash says nothing."""

Row = dict[str, Any]


def row_of(document: Document) -> Row:
    """What cannot be UTF-8 (a lone surrogate) becomes U+FFFD."""
    origin = document.origin
    return {
        "id": encodable(document.id),
        "text": encodable(document.text),
        "media_type": encodable(document.media_type),
        "language": encodable(document.language),
        "kind": origin.kind,
        "source": origin.source,
        "location": encodable(origin.location),
        "group": encodable(origin.group),
        "licence": encodable(origin.licence),
        "fetched_at": origin.fetched_at.isoformat() if origin.fetched_at else None,
        "details": [
            (encodable(key), encodable(value)) for key, value in sorted(origin.details.items())
        ],
        "history": [encodable(line) for line in document.history],
    }


def document_of(row: Mapping[str, Any]) -> Document:
    fetched = row["fetched_at"]
    origin = Origin(
        kind=row["kind"],
        source=row["source"],
        location=row["location"],
        group=row["group"],
        licence=row["licence"],
        fetched_at=datetime.fromisoformat(fetched) if fetched else None,
        details=dict(row["details"]),
    )
    return Document(
        id=row["id"],
        text=row["text"],
        media_type=row["media_type"],
        origin=origin,
        language=row["language"],
        history=tuple(row["history"]),
    )


def writer(file: IO[bytes], schema: Any, *, compressed: bool) -> Any:
    """A writer of record batches. The same batches are the same bytes."""
    options = ipc.IpcWriteOptions(compression="zstd" if compressed else None, use_threads=False)
    return ipc.new_file(file, schema, options=options)


def batches(
    place: DataFolder,
    path: str,
    columns: Sequence[str] | None = None,
    numbers: Iterable[int] | None = None,
) -> Iterator[Any]:
    """The record batches of a file, of ``columns`` and with ``numbers`` alone where those are
    given: nothing else is read."""
    with place.open(path, "rb") as file:
        options = ipc.IpcReadOptions(use_threads=False)
        if columns is not None:
            schema = ipc.open_file(file).schema
            options.included_fields = sorted(schema.get_field_index(name) for name in columns)
            file.seek(0)
        reader = ipc.open_file(file, options=options)
        for number in range(reader.num_record_batches) if numbers is None else numbers:
            yield reader.get_batch(number)


def batch_of(rows: Iterable[Row], schema: Any) -> Any:
    return pa.RecordBatch.from_pylist(list(rows), schema=schema)
