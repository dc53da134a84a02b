"""The control tokens, their ids, and how a conversation is put together from them.

    <s> <|system|>You review…</s> <|user|>…</s> <|assistant|>…</s>        (without the blanks)

``</s>`` ends a document and each turn: where it comes, the server stops.
"""

from __future__ import annotations

UNKNOWN, BEGIN, END, PAD = "<unk>", "<s>", "</s>", "<pad>"
ROLES = ("system", "user", "assistant")
CONTROL = (UNKNOWN, BEGIN, END, PAD, *(f"<|{role}|>" for role in ROLES))
"""In the order of their ids."""
UNKNOWN_ID, BEGIN_ID, END_ID, PAD_ID = range(4)
ROLE_IDS = {role: CONTROL.index(f"<|{role}|>") for role in ROLES}

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + eos_token }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
"""Jinja, for ``tokenizer_config.json``."""
OLLAMA_TEMPLATE = "{{ range .Messages }}<|{{ .Role }}|>{{ .Content }}</s>{{ end }}<|assistant|>"
"""The same in Go, for a Modelfile; the server itself puts ``<s>`` in front."""
