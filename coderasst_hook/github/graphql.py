"""What is asked of GraphQL. REST does not say whether a thread is resolved, whether the token in
use wrote a comment, or who reacted without one request for each comment.

Sizes keep a page of 100 threads at about 11 points of the 1,000 that a workflow's token has an
hour: a request costs one point for each hundred lists that it may open. Longer lists are read on.
"""

from __future__ import annotations

_PAGE = "pageInfo { hasNextPage endCursor }"
_ACTOR = "{ __typename login }"
_REACTION = "content createdAt user { login }"
_COMMENT = f"""
    id fullDatabaseId body createdAt lastEditedAt url viewerDidAuthor authorAssociation
    author {_ACTOR}
    reactions(first: 10) {{ {_PAGE} nodes {{ {_REACTION} }} }}"""
_THREAD_COMMENT = f"{_COMMENT} diffHunk originalCommit {{ oid }}"

THREADS = f"""query Threads($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ pullRequest(number: $number) {{
    page: reviewThreads(first: 100, after: $after) {{ {_PAGE} nodes {{
      id path line originalLine startLine originalStartLine isResolved isOutdated
      resolvedBy {{ login }}
      comments(first: 10) {{ {_PAGE} nodes {{ {_THREAD_COMMENT} }} }}
    }} }}
  }} }}
}}"""

CONVERSATION = f"""query Conversation(
  $owner: String!, $name: String!, $number: Int!, $after: String
) {{
  repository(owner: $owner, name: $name) {{ pullRequest(number: $number) {{
    page: comments(first: 100, after: $after) {{ {_PAGE} nodes {{ {_COMMENT} }} }}
  }} }}
}}"""

MORE_COMMENTS = f"""query MoreComments($id: ID!, $after: String) {{
  node(id: $id) {{ ... on PullRequestReviewThread {{
    page: comments(first: 100, after: $after) {{ {_PAGE} nodes {{ {_THREAD_COMMENT} }} }}
  }} }}
}}"""

MORE_REACTIONS = f"""query MoreReactions($id: ID!, $after: String) {{
  node(id: $id) {{ ... on Reactable {{
    page: reactions(first: 100, after: $after) {{ {_PAGE} nodes {{ {_REACTION} }} }}
  }} }}
}}"""

VIEWER = "query Viewer { viewer { login } }"

RESOLVE = """mutation Resolve($id: ID!) {
  resolveReviewThread(input: {threadId: $id}) { thread { isResolved } }
}"""

UNRESOLVE = """mutation Unresolve($id: ID!) {
  unresolveReviewThread(input: {threadId: $id}) { thread { isResolved } }
}"""
