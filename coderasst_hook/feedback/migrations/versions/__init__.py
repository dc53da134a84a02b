"""One module a step, each frozen once it has been released: it never imports ``tables.py``."""
