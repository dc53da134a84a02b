"""What the Action runs: review the pull request, post, resolve, summarise."""
