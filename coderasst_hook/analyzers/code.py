"""One parsed file, with what is found in it once for all rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coderasst_hook.analyzers.appends import Added, added
from coderasst_hook.analyzers.assignments import Assignments
from coderasst_hook.analyzers.functions import Functions
from coderasst_hook.analyzers.guards import Guards

if TYPE_CHECKING:
    from ast_grep_py import SgNode


@dataclass
class Code:
    """``language`` is ast-grep's name of it."""

    root: SgNode
    language: str

    @cached_property
    def assignments(self) -> Assignments:
        return Assignments(self.root, self.language)

    @cached_property
    def guards(self) -> Guards:
        return Guards(self.assignments)

    @cached_property
    def added(self) -> Mapping[str, list[Added]]:
        return added(self.functions.all_calls)

    @cached_property
    def functions(self) -> Functions:
        return Functions(self.root, self.language)
