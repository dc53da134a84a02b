"""The planters that there are: the faults that people make, made in code that is clean.

Each takes a line as it is often found and gives it the form that the rule is about, in more than
one spelling: a model learns the fault then, and not the planter.
"""

from __future__ import annotations

import re

from trainer.dataset.planter_kinds import CommentedOut, Insertion, Substitution
from trainer.dataset.planting import Planter

_ERRORS = r"(?:[A-Z][\w.]*(?:Error|Exception|Exit|Timeout)|\([\w., ]+\))"
_CALL = r"(?:self\.)?\w+(?:\.\w+)*\([^()]*\)"
_NAME = r"(?:self\.)?[a-z_]\w*"


def _changed(rule: str, pattern: str, *becomes: str, fault: int = 0) -> Substitution:
    return Substitution(rule, "python", re.compile(pattern), becomes, fault)


def _added(rule: str, behind: str, *statements: str) -> Insertion:
    return Insertion(rule, "python", re.compile(behind), statements)


_HANDLERS: tuple[Planter, ...] = (
    _changed("ruff/BLE001", rf"^(\s*)except {_ERRORS}( as \w+)?:$", r"\1except Exception\2:"),
    _changed("ruff/BLE001", rf"^(\s*)except {_ERRORS}( as \w+)?:$", r"\1except BaseException\2:"),
    _changed("ruff/E722", rf"^(\s*)except {_ERRORS}:$", r"\1except:"),
    _changed(
        "ruff/BLE001",
        rf"^(\s+)({_CALL}|\w+ = {_CALL})$",
        "\\1try:\n\\1    \\2\n\\1except Exception:\n\\1    return None",
        "\\1try:\n\\1    \\2\n\\1except Exception as e:\n\\1    print(e)",
        "\\1try:\n\\1    \\2\n\\1except Exception as error:\n\\1    failed = True",
        fault=2,
    ),
    _changed(
        "ruff/E722",
        rf"^(\s+)({_CALL}|\w+ = {_CALL})$",
        "\\1try:\n\\1    \\2\n\\1except:\n\\1    return False",
        "\\1try:\n\\1    \\2\n\\1except:\n\\1    print('failed')",
        fault=2,
    ),
    _changed(
        "ruff/S110",
        rf"^(\s+)({_CALL}|\w+ = {_CALL}|del [\w.]+(?:\[\w+\])?)$",
        "\\1try:\n\\1    \\2\n\\1except Exception:\n\\1    pass",
        "\\1try:\n\\1    \\2\n\\1except Exception as e:\n\\1    pass",
        fault=2,
    ),
)
_DEFAULTS: tuple[Planter, ...] = tuple(
    _changed("ruff/B006", pattern, *(rf"\1{equals}{value}\2" for value in ("[]", "{}", "[]")))
    for pattern, equals in (
        (r"^(\s*(?:async )?def \w+\((?:.*, ?)?\w+)=(?:None|\(\))([,)].*)$", "="),
        (r"^(\s*(?:async )?def \w+\(.*\w: [\w\[\], |.]+) = (?:None|\(\))([,)].*)$", " = "),
        (r"^(\s+\w+: [\w\[\], |.]+) = (?:None|\(\))(,)$", " = "),
        (r"^(\s*def \w+\((?:self, |cls, )?[a-z]\w*)((?:, \w+=[^,()]+)*\):)$", "="),
    )
)
_FILES: tuple[Planter, ...] = (
    _changed("ruff/SIM115", r"^(\s+)with (open\(.*\)) as (\w+):$", "\\1\\3 = \\2\n\\1if \\3:"),
    _changed(
        "ruff/SIM115",
        rf"^(\s+{_NAME}) = (?:\w+\.)*\w+\(([\w.]+)\)$",
        r"\1 = open(\2)",
        r"\1 = open(\2).read()",
        r"\1 = open(\2, 'rb')",
        r'\1 = open(\2, "w")',
        r"\1 = json.load(open(\2))",
        r"\1 = open(\2, encoding='utf-8').readlines()",
        r'\1 = open(os.path.join(\2, "config"), "r")',
    ),
    _changed(
        "ruff/SIM115",
        r"^(\s+)for (\w+) in (\w+):$",
        r"\1for \2 in open(\3):",
        r"\1for \2 in open(\3, 'r').readlines():",
    ),
)
_LOOPS: tuple[Planter, ...] = (
    _changed(
        "python/string-building-in-loop",
        r"^(\s+)(\w+)\.append\((f?[\"'].*|str\(.*\))\)$",
        r"\1\2 += \3",
        r"\1\2 = \2 + \3",
    ),
    _added(
        "python/string-building-in-loop",
        r"^(\s*)for (\w+) in [^#]*:$",
        r"\1    text += str(\2)",
        r'\1    out += "%s, " % \2',
        r'\1    result += \2 + "\\n"',
        r"\1    s = s + f'{\2},'",
        r"\1    msg += '{} '.format(\2)",
    ),
    _changed("python/shift-from-list-in-loop", r"(\w)\.(?:popleft|pop)\(\)", r"\1.pop(0)"),
    _changed(
        "python/shift-from-list-in-loop",
        r"(\b(?:self\.)?\w+)\.(?:append|add|appendleft)\(",
        r"\1.insert(0, ",
    ),
    _added(
        "python/shift-from-list-in-loop",
        r"^(\s*)while (?:len\()?((?:self\.)?\w+)\)?:$",
        r"\1    item = \2.pop(0)",
        r"\1    head, tail = \2.pop(0), None",
    ),
)
_CODE: tuple[Planter, ...] = (
    _changed(
        "python/eval",
        r"(?<![\w.])(?:json\.loads|ast\.literal_eval|int|float|str|bool|repr)\((\w+)\)",
        r"eval(\1)",
        r"eval(\1, {})",
    ),
    _changed(
        "python/eval",
        rf"^(\s+)({_NAME}) = [\w.]+\(([\w.]+)\)$",
        r"\1\2 = eval(\3)",
        r"\1exec(\3)",
    ),
    _changed(
        "python/exec-in-namespace",
        rf"^(\s+)({_NAME}) = [\w.]+\(([\w.]+)\)$",
        r"\1exec(\3, \2)",
        r"\1exec(\3, globals())",
        r"\1\2 = eval(\3, globals())",
        r"\1exec(compile(\3, '<string>', 'exec'), \2)",
    ),
    _changed("python/pickle-file", r"\b(?:json|yaml|toml|tomllib)\.load\(", "pickle.load("),
    _changed(
        "python/pickle-file",
        rf"^(\s+{_NAME} = |\s+return )[\w.]+\(([\w.]+)\)$",
        r"\1pickle.load(\2)",
        r"\1torch.load(\2)",
        r"\1pd.read_pickle(\2)",
        r"\1joblib.load(\2)",
        r"\1np.load(\2, allow_pickle=True)",
        r"\1marshal.load(\2)",
    ),
    _changed(
        "python/unsafe-deserialization", r"\bjson\.loads\(", "pickle.loads(", "marshal.loads("
    ),
    _changed(
        "python/unsafe-deserialization",
        rf"^(\s+{_NAME} = |\s+return )[\w.]+\(([\w.]+)\)$",
        r"\1pickle.loads(\2)",
        r"\1cPickle.loads(\2)",
        r"\1marshal.loads(\2)",
        r"\1dill.loads(\2)",
    ),
    _changed(
        "python/weak-hash",
        r"hashlib\.sha(?:256|512|224|384)\(",
        "hashlib.md5(",
        "hashlib.sha1(",
    ),
    _changed(
        "python/weak-hash",
        rf"^(\s+{_NAME} = |\s+return )[\w.]+\(([\w.]+)\)$",
        r"\1hashlib.md5(\2).hexdigest()",
        r"\1hashlib.sha1(\2.encode()).hexdigest()",
        r"\1hashlib.md5(\2.encode('utf-8')).digest()",
        r"\1hashlib.sha1(\2)",
        r"\1md5(\2)",
        r"\1hashlib.md5()",
        r"\1hashlib.new('sha1', \2)",
    ),
)
_SLIPS: tuple[Planter, ...] = (
    _changed(
        "python/boolean-trap",
        r"^(\s+(?:\w+ = |return )?[\w.]+\([\w.]+)(?:, \w+=\w+)?\)$",
        r"\1, True, False)",
        r"\1, False, True)",
        r"\1, None, True, False)",
        r"\1, False, False)",
        r"\1, True, True)",
    ),
    _changed(
        "ruff/B015",
        r"^(\s+)assert ([\w.\[\]()'\"]+ (?:==|!=|in|is|is not|>=|<) [^,:]+)$",
        r"\1\2",
    ),
    _changed(
        "ruff/B015",
        rf"^(\s+)({_NAME}(?:\.\w+)*) = ([\w.]+|[\"']\w+[\"']|\w+\(\w*\))$",
        r"\1\2 == \3",
    ),
    _changed(
        "ruff/PLR0124",
        r"\b(if |and |or |return |while |elif )(\w+) (==|!=|<|>|<=|>=|is|is not) [\w.]+"
        r"(:| and| or|$)",
        r"\1\2 \3 \2\4",
    ),
    _changed(
        "ruff/B018",
        r"^(\s+)(?:\w+ = |return )((?:self\.)?\w+\.\w+(?:\.\w+)*|[\w.]+ [-+*/] [\w.]+)$",
        r"\1\2",
    ),
    _changed("ruff/PLW0127", r"^(\s+)([a-z]\w*) = [\w.]+$", r"\1\2 = \2"),
    _changed("ruff/B011", r"^(\s+)raise \w+\(([\"'][^()]*)\)$", r"\1assert False, \2"),
    _changed(
        "ruff/B011", r"^(\s+)(?:raise \w+(?:\([^()]*\))?|pytest\.fail\(.*\))$", r"\1assert False"
    ),
    _changed(
        "ruff/F632",
        r"^(\s*(?:if|elif|while) [\w.]+) == ((['\"])[^'\"\\]+\3:)$",
        r"\1 is \2",
    ),
    _added("ruff/T100", r"^( +)\w+ = [\w.]+(?:\([^()]*\))?$", r"\1breakpoint()"),
    CommentedOut(
        rule="python/commented-out-code",
        language="python",
        pattern=re.compile(
            r"^\s+(?:(?:self\.)?[a-z_]\w*(?:\.\w+)* = (?:self|[a-z_]\w*(?:\.\w+)*)\(.*\)"
            r"|(?:self\.)?\w+(?:\.\w+)*\([^ ]*\)|return [\w.]+\(.*\)"
            r"|(?:for|while|if) [^.]*[\w\])]:)$"
        ),
        mark="# ",
    ),
)
PLANTERS: tuple[Planter, ...] = (
    *_HANDLERS,
    *_DEFAULTS,
    *_FILES,
    *_LOOPS,
    *_CODE,
    *_SLIPS,
    Insertion(
        rule="javascript/debugger",
        language="javascript",
        behind=re.compile(r"^( +)(?:const|let|var) \w+ = [\w.]+(?:\([^()]*\))?;$"),
        statements=(r"\1debugger;",),
    ),
)
