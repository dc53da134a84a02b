"""What becomes of an answer: a document, a drop with its reason, or further pages to ask for."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from trainer.acquire.budget import Budget
from trainer.acquire.web import content, page, sitemaps, urls
from trainer.acquire.web.addresses import AddressPolicy, literal
from trainer.acquire.web.content import Content
from trainer.acquire.web.documents import document
from trainer.acquire.web.frontier import GUESSED_SITEMAP, PAGE, SITEMAP, Frontier, Task
from trainer.acquire.web.frontier import page as page_task
from trainer.acquire.web.frontier import sitemap as sitemap_task
from trainer.acquire.web.scope import Scope
from trainer.acquire.web.visits import Visits
from trainer.raw_source import RawSource

MOST_HOPS = 5
MOST_ATTEMPTS = 3
MOST_SITEMAPS = 1_000
_DEEPEST_SITEMAP = 3
_CHECKPOINT_PAGES = 25
_CHECKPOINT_SECONDS = 5.0
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504, 522, 524})

OTHER_SITE = "redirect to another site"
TOO_LARGE = "larger than --max-document-bytes"
_NO_INDEX = frozenset({"noindex", "none"})
_NO_MINING = frozenset({"noai", "noml", "notdm"})


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case; of a header that is there twice, both values with a comma."""
    body: bytes


