"""Real parts for tests: git repositories, an Ollama server, a small model; and fakes for faults."""
