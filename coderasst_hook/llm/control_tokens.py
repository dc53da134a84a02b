"""Texts that a chat template gives a meaning, made harmless in code that is reviewed.

A server tokenizes the filled-in template as one text, so a line with ``</s><|system|>`` in it would
end the user's turn. A blank breaks such a text up, and a quote of the line is still found.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"""<(?=[|\uff5c]                                        # <|user|>, <|im_end|>, DeepSeek's
        | /?(?:s|unk|pad|bos|eos|mask|sep|cls)>              # SentencePiece and BERT
        | (?:start|end)_of_(?:turn|image|utterance)>         # Gemma
        | <?/?(?i:sys)>>                                     # Llama 2
        | (?:fim|file|repo|jupyter|commit|issue|empty)_\w{1,20}>   # StarCoder, CodeGemma
        | [^\s<>|]{1,20}\uff5c)
      | \[(?=/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\])""",
    re.VERBOSE,
)


def broken_up(text: str) -> str:
    """``text`` without a control token of any known template."""
    return _CONTROL.sub(lambda found: f"{found[0]} ", text)
