"""Asking a model: prompt, backend, answer."""
