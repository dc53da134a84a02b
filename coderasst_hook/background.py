"""The reviewer that goes on after the commit: it works off the queue into the cache."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.cache import Cache
from coderasst_hook.config import Loaded
from coderasst_hook.git.repository import Repository
from coderasst_hook.own_process import command
from coderasst_hook.queue import Job, Queue
from coderasst_hook.session import connect, open_cache
from coderasst_hook.settings import Settings

if TYPE_CHECKING:
    from coderasst_hook.llm.servers import Connection

LOG = Path("coderasst") / "background.log"


def start(repository: Repository, environ: Mapping[str, str]) -> None:
    """Start a process of its own that outlives the commit, and return at once.

    It gets none of the hook's variables: git points GIT_INDEX_FILE at a file that is about to go.
    """
    own = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
    with open(repository.git_dir / LOG, "wb") as log:
        subprocess.Popen(
            command("hook", "--drain"),
            cwd=repository.root,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            close_fds=True,
            # A session of its own: the terminal's Ctrl-C and its closing do not reach it.
            start_new_session=True,
        )


def drain(loaded: Loaded, repository: Repository, environ: Mapping[str, str]) -> int:
    """Answer what is queued; how many prompts got an answer.

    A job for another model or another prompt is dropped: its answers would never be looked up.
    Raises ``BackendError`` where no server can be used; the queue is kept then.
    """
    settings = loaded.settings
    queue = Queue(repository.git_dir)
    cache = open_cache(settings)
    if cache is None:
        return 0
    with cache:
        if not len(queue):
            return 0
        connection = connect(settings, environ)
        return sum(_work_off(job, settings, connection, cache) for job in queue.claim())


def _work_off(job: Job, settings: Settings, connection: Connection, cache: Cache) -> int:
    from coderasst_hook.llm.forms import by_name
    from coderasst_hook.llm.pool import Answered, Request
    from coderasst_hook.model_review import ask_servers, keep

    form = by_name(connection.identity.form)
    if job.prompt_version != form.version or job.digest != connection.identity.digest:
        return 0
    llm = replace(
        settings.llm, temperature=job.temperature, seed=job.seed, max_answer=job.max_answer
    )
    missing = [prompt for prompt in job.prompts if cache.get(prompt.key) is None]
    requests = [Request(item.path, form.again(item.user), form) for item in missing]
    results = ask_servers(
        requests,
        connection,
        llm,
        budget=settings.budget,
        on_result=lambda index, result: keep(cache, missing[index].key, result),
    )
    return sum(isinstance(result, Answered) for result in results)
