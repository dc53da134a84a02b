"""Whether one model is better than another: measured on held-out cases, and decided by rules."""
