"""Deterministic sources of findings, one file an analyzer."""
