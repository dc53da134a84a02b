"""GitHub: the event that started a run, and the pull request as values and as requests."""
