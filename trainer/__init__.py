"""Turns text, code and what people said of findings into a model, proven better before it is used.

Above ``coderasst_hook``, whose prompt, parser, analyzers and feedback it reuses.
"""
