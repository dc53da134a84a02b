"""The commands of ``coderasst-train``: each parses, wires, and ends with an exit code."""
