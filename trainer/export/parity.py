"""Is the model in Ollama the one that was trained? The same tokens, for texts and for requests.

``/api/generate`` tells the ids of a prompt in ``context``. Three options make that cheap: a
context of 16 tokens, so that only these are computed while all are told; a stop at the empty text,
so that nothing is answered; and the template ``{{ .Prompt }}``, so that nothing is put around.
Snippets are joined by the token that ends a turn, which no text is joined across; what is unequal
is looked for in a single snippet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ExportFailed
from coderasst_hook.untrusted import one_line
from trainer.export.model_folder import ModelFolder
from trainer.export.ollama_models import OllamaModels
from trainer.export.reading import readable
from trainer.extras import need

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

GROUP = 20
"""Snippets of one request."""
ALONE = 50
"""Snippets that are also sent alone, for what happens at the start of a text."""
_ONLY_TOKENS: dict[str, Any] = {"num_ctx": 16, "num_predict": 1, "stop": [""], "temperature": 0}
_BARE = "{{ .Prompt }}"


def load_tokenizer(folder: ModelFolder) -> PreTrainedTokenizerBase:
    """The folder's, as transformers reads it."""
    transformers: Any = need("transformers")
    with readable(folder.path):
        found: PreTrainedTokenizerBase = transformers.AutoTokenizer.from_pretrained(
            folder.path, local_files_only=True, trust_remote_code=False
        )
    return found


def as_read(tokenizer: PreTrainedTokenizerBase, text: str) -> str:
    """``text`` as it is before a tokenizer that normalises it. A server does not: it is proven for
    text that is normal already, as nearly all code is."""
    normaliser = getattr(getattr(tokenizer, "backend_tokenizer", None), "normalizer", None)
    kinds = ("NFC", "NFD", "NFKC", "NFKD")
    named = next((kind for kind in kinds if f"{kind}()" in str(normaliser)), None)
    return text if named is None else unicodedata.normalize(named, text)  # type: ignore[arg-type]


def check_tokens(
    models: OllamaModels,
    name: str,
    folder: ModelFolder,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
) -> int:
    """How many texts were compared. Raises ``ExportFailed`` naming the text and the place where
    they part, or that the server does not tell token ids."""
    end = str(tokenizer.eos_token)
    options = {**_ONLY_TOKENS, **folder.threads}
    for text in texts[:ALONE]:
        _compare(tokenizer, models, name, text, options)
    for start in range(0, len(texts), GROUP):
        group = texts[start : start + GROUP]
        joined = end.join(group)
        if ids_of(tokenizer, joined) != _theirs(models, name, joined, options):
            for text in group:
                _compare(tokenizer, models, name, text, options)
            _compare(tokenizer, models, name, joined, options)
    return len(texts)


def check_conversations(
    models: OllamaModels,
    name: str,
    folder: ModelFolder,
    tokenizer: PreTrainedTokenizerBase,
    system: str,
    users: Sequence[str],
) -> None:
    """The same for whole requests, as the template puts them together, and for the token in front
    of them. Raises ``ExportFailed``."""
    begin = tokenizer.bos_token_id
    options = {**_ONLY_TOKENS, **folder.threads}
    shortest: tuple[int, str] = (folder.context, "")
    for user in users:
        ours = _conversation(tokenizer, folder, system, user)
        answer = models.generate(name, user, system=system, options=options)
        shortest = min(shortest, (len(ours), user))
        # The list that is told leaves out the token that the server sets in front.
        ours = ours[1:] if ours[:1] == [begin] else ours
        theirs = _ids(answer.context, models)
        if ours != theirs:
            raise _parted(f"the request for {one_line(user, 60)!r}", ours, theirs, tokenizer)
    count, user = shortest
    if count >= folder.context:
        return
    whole = {**options, "num_ctx": folder.context}
    counted = models.generate(name, user, system=system, options=whole).prompt_eval_count
    if counted != count:
        raise ExportFailed(
            f"a request is {count} tokens in transformers and {counted} in Ollama: the token that "
            "begins a text is set twice, or not at all",
            next_step="set add_bos_token in tokenizer_config.json as in training",
        )


def _compare(
    tokenizer: PreTrainedTokenizerBase,
    models: OllamaModels,
    name: str,
    text: str,
    options: Mapping[str, Any],
) -> None:
    ours, theirs = ids_of(tokenizer, text), _theirs(models, name, text, options)
    if ours != theirs:
        raise _parted(f"{one_line(text, 60)!r}", ours, theirs, tokenizer)


def ids_of(tokenizer: PreTrainedTokenizerBase, text: str, *, whole: bool = False) -> list[int]:
    """With ``whole``, also the tokens that are set around a text."""
    found: Any = tokenizer(text, add_special_tokens=whole, verbose=False)
    return list(found["input_ids"])


def _theirs(models: OllamaModels, name: str, text: str, options: Mapping[str, Any]) -> list[int]:
    answer = models.generate(name, text, template=_BARE, options=options)
    return _ids(answer.context, models)


def _ids(context: Sequence[int] | None, models: OllamaModels) -> list[int]:
    if context is None:
        raise ExportFailed(
            f"the Ollama at {models.host} ({models.version()}) tells no token ids, so the model "
            "cannot be proven to be the one that was trained",
            next_step="use a release that does (0.24), or export with --no-parity",
        )
    return list(context)


def _conversation(
    tokenizer: PreTrainedTokenizerBase, folder: ModelFolder, system: str, user: str
) -> list[int]:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    text: Any = tokenizer.apply_chat_template(
        messages[not system :],
        chat_template=folder.template,
        add_generation_prompt=True,
        tokenize=False,
    )
    return ids_of(tokenizer, text)


def _parted(
    what: str, ours: Sequence[int], theirs: Sequence[int], tokenizer: PreTrainedTokenizerBase
) -> ExportFailed:
    pairs = zip(ours, theirs, strict=False)
    at = next(
        (i for i, (one, other) in enumerate(pairs) if one != other), min(len(ours), len(theirs))
    )
    shown = [
        " ".join(map(str, ids[at : at + 3])) + f" {tokenizer.decode(list(ids[at : at + 3]))!r}"
        for ids in (ours, theirs)
    ]
    return ExportFailed(
        f"the tokens of {what} part at {at + 1}: transformers has {shown[0]}, Ollama {shown[1]}",
        next_step="the tokenizer did not survive: use --converter llama.cpp, or one that was made "
        "by coderasst-train base",
    )
