"""Pull requests as they are read from a GitHub that obeys its own description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from coderasst_hook.errors import UsageError
from coderasst_hook.github import contents, conversations
from coderasst_hook.github import pulls as pulls_module
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.values import (
    NewComment,
    Permission,
    Person,
    ReactionContent,
)
from testing.repository import TemporaryRepository

if TYPE_CHECKING:
    from tests.github.conftest import Shop


def test_a_pull_request(shop: Shop) -> None:
    found = shop.pulls.get(1)
    assert (found.repository, found.number, found.author) == ("octo/shop", 1, Person("ada"))
    assert (found.base_ref, found.base_sha) == ("main", shop.base)
    assert (found.head_ref, found.head_sha) == ("topic", shop.head)
    assert not found.from_fork
    assert (found.open, found.merged, found.draft) == (True, False, False)
    assert found.url.endswith("/octo/shop/pull/1")


def test_a_merged_pull_request(shop: Shop) -> None:
    shop.github.person("bob").merge(shop.pull)
    found = shop.pulls.get(1)
    assert (found.open, found.merged, found.merged_by) == (False, True, Person("bob"))
    assert found.merged_at is not None


def test_one_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.pulls.get(99)
    with pytest.raises(NotFound):
        shop.pulls.threads(99)


def test_an_enterprise_server_is_read_alike(shop: Shop) -> None:
    token = shop.github.workflow_token(pull_requests="write", contents="read")
    pulls = Pulls(shop.client_of(token, enterprise=True), "octo/shop")
    assert pulls.get(1).head_sha == shop.head
    assert pulls.threads(1) == ()
    assert [one.path for one in pulls.files(1)] == ["app.py", "new file.py"]
    assert {one.path.split("/")[1] for one in shop.github.requests} == {"api"}


def test_the_files_with_their_patches(shop: Shop) -> None:
    app, new = shop.pulls.files(1)
    assert (app.path, app.status) == ("app.py", "modified")
    assert app.patch is not None
    assert app.patch.startswith("@@ -1,6 +1,6 @@")
    assert "+line three" in app.patch
    assert (new.path, new.status) == ("new file.py", "added")


def test_files_beyond_what_github_shows_are_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls_module, "MOST_FILES", 2)
    shop.pulls.files(1)
    assert shop.client.left_out == ("files of pull request 1: GitHub shows no more than 2",)


def test_the_commits(shop: Shop) -> None:
    (commit,) = shop.pulls.commits(1)
    assert (commit.sha, commit.parents, commit.message) == (shop.head, (shop.base,), "change")
    assert commit.at.tzinfo is not None


def test_a_comparison(shop: Shop) -> None:
    found = shop.pulls.compare(shop.base, shop.head)
    assert (found.status, found.merge_base_sha) == ("ahead", shop.base)
    assert [one.path for one in found.files] == ["app.py", "new file.py"]
    assert shop.pulls.compare(shop.head, shop.base).status == "behind"
    with pytest.raises(NotFound):
        shop.pulls.compare("0" * 40, shop.head)


def test_threads_with_replies_and_reactions(shop: Shop) -> None:
    comment = NewComment("app.py", 3, "ours", start_line=2)
    shop.writes.post_review(1, shop.head, "", [comment])
    alice = shop.github.person("alice")
    started = shop.pull.threads[0]
    alice.reply(started, "no, that is fine")
    alice.react(started.comments[0], "-1")
    alice.comment_on(shop.pull, "new file.py", 4, "hers")
    alice.resolve(started)
    ours, hers = shop.pulls.threads(1)
    assert (ours.path, ours.start_line, ours.line) == ("app.py", 2, 3)
    assert (ours.resolved, ours.resolved_by, ours.outdated) == (True, Person("alice"), False)
    assert ours.first.ours
    assert ours.first.author == Person("github-actions", is_bot=True)
    assert ours.first.commit_sha == shop.head
    assert ours.first.id == started.comments[0].id
    assert ours.first.diff_hunk.startswith("@@")
    assert [(one.content, one.person) for one in ours.first.reactions] == [
        (ReactionContent.THUMBS_DOWN, Person("alice"))
    ]
    (reply,) = ours.replies
    assert (reply.author, reply.body, reply.ours) == (
        Person("alice"),
        "no, that is fine",
        False,
    )
    assert (hers.first.ours, hers.resolved, hers.resolved_by) == (False, False, None)


def test_a_thread_whose_lines_are_gone_is_outdated(shop: Shop) -> None:
    shop.writes.post_review(1, shop.head, "", [NewComment("app.py", 3, "ours")])
    shop.git.git("checkout", "--quiet", "topic")
    shop.git.commit("undo", {"app.py": shop.git.git("show", f"{shop.base}:app.py")})
    shop.github.push(shop.pull)
    (thread,) = shop.pulls.threads(1)
    assert (thread.outdated, thread.line, thread.original_line) == (True, None, 3)


def test_lists_of_any_length_are_read_to_their_end(shop: Shop) -> None:
    people = [shop.github.person(f"p{number}") for number in range(12)]
    for number in range(101):
        people[0].comment_on(shop.pull, "new file.py", 1 + number % 10, f"thread {number}")
    for number in range(125):
        people[0].reply(shop.pull.threads[5], f"reply {number}")
    for person in people:
        person.react(shop.pull.threads[5].comments[120], "heart")
        person.react(shop.pull.threads[5].comments[0], "eyes")
    threads = shop.pulls.threads(1)
    assert [one.first.body for one in threads] == [f"thread {number}" for number in range(101)]
    long = threads[5]
    assert [one.body for one in long.replies] == [f"reply {number}" for number in range(125)]
    assert {one.person.login for one in long.comments[120].reactions} == {
        f"p{number}" for number in range(12)
    }
    assert len(long.first.reactions) == 12
    # Two pages of threads, two more of comments, two of reactions.
    assert shop.client.requests == 6


def test_lists_without_end_are_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_PAGES", 1)
    for number in range(101):
        shop.github.person("a").comment(shop.pull, f"{number}")
    assert len(shop.pulls.conversation(1)) == 100
    assert shop.client.left_out == (
        "the list Conversation: more than 1 pages, the rest was not read",
    )


def test_what_is_deleted_while_it_is_read_is_left_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(11):
        shop.github.person(f"p{number}").comment(shop.pull, "x")
        shop.github.person(f"p{number}").react(shop.pull.comments[0], "heart")
    asked = shop.client.graphql

    def deleting(query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if "MoreReactions" in query:
            shop.github.person("p0").delete(shop.pull.comments[0])
        return asked(query, variables)

    monkeypatch.setattr(shop.client, "graphql", deleting)
    found = shop.pulls.conversation(1)
    assert [len(one.reactions) for one in found] == [10] + [0] * 10


def test_a_thread_without_comments_is_left_out(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.writes.post_review(1, shop.head, "", [NewComment("app.py", 3, "ours")])
    asked = shop.client.graphql

    def emptied(query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        data = asked(query, variables)
        for thread in data["repository"]["pullRequest"]["page"]["nodes"]:
            thread["comments"]["nodes"].clear()
        return data

    monkeypatch.setattr(shop.client, "graphql", emptied)
    assert shop.pulls.threads(1) == ()


def test_a_reaction_that_is_new_to_us_is_left_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = shop.github.person("a").comment(shop.pull, "x")
    shop.github.person("a").react(comment, "heart")
    shop.github.person("b").react(comment, "+1")
    asked = shop.client.graphql

    def renamed(query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(
            json.dumps(asked(query, variables)).replace("HEART", "ICE")
        )
        return data

    monkeypatch.setattr(shop.client, "graphql", renamed)
    (found,) = shop.pulls.conversation(1)
    assert [one.person for one in found.reactions] == [Person("b")]


def test_the_conversation(shop: Shop) -> None:
    mine = shop.writes.create_comment(1, "the summary")
    alice = shop.github.person("alice")
    hers = alice.comment(shop.pull, "hello")
    alice.react(shop.pull.comments[0], "+1")
    alice.edit(hers, "hello again")
    first, second = shop.pulls.conversation(1)
    assert (first.id, first.node_id, first.body) == (mine.id, mine.node_id, "the summary")
    assert first.ours
    assert first.reactions[0].content is ReactionContent.THUMBS_UP
    assert (second.ours, second.body) == (False, "hello again")
    assert second.edited_at is not None


def test_who_may_do_what_is_asked_once(shop: Shop) -> None:
    shop.repository.permissions.update({"wendy": "write", "rita": "read", "boss": "admin"})
    found = {login: shop.pulls.permission(login) for login in ("wendy", "rita", "boss", "wendy")}
    assert found == {
        "wendy": Permission.WRITE,
        "rita": Permission.READ,
        "boss": Permission.ADMIN,
    }
    assert found["wendy"].may_write
    assert not found["rita"].may_write
    assert shop.client.requests == 3


@pytest.mark.parametrize("login", ["..", "", "a/../../x"])
def test_nobody_of_an_impossible_name_may_anything(shop: Shop, login: str) -> None:
    assert shop.pulls.permission(login) is Permission.NONE


def test_the_viewer(shop: Shop) -> None:
    assert shop.pulls.viewer() == Person("github-actions", is_bot=True)
    pulls = Pulls(shop.client_of(shop.github.token("ada", contents="read")), "octo/shop")
    assert pulls.viewer() == Person("ada")


class TestContents:
    def test_a_file_at_a_commit(self, shop: Shop) -> None:
        assert shop.pulls.content("new file.py", shop.head) == b"new\n" * 10
        assert shop.pulls.content("new file.py", shop.base) is None

    @pytest.mark.parametrize("path", ["docs", "docs/../app.py", "../x", "", "/app.py", "no\udce9"])
    def test_what_is_no_file_is_none(self, shop: Shop, path: str) -> None:
        assert shop.pulls.content(path, shop.head) is None

    def test_a_path_of_odd_characters_is_quoted(self, shop: Shop) -> None:
        odd = {"a?b#c%d;e &.py": "odd\n", "é/ü.py": "umlaut\n"}
        sha = shop.git.commit("odd", odd)
        for path, text in odd.items():
            assert shop.pulls.content(path, sha) == text.encode()

    def test_a_large_file_comes_by_another_way(self, shop: Shop) -> None:
        large = b"0123456789abcde\n" * 100_000
        sha = shop.git.commit("large", {"large.txt": large})
        assert shop.pulls.content("large.txt", sha) == large
        assert shop.client.requests == 2

    def test_a_folder_and_those_below_it(self, shop: Shop) -> None:
        assert shop.pulls.listing("docs/", shop.head) == ("docs/a/b.md", "docs/c.md")
        assert shop.pulls.listing("nowhere", shop.head) == ()
        assert shop.pulls.listing("app.py", shop.head) == ()
        assert "new file.py" in shop.pulls.listing("", shop.head)

    def test_folders_without_end_are_named(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(contents, "MOST_FOLDERS", 1)
        monkeypatch.setattr(contents, "FULL_FOLDER", 2)
        assert shop.pulls.listing("docs", shop.head) == ("docs/c.md",)
        assert shop.client.left_out == (
            "the folder 'docs': files beyond the first 2",
            "the folder 'docs': folders beyond the first 1",
        )


class TestForHead:
    def test_the_one_of_this_repository(self, shop: Shop) -> None:
        found = shop.pulls.for_head("octo/shop", "topic", shop.head)
        assert found is not None
        assert found.number == 1

    def test_the_one_of_a_fork(self, shop: Shop) -> None:
        fork_root = shop.git.root.parent / "fork"
        shop.git.git("clone", "--quiet", shop.git.root, fork_root)
        fork_git = TemporaryRepository(fork_root)
        fork_git.git("checkout", "--quiet", "-b", "topic")
        head = fork_git.commit("theirs", {"app.py": "theirs\n"})
        fork = shop.github.repository("eve/shop", fork_root, fork_of=shop.repository)
        shop.github.open_pull(shop.repository, head="topic", author="eve", fork=fork)
        found = shop.pulls.for_head("eve/shop", "topic", head)
        assert found is not None
        assert (found.number, found.head_repository, found.from_fork) == (2, "eve/shop", True)
        assert shop.pulls.for_head("octo/shop", "topic", shop.head) != found

    @pytest.mark.parametrize(
        ("head_repository", "branch", "sha"),
        [
            ("octo/shop", "topic", "0" * 40),
            ("octo/shop", "main", None),
            ("octo/shop", "topic&state=all\udce9", None),
            ("eve/shop", "topic", None),
        ],
        ids=["moved on", "branch", "hostile", "repository"],
    )
    def test_nothing_else_will_do(
        self, shop: Shop, head_repository: str, branch: str, sha: str | None
    ) -> None:
        assert shop.pulls.for_head(head_repository, branch, sha or shop.head) is None

    def test_a_closed_one_is_not_found(self, shop: Shop) -> None:
        shop.github.person("ada").close(shop.pull)
        assert shop.pulls.for_head("octo/shop", "topic", shop.head) is None


class TestUpdatedSince:
    def opened(self, shop: Shop, count: int) -> list[datetime]:
        """Times at which ``count`` pull requests, the second one first, were last updated."""
        for number in range(2, count + 1):
            shop.git.git("branch", f"topic-{number}", "topic")
            shop.github.open_pull(shop.repository, head=f"topic-{number}")
        shop.github.person("a").comment(shop.pull, "and so it is the last one updated")
        return sorted(one.updated_at for one in shop.repository.pulls)

    def test_least_recently_updated_first(self, shop: Shop) -> None:
        self.opened(shop, 4)
        assert [one.number for one, _ in shop.pulls.updated_since()] == [2, 3, 4, 1]

    def test_from_a_time_on(self, shop: Shop) -> None:
        times = self.opened(shop, 4)
        assert [one.number for one, _ in shop.pulls.updated_since(times[2])] == [4, 1]
        late = times[-1] + timedelta(seconds=1)
        assert list(shop.pulls.updated_since(late)) == []

    def test_from_a_cursor_on_the_one_it_came_with_included(self, shop: Shop) -> None:
        self.opened(shop, 4)
        cursors = [cursor for _, cursor in shop.pulls.updated_since()]
        resumed = [one.number for one, _ in shop.pulls.updated_since(None, cursors[1])]
        assert resumed == [3, 4, 1]
        long_ago = datetime(2001, 1, 1, tzinfo=timezone.utc)
        assert len(list(shop.pulls.updated_since(long_ago, cursors[2]))) == 2

    def test_closed_ones_too_over_several_pages(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("coderasst_hook.github.client.PER_PAGE", 2)
        self.opened(shop, 5)
        shop.github.person("ada").close(shop.pull)
        assert [one.number for one, _ in shop.pulls.updated_since()] == [2, 3, 4, 5, 1]
        assert [one.number for one in shop.pulls.open_pulls()] == [2, 3, 4, 5]

    def test_a_cursor_that_is_none_is_refused(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="is not one of a sync"):
            next(shop.pulls.updated_since(None, "yesterday"))


@pytest.mark.parametrize(
    "name", ["", "shop", "../..", "octo/..", "octo/shop/x", "octo/shop?", "é/x"]
)
def test_a_name_of_no_repository_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(UsageError, match="not the name of a repository"):
        Pulls(shop.client, name)
