"""What a reviewer's comment is about, by the words in it.

The rules, in their order; the first whose words occur decides. They are few and plain on purpose:
a comment that none of them knows teaches nothing that could be checked. Praise, thanks and bare
questions come first, and are about nothing.
"""

from __future__ import annotations

import re

_IDLE = re.compile(
    r"^\W*(?:lgtm|nice|great|good (?:catch|point|idea)|thanks?|thank you|done|fixed|ok(?:ay)?"
    r"|agreed|\+1|same (?:here|as above)|ditto|nit)\b[\s.!,:)-]{0,10}$",
    re.IGNORECASE,
)
_FEWEST_LETTERS = 12
_MOST_READ = 2_000
"""Characters in which words are looked for."""

_WORDS: tuple[tuple[str, str], ...] = (
    ("sql-injection", r"sql injection|injectable quer|parameteri[sz]ed? quer"),
    ("command-injection", r"(?:shell|command) injection|shell ?= ?true"),
    ("xss", r"\bxss\b|cross[- ]site scripting"),
    ("csrf", r"\bcsrf\b"),
    ("path-traversal", r"(?:path|directory) traversal"),
    ("hardcoded-credential", r"hard-?coded (?:secret|password|credential|token|key)"),
    ("sensitive-data-exposure", r"(?:leak|log|expos)\w* .{0,40}(?:secret|password|token|personal)"),
    (
        "missing-authorization",
        r"\bpermissions?\b.{0,40}\bcheck|unauthori[sz]ed|\bauthori[sz]ation\b",
    ),
    ("missing-input-validation", r"\bvalidat(?:e|ion)\b|saniti[sz]e|untrusted input"),
    ("other-security", r"\bsecurity\b|vulnerab|exploit|\battacker"),
    ("race-condition", r"\brac(?:e|y)\b|thread[- ]?safe|deadlock|\bmutex\b|concurren"),
    (
        "null-dereference",
        r"\bnull ?pointer|\bnull\b|\bnil\b|\bundefined\b|\bnpe\b"
        r"|(?:be|is|returns?|if|with|for) none\b",
    ),
    ("off-by-one", r"off[- ]by[- ]one|fencepost"),
    ("division-by-zero", r"divi(?:sion|de[sd]?) by (?:zero|0)"),
    ("integer-overflow", r"\boverflow"),
    ("infinite-loop", r"infinite(?:ly)? (?:loop|recurs)|never (?:end|terminat)|loops? forever"),
    ("resource-leak", r"\bleak|\bclose[sd]?\b.{0,30}\b(?:file|connection|handle|stream|socket)"),
    (
        "broad-except",
        r"(?:broad|bare|generic) (?:except|catch|exception)|catch(?:es|ing)? (?:all|every)",
    ),
    (
        "swallowed-error",
        r"swallow|(?:error|exception)s? (?:is|are|gets?|being) (?:ignored|lost|hidden)",
    ),
    ("unchecked-result", r"(?:check|ignor)\w* (?:the )?(?:return|result|error)|error handling"),
    ("mutable-default", r"mutable default"),
    ("wrong-operator", r"wrong operator|should be (?:>|<|=|!)=?|\bidentity\b.{0,20}\bequal"),
    ("wrong-argument", r"wrong (?:argument|parameter|order)|arguments? .{0,20}\bswapped"),
    (
        "n-plus-one-query",
        r"n ?\+ ?1\b|quer(?:y|ies) (?:in|inside|per) (?:a |the |each )?(?:loop|row|item)",
    ),
    ("quadratic-loop", r"quadratic|o\(n(?:\^2|²|\*\*2)\)|nested loop"),
    ("blocking-call-in-async", r"block(?:s|ing)? (?:the )?(?:event loop|async|main thread)"),
    ("unbounded-growth", r"unbounded|grows? (?:forever|without)|memory growth"),
    (
        "repeated-work",
        r"\bcache\b|recomput|(?:once|outside) (?:of )?(?:the )?loop|unnecessar\w+ (?:call|cop)",
    ),
    ("other-performance", r"performan|\bslow\b|expensive|inefficien|\ballocat"),
    (
        "debug-leftover",
        r"debug|left ?over|console\.log|print statement|remove (?:this |the )?print",
    ),
    (
        "dead-code",
        r"dead code|unused|unreachable|never (?:used|called|reached)|not (?:used|needed) any",
    ),
    ("duplicate-code", r"duplicat|copy[- ]?past|already (?:have|exists?)\b|\bdry\b|same code"),
    ("magic-number", r"magic (?:number|value|string)|named constant|make .{0,20}constant"),
    ("boolean-trap", r"boolean (?:trap|flag|parameter|argument)|keyword[- ]only"),
    (
        "complex-function",
        r"too (?:long|complex|many)|simplif|hard to (?:read|follow)|split (?:this|it|up)",
    ),
    (
        "misleading-name",
        r"\brenam|misleading|confusing name|better name|\bnaming\b|\bnamed?\b|\btypo\b",
    ),
    (
        "missing-documentation",
        r"docstring|document(?:ed|ation)?\b|add a comment|comment (?:why|explaining)",
    ),
    (
        "layer-violation",
        r"belongs? (?:in|to)|circular import|(?:wrong|another) (?:layer|module|place)",
    ),
    (
        "other-correctness",
        r"\bbugs?\b|incorrect|\bwrong\b|\bbroken?\b|\bcrash|\bfails?\b|edge case|regress",
    ),
    ("other-maintainability", r"maintain|readab|\bconsisten|\brefactor|\bmock|\btest"),
)
_RULES = tuple((issue, re.compile(words, re.IGNORECASE)) for issue, words in _WORDS)


def issue_type_of(comment: str) -> str | None:
    """One of ``taxonomy.ISSUE_TYPES``; None where it is about none of them."""
    text = " ".join(comment[:_MOST_READ].split())
    if _IDLE.match(text) or sum(letter.isalpha() for letter in text) < _FEWEST_LETTERS:
        return None
    return next((issue for issue, words in _RULES if words.search(text)), None)
