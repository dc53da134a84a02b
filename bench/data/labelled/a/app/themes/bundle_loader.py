import json
import os
import shutil
import zipfile

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import JsonResponse
from django.views.decorators.http import require_POST


class ThemeBundle:
    def __init__(self, archive: zipfile.ZipFile, destination: str):
        self.archive = archive
        self.destination = destination

    def manifest(self) -> dict:
        with self.archive.open("theme.json") as handle:
            return json.load(handle)

    def unpack(self) -> int:
        written = 0
        for entry in self.archive.infolist():
            if entry.is_dir():
                continue
            target = os.path.join(self.destination, entry.filename)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with self.archive.open(entry) as source, open(target, "wb") as out:
                shutil.copyfileobj(source, out)
            written += 1
        return written


@require_POST
@permission_required("themes.add_theme")
def upload_theme(request):
    destination = os.path.join(settings.THEME_ROOT, str(request.user.tenant_id))
    with zipfile.ZipFile(request.FILES["bundle"]) as archive:
        bundle = ThemeBundle(archive, destination)
        manifest = bundle.manifest()
        count = bundle.unpack()
    return JsonResponse({"name": manifest["name"], "files": count}, status=201)
