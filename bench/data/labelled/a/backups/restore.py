import argparse
import logging
import tarfile
from pathlib import Path

logger = logging.getLogger("restore")


class RestoreError(RuntimeError):
    pass


def read_version(archive: tarfile.TarFile) -> str:
    try:
        member = archive.extractfile("VERSION")
    except KeyError:
        raise RestoreError("archive has no VERSION file") from None
    if member is None:
        raise RestoreError("VERSION is not a regular file")
    with member:
        return member.read(32).decode("ascii").strip()


def restore(source: Path, destination: Path) -> str:
    destination.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tarfile.open(source, "r:gz") as archive:
        version = read_version(archive)
        archive.extractall(destination, filter="data")
    return version


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("archive", type=Path)
    parser.add_argument("--into", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    try:
        version = restore(options.archive, options.into)
    except (RestoreError, tarfile.TarError) as error:
        logger.error("restore failed: %s", error)
        return 1
    logger.info("restored backup of version %s", version)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
