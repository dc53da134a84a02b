"""Which nodes of each grammar open a scope or import something.

By ast-grep's name of the language; each kind must exist in its grammar, since ast-grep refuses a
search for one that does not. A language that is not here has its scopes found by indentation.
"""

from __future__ import annotations

_FUNCTION_JS = (
    "function_declaration generator_function_declaration function_expression arrow_function"
    " method_definition"
)
_CLASS_TS = "class_declaration abstract_class_declaration class interface_declaration"
_TYPESCRIPT = {
    "function": _FUNCTION_JS,
    "class": f"{_CLASS_TS} enum_declaration",
    "module": "internal_module module",
}

_SCOPES: dict[str, dict[str, str]] = {
    "bash": {"function": "function_definition"},
    "c": {"function": "function_definition", "type": "struct_specifier union_specifier"},
    "cpp": {
        "function": "function_definition lambda_expression",
        "class": "class_specifier struct_specifier union_specifier",
        "module": "namespace_definition",
    },
    "csharp": {
        "function": (
            "method_declaration constructor_declaration destructor_declaration"
            " local_function_statement operator_declaration property_declaration"
        ),
        "class": (
            "class_declaration struct_declaration interface_declaration enum_declaration"
            " record_declaration"
        ),
        "module": "namespace_declaration",
    },
    "css": {"block": "rule_set media_statement supports_statement keyframes_statement at_rule"},
    "dart": {
        "function": "function_declaration method_declaration",
        "class": "class_declaration mixin_declaration enum_declaration extension_declaration",
    },
    "elixir": {"block": "do_block"},
    "go": {
        "function": "function_declaration method_declaration func_literal",
        "type": "type_declaration",
    },
    "haskell": {"function": "function bind", "class": "class instance data_type newtype"},
    "hcl": {"block": "block"},
    "java": {
        "function": (
            "method_declaration constructor_declaration compact_constructor_declaration"
            " static_initializer lambda_expression"
        ),
        "class": (
            "class_declaration interface_declaration enum_declaration record_declaration"
            " annotation_type_declaration"
        ),
    },
    "javascript": {"function": _FUNCTION_JS, "class": "class_declaration class"},
    "kotlin": {
        "function": (
            "function_declaration secondary_constructor anonymous_initializer anonymous_function"
            " getter setter"
        ),
        "class": "class_declaration object_declaration companion_object",
    },
    "lua": {"function": "function_declaration function_definition"},
    "markdown": {"section": "section"},
    "php": {
        "function": "function_definition method_declaration anonymous_function arrow_function",
        "class": "class_declaration interface_declaration trait_declaration enum_declaration",
        "module": "namespace_definition",
    },
    "python": {"function": "function_definition", "class": "class_definition"},
    "ruby": {
        "function": "method singleton_method",
        "class": "class singleton_class",
        "module": "module",
        "block": "do_block",
    },
    "rust": {
        "function": "function_item macro_definition",
        "type": "struct_item enum_item union_item",
        "class": "impl_item trait_item",
        "module": "mod_item",
    },
    "scala": {
        "function": "function_definition",
        "class": (
            "class_definition object_definition trait_definition enum_definition given_definition"
            " extension_definition package_object"
        ),
    },
    "solidity": {
        "function": "function_definition modifier_definition constructor_definition",
        "class": "contract_declaration interface_declaration library_declaration",
        "type": "struct_declaration",
    },
    "swift": {
        "function": (
            "function_declaration init_declaration deinit_declaration subscript_declaration"
        ),
        "class": "class_declaration protocol_declaration",
        "block": "computed_property",
    },
    "tsx": _TYPESCRIPT,
    "typescript": _TYPESCRIPT,
    "zig": {
        "function": "function_declaration test_declaration",
        "type": "struct_declaration union_declaration enum_declaration",
    },
}

SCOPES: dict[str, dict[str, str]] = {
    grammar: {kind: label for label, kinds in labels.items() for kind in kinds.split()}
    for grammar, labels in _SCOPES.items()
}
"""Grammar → kind of node → kind of scope."""

WRAPPERS: dict[str, tuple[str, ...]] = {
    "python": ("decorated_definition",),
    "cpp": ("template_declaration",),
    "typescript": ("export_statement",),
    "tsx": ("export_statement",),
    "javascript": ("export_statement",),
}
"""Nodes around a scope that end with it and hold its decorators."""

ANNOTATIONS = frozenset({"decorator", "attribute_item", "annotation", "attribute_list"})
"""Siblings before a scope that belong to its header."""

ANONYMOUS = frozenset(
    {
        "arrow_function",
        "function_expression",
        "lambda_expression",
        "func_literal",
        "anonymous_function",
        "function_definition",
        "do_block",
    }
)
"""On one line, these are values rather than scopes."""

CALL_BLOCKS = frozenset({"do_block"})
"""Blocks whose header is the call that they are given to."""

BODIES = frozenset(
    {
        "block",
        "body",
        "class_body",
        "function_body",
        "enum_class_body",
        "compound_statement",
        "declaration_list",
        "field_declaration_list",
        "body_statement",
        "statement_block",
        "accessor_list",
        "do_block",
        "contract_body",
        "match",
    }
)
"""Children that end a header, where the grammar has no field named "body"."""

_IMPORTS = {
    "c": "preproc_include",
    "cpp": "preproc_include using_declaration",
    "csharp": "using_directive",
    "css": "import_statement",
    "dart": "import_or_export",
    "go": "import_declaration",
    "haskell": "import",
    "java": "import_declaration",
    "javascript": "import_statement",
    "kotlin": "import_header",
    "php": (
        "namespace_use_declaration require_expression require_once_expression include_expression"
        " include_once_expression"
    ),
    "python": "import_statement import_from_statement future_import_statement",
    "rust": "use_declaration extern_crate_declaration",
    "scala": "import_declaration",
    "solidity": "import_directive",
    "swift": "import_declaration",
    "tsx": "import_statement",
    "typescript": "import_statement",
}
IMPORTS: dict[str, tuple[str, ...]] = {
    grammar: tuple(kinds.split()) for grammar, kinds in _IMPORTS.items()
}
