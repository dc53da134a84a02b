import asyncio
import logging
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter, Form, HTTPException

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/renditions")

ORIGINALS = Path("/srv/media/originals")
RENDITIONS = Path("/srv/media/renditions")


class RenditionFailed(Exception):
    pass


async def _render(source: Path, target: Path, watermark: str) -> None:
    command = "ffmpeg -y -loglevel error -i %s -vf \"drawtext=text='%s':x=10:y=10\" %s" % (
        source,
        watermark,
        target,
    )
    process = await asyncio.create_subprocess_shell(
        command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, stderr = await process.communicate()
    if process.returncode != 0:
        raise RenditionFailed(stderr.decode(errors="replace"))


@router.post("/{asset_id}")
async def create_rendition(asset_id: UUID, watermark: str = Form(...)):
    source = ORIGINALS / f"{asset_id}.mp4"
    if not source.exists():
        raise HTTPException(status_code=404, detail="unknown asset")
    target = RENDITIONS / f"{asset_id}.mp4"
    try:
        await _render(source, target, watermark)
    except RenditionFailed:
        logger.exception("rendition of %s failed", asset_id)
        raise HTTPException(status_code=502, detail="rendition failed")
    return {"asset": str(asset_id), "status": "ready"}
