"""Review staged and pull-request changes with a local model and built-in analyzers."""

__version__ = "0.1.0"
