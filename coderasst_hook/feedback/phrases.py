"""How people answer a finding: whole phrases, and what is no part of them.

A phrase is written as it is said, in lower case, separated from the next by a comma or a new line.
``Phrases.of`` and ``classify`` bring both sides into one form (``plain``): contractions written
out, articles and words that only stress left out. To teach another phrase, add it here and a row
to the table of the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from coderasst_hook.feedback.values import Signal

WONT_FIX = """
won't fix, wontfix, won't fix it, won't fix this, won't change, won't change it, won't do
not going to fix, not going to fix this, not going to fix it, not going to change this
we won't fix this, we won't fix it, we won't fix, i won't fix this, not fixing this, not fixing
marking as wontfix, marking as won't fix, closing as wontfix, closing as won't fix
not worth it, not worth fixing, not worth the effort, not worth the trouble, not worth the change
not worth changing, not worth the hassle, not worth a change
out of scope, out of scope for this pr, out of scope of this pr, out of scope for this change
outside the scope of this pr, not in scope, not in scope for this pr
in another pr, in a separate pr, for another pr, for a separate pr, for a follow-up, another pr
accepted risk, acceptable risk, known risk, we accept the risk, we accept this risk
i accept the risk, we can live with that, we can live with it, i can live with that
good enough, good enough for now, fine for now, okay for now, ok for now, fine as is
leaving as is, leaving it as is, leaving this as is, leave as is, leave it as is, leave it
leave this as is, keeping as is, keeping it as is, keeping this as is, keep as is, keep it as is
nit, nitpick, nitpicky, nitpicking, pedantic, too pedantic, too nitpicky
too minor, too minor to fix, too minor to matter, low priority, not a priority
wird nicht behoben, wird nicht geändert, bleibt so, lassen wir so
on laisse comme ça, on laisse tel quel, hors sujet, fuera de alcance, lo dejamos así
不修复, 暂不修复, 不改, 対応しません, 修正しません
"""

DISAGREES = """
false positive, false positives, false-positive, false alarm, false flag, another false positive
not a bug, not bug, no bug, not an issue, not issue, no issue, not a problem
not a real bug, not a real issue, not a real problem, not a vulnerability, no vulnerability
not a security issue, not a concern, not a real concern, not an error, not a defect, non-issue
doesn't apply, does not apply, doesn't apply to us, not applicable, n/a, not vulnerable
not exploitable, not affected, i don't think this applies, i don't think it applies
intended, intentional, intended behavior, intended behaviour, intentional behavior, deliberate
intentional behaviour, expected, expected behavior, expected behaviour, on purpose, by design
working as intended, works as intended, works as designed, works as expected, as intended
as designed, working as designed, wanted, done on purpose, done intentionally, done deliberately
intentionally, deliberately, meant to be like this, meant to be that way, supposed to be like this
supposed to be that way, supposed to be this way, supposed to do that
bogus finding, bogus warning, hallucination, hallucinated
wrong finding, wrong suggestion, finding is wrong, comment is wrong, suggestion is wrong
warning is wrong, bot is wrong here, finding is incorrect, comment is incorrect
suggestion is incorrect, warning is incorrect, finding is invalid, invalid finding
bad suggestion, bad advice, bad bot, stupid bot, silly bot
kein bug, kein fehler, kein problem hier, keine sicherheitslücke, fehlalarm, falsch positiv
falsch-positiv, absicht, mit absicht, absichtlich, so gewollt, gewollt, beabsichtigt
faux positif, faux-positif, un faux positif, pas un bug, pas un problème
voulu, c'est voulu, intentionnel, falso positivo, un falso positivo, es un falso positivo
no es un error, no es un bug, no es un problema, es intencional, intencional
é um falso positivo, não é um bug, não é um erro, não é um problema, é intencional
è un falso positivo, non è un bug, non è un errore, è voluto, vals positief, geen bug, geen fout
geen probleem hier, zo bedoeld, ложное срабатывание, это ложное срабатывание, это не баг
это не ошибка, так и задумано, так задумано, 误报, 这是误报, 不是bug, 不是问题, 不是漏洞
誤検知, 誤検知です, 仕様です, 意図的です, バグではありません
"""

AGREES = """
real bug, real issue, real problem, actual bug, actual issue, genuine bug, genuine issue
valid issue, valid finding, true positive, not a false positive, not a false alarm
done, all done, done now, done that, fixed, fixed it, fixed this, fixed that, fixed both
fixed them, all fixed, i fixed it, i fixed this, i've fixed it, i've fixed this
we fixed this, we've fixed this, has been fixed, should be fixed, fixing, fixing it
fixing this, addressed, addressed this, has been addressed, corrected, patched, applied
adopted, implemented, changed, changed it, changed that, updated, updated it, removed, removed it
renamed, renamed it, replaced, replaced it, refactored, rewritten, i removed it, i changed it
i'll fix it, i'll fix this, i'll fix that, will fix, will fix it, will fix this, we'll fix this
let me fix that, let me fix this, let me fix it, going to fix this, will change, will change it
will address, will address this, will do, on it, needs fixing, needs to be fixed
must be fixed, should fix this, we should fix this, need to fix this
erledigt, behoben, korrigiert, ist erledigt, ist behoben
corrigé, c'est corrigé, c'est fait, corregido, arreglado, ya está corregido, corrigido
feito, sistemato, opgelost, исправлено, исправил, исправила, поправил
已修复, 已修改, 已改, 已修正, 修正しました, 修正済み, 直しました, 対応しました
"""

# Of what the comment above says; in an answer to a person, not of the finding.
AGREES_WITH_LAST = """
well spotted, nicely spotted, well caught, nicely caught, well found, good to know, good idea
valid point, fair point, valid concern, fair concern, valid comment, fair comment
good suggestion, great suggestion, nice suggestion, good comment
my bad, my mistake, my fault, our bad, our mistake, oops, whoops
agreed, agree, i agree, i agree with this, i agree with that, agreed with the bot, you're right
bot is right, that's right, that's correct, exactly, makes sense, makes total sense, true that
gut gesehen, gut gefunden, gut aufgepasst, gut erkannt, guter fund, guter hinweis, guter punkt
guter einwand, stimmt, du hast recht, bien vu, bonne remarque, bien repéré, tu as raison
vous avez raison, buen hallazgo, bien visto, buena observación, tienes razón, boa observação
bem visto, ben visto, ottima osservazione, goed gezien, goede vondst, хорошее замечание
+1, 👍
"""

DISAGREES_WITH_LAST = """
wrong, incorrect, mistaken, not correct, not right, not the case, not accurate, inaccurate
not true, untrue, nonsense, bogus, invalid, irrelevant, not relevant, i don't think so
disagree, i disagree, i disagree with this, i disagree with that, respectfully disagree
i respectfully disagree, i don't agree, don't agree, i do not agree with this, can't agree
you're wrong, you're mistaken, bot is wrong, bot is mistaken, bot is hallucinating
no it isn't, it isn't, no it doesn't, it doesn't, stimmt nicht, stimmt so nicht
-1, 👎
"""

_GOOD = ("good", "great", "nice", "excellent", "fantastic", "awesome", "brilliant", "sharp")
_CATCH = ("catch", "find", "spot", "point", "finding", "call", "eye", "one")

_ACTED = r"(?:fixed|addressed|corrected|patched|applied|changed|updated|removed|done)"
_DONE_IN = re.compile(
    # A commit, a pull request or a version; "fixed in production" is none of them.
    rf"(?:i |we |has been |have |it |this |that )*{_ACTED}(?: it| this| that)? (?:in|with|by|via) "
    r"(?:commit |pr |pull request |revision )?"
    r"(?:[0-9a-f]{7,40}|#\d{1,7}|v?\d+\.\d+[\w.]*|latest (?:commit|push|version)|last commit"
    r"|next (?:commit|push)|new commit|follow-?up(?: commit)?)|[0-9a-f]{9,40}"
)

_WRITTEN_OUT = (
    ("won't", "will not"),
    ("can't", "can not"),
    ("n't", " not"),
    ("'re", " are"),
    ("'ve", " have"),
    ("'ll", " will"),
    ("'m", " am"),
    ("that's", "that is"),
    ("it's", "it is"),
    ("there's", "there is"),
    ("what's", "what is"),
)
_WORD = {"wont": "will not", "isnt": "is not", "dont": "do not", "doesnt": "does not"}
_WORD |= {"cant": "can not", "its": "it is", "thats": "that is", "youre": "you are"}
# No "no", "not" or "too": they turn the sense.
_STRESS = frozenset(
    word
    for line in (
        "a an the really very totally completely absolutely simply just plainly quite fully",
        "strongly definitely clearly obviously actually honestly certainly surely here now again",
        "also indeed though anyway already then please oh ah hm hmm yes yep yeah yup okay ok",
        "sorry thanks thank thx ty cheers imo imho tbh afaik fyi hi hey wow",
        "🙂 😅 😊 🙏 🎉 ✅ :) :-) ;)",
    )
    for word in line.split()
)
_I_DO_NOT_THINK = re.compile(
    r"(?:i|we) do not (?:think|believe)(?: that)? (?:this|that|it)(?: (?:one|line|code|finding))?"
    r" (?:is|was) "
)
_FRONT = re.compile(
    r"(?:"
    r"(?:(?:i|we) (?:think|believe|guess|consider)|i am (?:afraid|sure|certain))(?: that)?"
    r"|in (?:my|our) (?:opinion|view|case)|for me|to me|as far as i (?:can tell|can see|know)"
    r"|(?:this|that|it|these|those|which)(?: (?:one|line|code|finding|warning|report))?"
    r" (?:is|was|are|were|looks like|seems like|seems to be|looks to be|appears to be)"
    r"|(?:this|that) (?:one|line|code|finding)|there is|there are|such|what|you|and|this|it|is|was"
    r"|das ist|das war|ist|c'est|esto es|isso é|questo è|dit is|это"
    r") "
)
_BACK = re.compile(
    r" (?:i think|i believe|i guess|i am afraid|in (?:this|our|that|my) (?:case|context|opinion)"
    r"|in this instance|in fact|for (?:me|us)|to me|you|as well|of course|for sure|bot|coderasst"
    r"|mate|👍)"
)


def plain(clause: str) -> str:
    """``clause`` in the form in which phrases are compared; it must be in lower case."""
    for short, long in _WRITTEN_OUT:
        clause = clause.replace(short, long)
    words = (_WORD.get(word, word) for word in clause.split())
    return " ".join(word for word in words if word not in _STRESS)


def _signals() -> Iterable[tuple[str, bool, Signal]]:
    for signal, table, of_last in (
        (Signal.REPLY_WONT_FIX, WONT_FIX, False),
        (Signal.REPLY_DISAGREES, DISAGREES, False),
        (Signal.REPLY_AGREES, AGREES, False),
        (Signal.REPLY_AGREES, AGREES_WITH_LAST, True),
        (Signal.REPLY_DISAGREES, DISAGREES_WITH_LAST, True),
    ):
        for phrase in re.split(r"[,\n]", table):
            if phrase.strip():
                yield plain(phrase), of_last, signal
    for praise in product(_GOOD, _CATCH):
        yield " ".join(praise), True, Signal.REPLY_AGREES


_MEANING = {phrase: (signal, of_last) for phrase, of_last, signal in _signals()}


def meaning(clause: str, *, answers_us: bool) -> Signal | None:
    """What ``clause`` (in lower case, without its punctuation) says as a whole."""
    said = _I_DO_NOT_THINK.sub("not ", plain(clause))
    while said:
        if _DONE_IN.fullmatch(said):
            return Signal.REPLY_AGREES
        if found := _MEANING.get(said):
            signal, of_last = found
            return signal if answers_us or not of_last else None
        shorter = _FRONT.sub("", said, count=1) if _FRONT.match(said) else said
        if shorter == said and (trailer := _last(said)):
            shorter = said[: trailer.start()]
        if shorter == said:
            return None
        said = shorter
    return None


def _last(said: str) -> re.Match[str] | None:
    return next((found for found in _BACK.finditer(said) if found.end() == len(said)), None)
