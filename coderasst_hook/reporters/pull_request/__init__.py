"""What a pull request is told: inline comments, the summary comment, the job summary."""
