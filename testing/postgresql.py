"""The real PostgreSQL, in a folder of its own, behind a Unix socket: no port to collide on.

It refuses to run as root, so there it runs as the user ``postgres`` of Debian's package, or as
``nobody``.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

START_SECONDS = 60.0
USER = "coderasst"
DATABASE = "postgres"
PASSWORD = "p@ss/w:rd%20 of the tests"
"""Has what must be escaped in a URL, so that a test sees where it is not."""
_POLL_SECONDS = 0.02
_QUICK = {
    # What is tested is that clients die, not that the machine does.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "listen_addresses": "",
}


def programs() -> Path:
    """The folder of ``initdb`` and ``postgres``, installed where they are missing.
    ``CalledProcessError`` if they cannot be."""
    script = Path(__file__).with_name("provide_postgresql.sh")
    done = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


class PostgresServer:
    """A context manager. ``new_url()`` is that of an empty database, as far as its user can see: a
    schema of its own, which is made in a hundredth of the time."""

    def __init__(self, binaries: Path | None = None) -> None:
        self._binaries = binaries or programs()
        self._account = _account()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        # Not below the folder of the tests, which other accounts may not enter; and short, since
        # the path of a socket has about a hundred bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="coderasst-pg."))
        self.log = self.folder / "server.log"

    def __enter__(self) -> PostgresServer:
        try:
            self._initialise()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            # SIGQUIT ends it at once; nothing in it is needed again.
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
        shutil.rmtree(self.folder)

    def new_url(self) -> str:
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode("ascii"))
        query = {"host": str(self.folder), "options": f"-csearch_path={name}"}
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@/{DATABASE}?{urlencode(query)}"

    def connect(self, url: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
        """Without SQLAlchemy, to look at what it did."""
        if url is not None:
            return psycopg.connect(url, autocommit=True)
        return psycopg.connect(
            host=str(self.folder), dbname=DATABASE, user=USER, password=PASSWORD, autocommit=True
        )

    def _initialise(self) -> None:
        if self._account is not None:
            os.chown(self.folder, self._account, -1)
            self.folder.chmod(0o755)
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if self._account is not None:
            os.chown(secret, self._account, -1)
        secret.chmod(0o600)
        arguments = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={secret}"]
        arguments += ["--encoding=UTF8", "--locale=C", "--no-sync", f"--pgdata={self._data}"]
        subprocess.run(
            [str(self._binaries / "initdb"), *arguments],
            user=self._account,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _start(self) -> None:
        settings = {**_QUICK, "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._binaries / "postgres"), "-D", str(self._data), *options],
                user=self._account,
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for the tests; they end the server themselves.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), self.connect():
                return
            time.sleep(_POLL_SECONDS)
        tail = self.log.read_text("utf-8", "replace")[-2000:]
        raise RuntimeError(f"the server does not start:\n{tail}")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _account() -> int | None:
    """Whom to run as: None for whoever runs the tests."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("PostgreSQL does not run as root, and there is no user to run it as")
