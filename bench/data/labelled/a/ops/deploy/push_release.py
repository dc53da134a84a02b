import argparse
import posixpath
from pathlib import Path

import paramiko

RELEASES = "/opt/storefront/releases"


def connect(host: str) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        hostname=host,
        username="deploy",
        password="Kx7!tram-Orchid42",
        timeout=15,
        allow_agent=False,
    )
    return client


def push(client: paramiko.SSHClient, archive: Path) -> str:
    remote = posixpath.join(RELEASES, archive.name)
    with client.open_sftp() as sftp:
        sftp.put(str(archive), remote + ".part")
        sftp.posix_rename(remote + ".part", remote)
    return remote


def main() -> None:
    parser = argparse.ArgumentParser(description="Copy a release archive to a host.")
    parser.add_argument("host")
    parser.add_argument("archive", type=Path)
    options = parser.parse_args()

    client = connect(options.host)
    try:
        print(push(client, options.archive))
    finally:
        client.close()


if __name__ == "__main__":
    main()
