"""Repositories of GitHub: their files, and what was said in the reviews of their changes."""
