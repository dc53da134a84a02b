"""A GitHub for tests: it keeps state, and obeys GitHub's own OpenAPI and GraphQL schemas.

``server.py`` is the way in. Repositories are real Git repositories, so patches, comparisons and the
places of comments are computed by git and not made up. Where GitHub does something that its schemas
do not say (refusing a comment outside of the diff, who may resolve a thread), the module that does
the same names where it was seen.
"""
