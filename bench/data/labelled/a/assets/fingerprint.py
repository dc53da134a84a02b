import hashlib
import random
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

CHUNK = 64 * 1024


def etag_for(path: Path) -> str:
    """Strong validator for the cache; collisions only cost a stale asset."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
    return f'"{digest.hexdigest()}"'


def cache_lifetime(base: int) -> int:
    # Spread expiry so that the edge nodes do not all revalidate at once.
    return base + random.randint(0, base // 10)


class AssetEndpoint:
    def __init__(self, catalogue: dict[str, Path], base_lifetime: int = 3600):
        self._catalogue = catalogue
        self._etags = {name: etag_for(path) for name, path in catalogue.items()}
        self._base_lifetime = base_lifetime

    async def __call__(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = self._catalogue.get(name)
        if path is None:
            return Response(status_code=404)
        headers = {
            "ETag": self._etags[name],
            "Cache-Control": f"public, max-age={cache_lifetime(self._base_lifetime)}",
        }
        if request.headers.get("if-none-match") == self._etags[name]:
            return Response(status_code=304, headers=headers)
        return FileResponse(path, headers=headers)
