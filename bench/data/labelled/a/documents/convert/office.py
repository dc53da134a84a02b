import subprocess
import tempfile
from pathlib import Path

from fastapi import APIRouter, File, HTTPException, Query, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

router = APIRouter()

FORMATS = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text"}
MAX_BYTES = 20 * 1024 * 1024


def convert(content: bytes, target_format: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        source = Path(folder) / "input.docx"
        source.write_bytes(content)
        subprocess.run(
            [
                "soffice",
                "--headless",
                "--convert-to",
                target_format,
                "--outdir",
                folder,
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=90,
        )
        return source.with_suffix(f".{target_format}").read_bytes()


@router.post("/documents/convert")
async def convert_document(document: UploadFile = File(...), to: str = Query("pdf")):
    if to not in FORMATS:
        raise HTTPException(status_code=422, detail="unsupported format")
    content = await document.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise HTTPException(status_code=413, detail="document too large")
    converted = await run_in_threadpool(convert, content, to)
    return Response(converted, media_type=FORMATS[to])
