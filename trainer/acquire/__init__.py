"""Where training data comes from. Each module gathers from one kind of place into ``RawSource``."""