class Harvest:
    """``name`` is the crawler's own, as robots rules address it."""

    def __init__(
        self,
        source: RawSource,
        frontier: Frontier,
        scope: Scope,
        budget: Budget,
        policy: AddressPolicy,
        *,
        name: str,
        looked_at: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._frontier = frontier
        self._scope = scope
        self._budget = budget
        self._policy = policy
        self._name = name
        self._looked_at = looked_at
        self._clock = clock
        self._visits = Visits(source.state)
        self._sitemaps = 0
        self._unsaved = 0
        self._saved_at = clock()
        self.read = 0
        """Pages that were there, changed or not."""
        self.unchanged = 0
        self.failure: str | None = None
        """Why a start page was not read."""

    def conditions(self, task: Task) -> dict[str, str]:
        """Headers that make the answer "not modified" where we have the page, and its links."""
        if task.kind != PAGE or self._frontier.links(task.key) is None:
            return {}
        return self._visits.conditions(task.key, task.url)

    def answered(self, task: Task, answer: Answer) -> None:
        """Raises ``StoreError``."""
        self._looked_at(task.url)
        location = answer.headers.get("location")
        if answer.status == 304 and task.kind == PAGE:
            self._not_modified(task)
        elif 300 <= answer.status < 400 and location:
            self._redirected(task, location)
        elif answer.status in _TEMPORARY:
            self.failed(task, f"HTTP {answer.status}", temporary=True)
        elif not 200 <= answer.status < 300:
            self.failed(task, f"HTTP {answer.status}")
        elif task.kind == PAGE:
            self._page(task, answer)
        else:
            self._sitemap(task, answer.body)
        self._settled()

    def failed(
        self, task: Task, reason: str, *, temporary: bool = False, asked: bool = True
    ) -> None:
        """No answer, or none that is of use. Raises ``StoreError``."""
        if temporary and task.attempts + 1 < MOST_ATTEMPTS:
            self._frontier.again(replace(task, attempts=task.attempts + 1))
            return
        if task.kind != GUESSED_SITEMAP:
            self._source.drop(task.url, reason)
        if task.kind == PAGE and task.depth == 0:
            self.failure = self.failure or reason
        self._frontier.done(task, counted=asked and task.kind == PAGE)

    def put_back(self, task: Task) -> None:
        """It was not asked for, or the answer came too late."""
        self._frontier.again(task)

    def offer_sitemaps(
        self, found: Iterable[str], *, guessed: bool = False, depth: int = 0
    ) -> None:
        if self._scope.depth == 0 or depth > _DEEPEST_SITEMAP:
            return
        for raw in found:
            url = urls.normal(raw)
            if url is None or not self._scope.has_site(url) or self._sitemaps >= MOST_SITEMAPS:
                continue
            kind = GUESSED_SITEMAP if guessed else SITEMAP
            self._sitemaps += self._frontier.add(sitemap_task(url, kind, depth))

    def checkpoint(self) -> None:
        """Documents first: a page that is done must not be lost with them. The other way round it
        is only asked for again."""
        self._source.checkpoint()
        self._frontier.commit()
        self._unsaved, self._saved_at = 0, self._clock()

    def _settled(self) -> None:
        self._unsaved += 1
        late = self._clock() - self._saved_at >= _CHECKPOINT_SECONDS
        if late or self._unsaved >= _CHECKPOINT_PAGES:
            self.checkpoint()

    def _not_modified(self, task: Task) -> None:
        self.read += 1
        self.unchanged += 1
        self._follow(task, self._frontier.links(task.key) or ())
        self._frontier.done(task, taken=True)

    def _redirected(self, task: Task, location: str) -> None:
        target = urls.normal(location, task.url)
        hops = (*task.hops, task.url)
        address = None if target is None else literal(urls.host(target))
        refusal = None if address is None else self._policy.refusal(str(address))
        if target is None:
            self.failed(task, "redirect to what is no page")
        elif refusal is not None:
            self.failed(task, f"redirect to an {refusal}")
        elif not self._scope.has_site(target):
            self.failed(task, OTHER_SITE)
        elif target in hops:
            self.failed(task, "redirects in a circle")
        elif len(hops) > MOST_HOPS:
            self.failed(task, "too many redirects")
        else:
            self._go_on(task, target, hops)

    def _go_on(self, task: Task, target: str, hops: tuple[str, ...]) -> None:
        if task.kind == PAGE:
            there = replace(page_task(target, task.depth), hops=hops)
        else:
            there = replace(sitemap_task(target, task.kind, task.depth), hops=hops)
        if there.key == task.key:
            # From http to https, or to a slash at the end.
            self._frontier.again(there)
            return
        self._frontier.done(task, counted=task.kind == PAGE)
        self._frontier.add(there)

    def _sitemap(self, task: Task, body: bytes) -> None:
        found = sitemaps.read(body)
        if found is None:
            self.failed(task, "sitemap that cannot be read")
            return
        self._follow_at(1, (urls.normal(url) for url in found.pages))
        self.offer_sitemaps(found.sitemaps, depth=task.depth + 1)
        self._frontier.done(task, counted=False)

    def _page(self, task: Task, answer: Answer) -> None:
        self.read += 1
        declared = answer.headers.get("content-type", "")
        directives = page.of_headers(answer.headers, self._name)
        if not content.is_wanted(declared):
            self.failed(task, "no HTML, text, Markdown or PDF")
        elif self._budget.too_large(len(answer.body)):
            self.failed(task, TOO_LARGE)
        else:
            found = content.read(answer.body, declared, task.url)
            if found is None:
                self.failed(task, "not what its content type says")
            elif found.media_type == content.HTML:
                self._html(task, answer, found, directives)
            else:
                digest = hashlib.sha256(answer.body).hexdigest()
                about = page.Page("", (), None, "unknown", directives, digest)
                self._take(task, answer, found, about, task.url)

    def _html(self, task: Task, answer: Answer, found: Content, directives: frozenset[str]) -> None:
        about = page.read(found.text, task.url, self._name)
        about = replace(about, directives=about.directives | directives)
        if directives & {"nofollow", "none"}:
            about = replace(about, links=())
        canonical = about.canonical
        other = canonical is not None and urls.key(canonical) != task.key
        if other and canonical is not None and self._is_elsewhere(task, canonical):
            self._follow(task, about.links)
            self._source.drop(task.url, "another URL is the canonical one of its page")
            self._go_on(task, canonical, (*task.hops, task.url))
            return
        self._take(task, answer, found, about, task.url if other else canonical or task.url)

    def _is_elsewhere(self, task: Task, canonical: str) -> bool:
        """A page is left out for a better one, and not for one that is known to be none: pages
        that name each other, or one that is not there, must not all be lost."""
        return (
            canonical not in task.hops
            and len(task.hops) < MOST_HOPS
            and self._scope.takes(canonical)
            and not self._frontier.was_in_vain(urls.key(canonical))
        )

    def _take(
        self, task: Task, answer: Answer, found: Content, about: page.Page, location: str
    ) -> None:
        if self._budget.spent() is not None:
            self.put_back(task)
            return
        self._follow(task, about.links)
        if about.directives & _NO_INDEX:
            self.failed(task, "asks not to be indexed")
            return
        if about.directives & _NO_MINING:
            self.failed(task, "reserves text and data mining")
            return
        if found.content is None and not found.text.strip():
            self.failed(task, "empty")
            return
        self._source.add(document(self._source.name, answer.headers, found, about, location))
        if self._visits.read(task.key, task.url, answer.headers):
            self._frontier.remember_links(task.key, about.links)
        self._frontier.done(task, taken=True)

    def _follow(self, task: Task, links: Iterable[str]) -> None:
        self._follow_at(task.depth + 1, links)

    def _follow_at(self, depth: int, links: Iterable[str | None]) -> None:
        if depth > self._scope.depth:
            return
        for url in links:
            if url is not None and self._scope.takes(url):
                self._frontier.add(page_task(url, depth))
