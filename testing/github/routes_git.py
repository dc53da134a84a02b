"""Trees, commits and branches, made through REST; and pull requests of them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from testing.github import pulls, render_git, render_pulls
from testing.github.exchange import Answer, Asked, Routes
from testing.github.refusals import Refusal, not_accessible, not_found, too_long
from testing.github.render import Json

MOST_BODY = 65_536
_BOT = "github-actions[bot]"
_ADDRESS = "41898282+github-actions[bot]@users.noreply.github.com"


def _create_tree(asked: Asked) -> Answer:
    asked.token.require("write", "contents")
    store = asked.repository.store
    with tempfile.TemporaryDirectory() as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        base = asked.body.get("base_tree")
        store.git("read-tree", *([base] if base else ["--empty"]), **index)
        for entry in asked.body["tree"]:
            written = Path(scratch) / "content"
            written.write_text(entry["content"], "utf-8", newline="")
            blob = store.git("hash-object", "-w", "--no-filters", str(written)).decode().strip()
            told = f"{entry['mode']},{blob},{entry['path']}"
            store.git("update-index", "--add", "--cacheinfo", told, **index)
        sha = store.git("write-tree", **index).decode().strip()
    entries = store.tree(sha)
    shown = render_git.tree(asked.links, asked.repository, sha, entries, truncated=False)
    return Answer(201, shown)


def _create_commit(asked: Asked) -> Answer:
    asked.token.require("write", "contents")
    store = asked.repository.store
    parents = [word for sha in asked.body.get("parents", ()) for word in ("-p", sha)]
    who = {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", _BOT), ("EMAIL", _ADDRESS))
    }
    try:
        made = store.git(
            "commit-tree", asked.body["tree"], *parents, "-m", asked.body["message"], **who
        )
    except subprocess.CalledProcessError:
        raise Refusal(422, "Tree SHA does not exist") from None
    told = render_git.commit(asked.links, asked.repository, store.commit(made.decode().strip()))
    git = {**told["commit"], "sha": told["sha"], "node_id": told["node_id"]}
    del git["comment_count"]
    url = f"{asked.links.repository(asked.repository)}/git/commits/{told['sha']}"
    shown = {**git, "url": url, "html_url": told["html_url"], "parents": told["parents"]}
    return Answer(201, shown)


def _create_ref(asked: Asked) -> Answer:
    asked.token.require("write", "contents")
    ref = asked.body["ref"]
    if _sha(asked, ref) is not None:
        raise Refusal(422, "Reference already exists")
    return Answer(201, _moved(asked, ref))


def _update_ref(asked: Asked) -> Answer:
    asked.token.require("write", "contents")
    ref = f"refs/{asked.arguments['ref']}"
    before = _sha(asked, ref)
    if before is None:
        raise Refusal(422, "Reference does not exist")
    store = asked.repository.store
    if not asked.body.get("force") and not store.contains(asked.body["sha"], before):
        raise Refusal(422, "Update is not a fast forward")
    told = _moved(asked, ref)
    for pull in asked.repository.pulls:
        if pull.open and ref == f"refs/heads/{pull.head_ref}":
            pulls.push(asked.world, pull)
    return Answer(200, told)


def _moved(asked: Asked, ref: str) -> Json:
    sha = asked.body["sha"]
    try:
        asked.repository.store.git("update-ref", ref, sha)
    except subprocess.CalledProcessError:
        raise Refusal(422, "Object does not exist") from None
    top = asked.links.repository(asked.repository)
    target = {"type": "commit", "sha": sha, "url": f"{top}/git/commits/{sha}"}
    node = f"REF_kwDO{sha[:12]}"
    return {"ref": ref, "node_id": node, "url": f"{top}/git/{ref}", "object": target}


def _sha(asked: Asked, ref: str) -> str | None:
    try:
        found = asked.repository.store.git("rev-parse", "--verify", "--quiet", ref)
    except subprocess.CalledProcessError:
        return None
    return found.decode().strip()


def _create_pull(asked: Asked) -> Answer:
    asked.token.require("write", "pull_requests")
    repository, body = asked.repository, asked.body
    if asked.account.is_bot and not repository.bots_may_propose:
        # A setting of the repository: "Allow GitHub Actions to create … pull requests".
        raise Refusal(403, "GitHub Actions is not permitted to create or approve pull requests.")
    _check_length(body)
    head = body["head"].rpartition(":")[2]
    if any(pull.open and pull.head_ref == head for pull in repository.pulls):
        label = f"{repository.owner.login}:{head}"
        message = f"A pull request already exists for {label}."
        raise Refusal(
            422,
            "Validation Failed",
            [{"resource": "PullRequest", "code": "custom", "message": message}],
        )
    made = pulls.open_pull(
        asked.world,
        asked.account,
        repository,
        head=head,
        base=body["base"],
        title=body["title"],
        body=body.get("body") or "",
        draft=bool(body.get("draft")),
        fork=None,
    )
    return Answer(201, render_pulls.whole_pull(asked.links, made))


def _update_pull(asked: Asked) -> Answer:
    asked.token.require("write", "pull_requests")
    pull = asked.pull
    _check_length(asked.body)
    if asked.account != pull.author and not asked.account.is_bot:
        raise not_accessible()
    if "state" in asked.body:
        raise not_found()
    pull.title = asked.body.get("title", pull.title)
    pull.body = asked.body.get("body", pull.body)
    asked.world.touch(pull)
    return Answer(200, render_pulls.whole_pull(asked.links, pull))


def _check_length(body: Json) -> None:
    if len(body.get("body") or "") > MOST_BODY:
        raise too_long("PullRequest")


_REPO = "/repos/{owner}/{repo}"

ROUTES: Routes = {
    ("POST", _REPO + "/git/trees"): _create_tree,
    ("POST", _REPO + "/git/commits"): _create_commit,
    ("POST", _REPO + "/git/refs"): _create_ref,
    ("PATCH", _REPO + "/git/refs/{ref}"): _update_ref,
    ("POST", _REPO + "/pulls"): _create_pull,
    ("PATCH", _REPO + "/pulls/{pull_number}"): _update_pull,
}
