"""One file a command; each parses, wires and exits."""
