"""Training language models: tokenizer, token store, packing, the loop, and what is told of it."""
