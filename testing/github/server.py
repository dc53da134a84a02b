"""The way in: a GitHub on loopback, and what tests do with it.

    with GitHubServer(schemas, folder) as github:
        repository = github.repository("octo/shop", checkout.root)
        pull = github.open_pull(repository, head="feature")
        token = github.workflow_token(pull_requests="write", contents="read")
        … a client at github.api_url …
        github.person("alice").react(pull.threads[0].comments[0], "-1")

State is looked at through ``state.py``'s entities, once the client is done.
"""

from __future__ import annotations

import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from testing.github import pulls
from testing.github.events import Events
from testing.github.exchange import Answer
from testing.github.faults import Fault, Faults
from testing.github.http import listen
from testing.github.persons import Person
from testing.github.render import Links
from testing.github.schemas import Schemas
from testing.github.service import ENTERPRISE, Raw, Service
from testing.github.state import FakeRepository, IssueComment, Pull, ReviewComment
from testing.github.traffic import Exchange
from testing.github.world import World
from testing.repository import TemporaryRepository

WEB = "https://github.com"
WORKFLOW = "github-actions[bot]"
"""Whose token a workflow gets."""


class GitHubServer:
    """``folder`` takes the repositories that are not given one of their own."""

    def __init__(self, schemas: Schemas, folder: Path, *, port: int = 0, web: str = WEB) -> None:
        self.folder = folder
        self.world = World()
        self.requests: list[Exchange] = []
        self.faults = Faults()
        self._schemas = schemas
        self._web = web
        self._service = Service(self.world, schemas, web)
        self._http = listen(self._respond, port)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        self.api_url = self.address
        self.graphql_url = f"{self.address}/graphql"
        self.ghes_url = f"{self.address}{ENTERPRISE}"
        """As ``GITHUB_API_URL`` of an Enterprise Server; GraphQL is beside it."""
        self.ghes_graphql_url = f"{self.address}/api/graphql"

    def __enter__(self) -> GitHubServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def wait(self) -> None:
        """Until it is stopped."""
        self._thread.join()

    @property
    def violations(self) -> list[str]:
        """What broke GitHub's description or schema, on either side."""
        return self._service.violations

    # What there is.

    def repository(
        self,
        name: str,
        git_dir: Path | None = None,
        *,
        private: bool = True,
        fork_of: FakeRepository | None = None,
    ) -> FakeRepository:
        """``name`` is "owner/name"; ``git_dir`` a repository on disk, bare or with a working tree
        (an empty bare one is made where none is given). A pull request writes "refs/pull/1/head"
        into it, as GitHub does."""
        folder = git_dir or self.folder / f"{name}.git"
        if git_dir is None:
            TemporaryRepository(folder, bare=True)
        with self.world.lock:
            return self.world.add_repository(name, folder, private=private, parent=fork_of)

    def token(self, login: str, **permissions: str) -> str:
        """Of a person or, as "name[bot]", of an app. Areas are those of a workflow's
        ``permissions``, with an underscore, each "read" or "write"."""
        with self.world.lock:
            return self.world.token(login, permissions).secret

    def workflow_token(self, **permissions: str) -> str:
        """As ``GITHUB_TOKEN`` in a workflow with these ``permissions``."""
        return self.token(WORKFLOW, **permissions)

    def person(self, login: str) -> Person:
        """Acts in the browser, where no token is asked for."""
        with self.world.lock:
            return Person(self.world, self.world.account(login))

    as_person = person

    def rename(self, repository: FakeRepository, name: str) -> None:
        """Its old name leads to the new one."""
        with self.world.lock:
            self.world.rename(repository, name)

    def delete(self, repository: FakeRepository) -> None:
        with self.world.lock:
            del self.world.repositories[repository.name.lower()]

    def serve_git(self) -> None:
        """From now on, the addresses for ``git clone`` lead here."""
        self._service.web = self.address

    # What happens to pull requests.

    def open_pull(
        self,
        repository: FakeRepository,
        *,
        head: str,
        base: str | None = None,
        author: str = "octocat",
        title: str = "Change things",
        body: str = "",
        draft: bool = False,
        fork: FakeRepository | None = None,
    ) -> Pull:
        """From the branch ``head``, of ``fork`` where one is given."""
        with self.world.lock:
            account = self.world.account(author)
            return pulls.open_pull(
                self.world,
                account,
                repository,
                head=head,
                base=base or repository.default_branch,
                title=title,
                body=body,
                draft=draft,
                fork=fork,
            )

    def push(self, pull: Pull, sha: str | None = None) -> None:
        """The head moves to what its branch is now, or to ``sha``; forced or not is the same."""
        with self.world.lock:
            pulls.push(self.world, pull, sha)
            pull.repository.pushed_at = pull.updated_at

    def event(self, pull: Pull, action: str, *, sender: str | None = None) -> dict[str, Any]:
        """The event "pull_request", as ``GITHUB_EVENT_PATH`` holds it."""
        with self.world.lock:
            return self._events.pull_request(pull, action, sender)

    def comment_event(
        self, comment: IssueComment | ReviewComment, action: str = "created"
    ) -> dict[str, Any]:
        """The event "issue_comment" or "pull_request_review_comment", by what ``comment`` is."""
        with self.world.lock:
            return self._events.comment(comment, action)

    def workflow_run_event(
        self,
        pull: Pull,
        *,
        event: str = "pull_request",
        conclusion: str = "success",
        workflow: str = "review",
    ) -> dict[str, Any]:
        """The event "workflow_run": a run on the head of ``pull``, started by ``event``, ended."""
        with self.world.lock:
            return self._events.workflow_run(
                pull, event=event, conclusion=conclusion, workflow=workflow
            )

    @property
    def _events(self) -> Events:
        return Events(self.world, self._schemas, Links(self.api_url, self._web))

    # What goes wrong.

    def fail(
        self,
        fault: Fault,
        *,
        nth: int = 1,
        always: bool = False,
        verb: str | None = None,
        path: str = "",
    ) -> None:
        """At the ``nth`` request from now whose verb and path fit; ``always``: from there on."""
        with self.world.lock:
            self.faults.add(fault, nth=nth, always=always, verb=verb, path=path)

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        with self.world.lock:
            self.faults.clear()

    def _respond(self, raw: Raw) -> Answer | None:
        with self.world.lock:
            fault = self.faults.at(raw.verb, raw.path)
            answer: Answer | None = None
            if fault is None or fault.after:
                answer = self._answer(raw)
            if fault is not None:
                answer = fault.answer(raw.path)
            self._log(raw, answer)
            return answer

    def _answer(self, raw: Raw) -> Answer:
        try:
            return self._service.answer(raw)
        except Exception:  # noqa: BLE001
            # A mistake in here fails the test with its trace, not with a broken connection.
            self.violations.append(f"{raw.verb} {raw.path}: {traceback.format_exc()}")
            return Answer(500, {"message": "this GitHub is broken, see its violations"})

    def _log(self, raw: Raw, answer: Answer | None) -> None:
        token = self._service.token(raw)
        self.requests.append(
            Exchange(
                verb=raw.verb,
                path=raw.path,
                query=dict(raw.query),
                data=raw.data,
                login=token.account.rest_login if token else None,
                status=answer.status if answer else None,
            )
        )
