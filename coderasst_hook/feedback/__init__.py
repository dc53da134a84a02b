"""What people did with findings: verdicts, where they come from, and where they are kept."""
