"""All stages behind each other: what ``coderasst-train run`` does."""
