"""Is the model in Ollama the model that was trained? Same tokens, same answers.

Tokens: ``/api/generate`` tells the ids of a prompt in ``context``. Three options make that cheap: a
context of 16 tokens, so that only these are computed while all are told; a stop at the empty text,
so that nothing is answered; and the template ``{{ .Prompt }}``, so that nothing is put around.
Snippets are joined by the token that ends a turn, which no text is joined across; what is unequal
is looked for in a single snippet.

Answers: each token of the server's greedy answer must be the one that transformers holds to be the
likeliest after the same text. If so at every position, greedy decoding gives the same answer. Where
the two likeliest are as good as equal, either of them may win by rounding: a token within ``tie``
(in logits) of the best counts as equal, and how many did is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ExportFailed
from coderasst_hook.untrusted import one_line
from trainer.export.model_folder import ModelFolder
from trainer.export.ollama_models import OllamaModels
from trainer.extras import need

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

GROUP = 20
"""Snippets of one request."""
ALONE = 50
"""Snippets that are also sent alone, for what happens at the start of a text."""
_ONLY_TOKENS: dict[str, Any] = {"num_ctx": 16, "num_predict": 1, "stop": [""], "temperature": 0}
_BARE = "{{ .Prompt }}"
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Answers:
    """Of ``count`` prompts; ``tied`` answers have a token that was as good as the likeliest."""

    count: int
    tied: int
    tokens: int


def load_tokenizer(folder: ModelFolder) -> PreTrainedTokenizerBase:
    """The folder's, as transformers reads it."""
    transformers: Any = need("transformers")
    found: PreTrainedTokenizerBase = transformers.AutoTokenizer.from_pretrained(
        folder.path, local_files_only=True, trust_remote_code=False
    )
    return found


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
        if _ours(tokenizer, joined) != _theirs(models, name, joined, options):
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


def check_answers(
    models: OllamaModels,
    name: str,
    folder: ModelFolder,
    tokenizer: PreTrainedTokenizerBase,
    model: PreTrainedModel,
    prompts: Sequence[str],
    *,
    tie: float,
    length: int = 24,
) -> Answers:
    """Raises ``ExportFailed`` where transformers would have chosen another token."""
    pieces = _pieces(tokenizer)
    most = max(8, folder.context - length - 2)
    tied = tokens = 0
    for text in prompts:
        prompt = tokenizer.encode(text)[:most]
        # Cut at a token, then written again: what is sent is what is compared.
        sent = str(tokenizer.decode(prompt, skip_special_tokens=True))
        prompt = tokenizer.encode(sent)
        answer = models.generate(
            name,
            sent,
            raw=True,
            logprobs=True,
            options={
                **folder.threads,
                "num_ctx": folder.context,
                "num_predict": length,
                "temperature": 0,
                "repeat_penalty": 1.0,
                "stop": [],
            },
        )
        told = [one.token or "" for one in answer.logprobs or ()]
        gap, at, wanted = _worst(model, prompt, told, pieces)
        if gap > tie:
            raise ExportFailed(
                f"the answers to {one_line(sent, 60)!r} part at token {at + 1}: Ollama says "
                f"{told[at]!r}, transformers {tokenizer.decode([wanted])!r} (by {gap:.3f})",
                next_step="the weights changed on the way: export with --converter llama.cpp",
            )
        tied += gap > 0
        tokens += len(told)
    return Answers(len(prompts), tied, tokens)


def _worst(
    model: PreTrainedModel,
    prompt: Sequence[int],
    told: Sequence[str],
    pieces: Mapping[str, Sequence[int]],
) -> tuple[float, int, int]:
    """By how many logits the least likely token of the answer falls behind the likeliest, where it
    stands, and what that likeliest is. (0, 0, -1) for an answer without a fault."""
    torch: Any = need("torch")
    # One text may be of several tokens, such as a byte and a letter: the last is the letter.
    options = [pieces.get(text) or [prompt[-1]] for text in told]
    chosen = [ids[-1] for ids in options]
    logits: Any = None
    for _ in range(_ROUNDS):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([[*prompt, *chosen]])).logits[0]
        logits = logits[len(prompt) - 1 :][: len(told)]
        likelier = [ids[int(row[ids].argmax())] for ids, row in zip(options, logits, strict=True)]
        if likelier == chosen:
            break
        chosen = likelier
    worst = (0.0, 0, -1)
    for place, (one, row) in enumerate(zip(chosen, logits, strict=True)):
        best = int(row.argmax())
        worst = max(worst, (float(row[best] - row[one]), -place, best))
    return worst[0], -worst[1], worst[2]


def _pieces(tokenizer: PreTrainedTokenizerBase) -> dict[str, list[int]]:
    """The ids of each text that a single token becomes."""
    found: dict[str, list[int]] = {}
    for number in range(len(tokenizer)):
        text = tokenizer.decode([number], clean_up_tokenization_spaces=False)
        assert isinstance(text, str)
        found.setdefault(text, []).append(number)
    return found


def _compare(
    tokenizer: PreTrainedTokenizerBase,
    models: OllamaModels,
    name: str,
    text: str,
    options: Mapping[str, Any],
) -> None:
    ours, theirs = _ours(tokenizer, text), _theirs(models, name, text, options)
    if ours != theirs:
        raise _parted(f"{one_line(text, 60)!r}", ours, theirs, tokenizer)


def _ours(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    found: Any = tokenizer(text, add_special_tokens=False, verbose=False)
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
    return _ours(tokenizer, text)


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
