"""Instruction data: what a model is trained on, made with the prompt that the hook uses."""
