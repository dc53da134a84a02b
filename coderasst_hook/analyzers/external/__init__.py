"""Linters that the repository under review configures, run where the person asked for them by name.

One linter is one module with a ``LINTER``, and a line in ``table.py``. What it says becomes a
``Reported``, and ``adapter.py`` makes a finding of each; ``sarif.py`` reads the same out of SARIF.
"""
