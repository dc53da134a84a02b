"""Names that tree-sitter's grammars give to the things that ``flow`` follows.

The grammars share most of their vocabulary, so one set serves all of them; only what a search asks
the parser for has to be listed by language, since a kind that a grammar lacks is an error there.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRINGS = _words(
    """
    string template_string interpreted_string_literal raw_string_literal string_literal
    encapsed_string interpolated_string_expression interpolated_string line_string_literal
    multi_line_string_literal raw_string multiline_string_literal verbatim_string_literal
    heredoc heredoc_body nowdoc text_block subshell concatenated_string chained_string
    raw_str_literal shell_command_expression simple_symbol character_literal char_literal
    ansi_c_string bare_string verbatim_string_literal
    """
)
"""Literals of text; what they interpolate are named children that are not in ``STRING_TEXT``."""

STRING_TEXT = _words(
    """
    string_start string_content string_end string_fragment escape_sequence
    interpreted_string_literal_content raw_string_literal_content string_literal_content
    line_str_text multi_line_str_text interpolation_start heredoc_content heredoc_start
    heredoc_end nowdoc_body nowdoc_string interpolation_brace str_escaped_char
    escape_interpolation interpolation_identifier_start interpolation_expression_start
    interpolation_expression_end multiline_string_fragment character_escape_sequence
    heredoc_beginning raw_string_content string_literal_encoding comment character
    """
)

LITERALS = _words(
    """
    integer float true false none None null nil number boolean int_literal float_literal
    decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal
    decimal_floating_point_literal null_literal boolean_literal integer_literal real_literal
    number_literal undefined regex regex_literal symbol hash_key_symbol ellipsis long_literal
    floating_point_literal class_literal comment line_comment block_comment iota
    imaginary_literal rune_literal
    """
)

WRAPPERS = _words(
    """
    parenthesized_expression parenthesized_statements await await_expression as_expression
    non_null_expression satisfies_expression argument value_argument interpolation
    interpolated_expression template_substitution expression_list keyword_argument
    unary_expression unary_operator unary try_expression reference_expression pair block
    format_expression dictionary_splat spread_element list_splat splat_argument
    pointer_expression expression_statement checked_expression not_operator
    initializer_expression argument_list arguments pair_pattern variadic_unpacking
    array_element_initializer keyed_element literal_element literal_value named_argument
    generator_expression
    """
)
"""Expressions whose value is made of their parts alone, and that only wrap them."""

LAST_COUNTS = _words(
    """keyword_argument pair named_argument argument value_argument keyed_element
    array_element_initializer pair_pattern"""
)
"""Wrappers whose value is their last part; what stands before it is a name or a key."""

COMPREHENSIONS = frozenset({"generator_expression", "list_comprehension", "set_comprehension"})

CONTAINERS = _words(
    """
    list tuple set dictionary array object hash array_creation_expression composite_literal
    array_expression tuple_expression array_initializer collection_literal array_literal
    dictionary_literal string_array symbol_array
    """
)

BINARY = _words(
    """
    binary_operator binary_expression binary additive_expression infix_expression
    boolean_operator nil_coalescing_expression elvis_expression disjunction_expression
    """
)

CONDITIONALS = _words(
    """
    conditional_expression ternary_expression conditional if_expression match_expression
    when_expression switch_expression
    """
)
NO_VALUE = _words(
    """
    throw_expression throw_statement return_expression return_statement jump_expression
    break_expression continue_expression control_transfer_statement raise_statement
    """
)
"""Branches of a conditional expression that end it otherwise."""

CALLS = _words(
    """
    call call_expression method_invocation function_call_expression member_call_expression
    scoped_call_expression invocation_expression object_creation_expression new_expression
    macro_invocation nullsafe_member_call_expression instance_expression
    """
)

ARGUMENTS = frozenset(
    {"argument_list", "arguments", "value_arguments", "token_tree", "constructor_arguments"}
)

CASTS = frozenset({"cast_expression", "type_cast_expression", "type_conversion_expression"})

NAMES = _words(
    """
    identifier simple_identifier variable_name interpolated_identifier constant name
    instance_variable class_variable global_variable shorthand_property_identifier
    simple_expansion
    """
)

MEMBERS = _words(
    """
    attribute member_expression field_access selector_expression member_access_expression
    navigation_expression field_expression scoped_identifier class_constant_access_expression
    scoped_property_access_expression scope_resolution qualified_name
    directly_assignable_expression
    """
)

SUBSCRIPTS = _words(
    """
    subscript subscript_expression element_reference index_expression array_access
    element_access_expression indexing_expression
    """
)

SCOPES = _words(
    """
    function_definition function_declaration method_declaration method_definition
    arrow_function function_expression generator_function_declaration lambda func_literal
    method singleton_method function_item closure_expression constructor_declaration
    lambda_expression anonymous_function_creation_expression anonymous_function
    local_function_statement lambda_literal class_definition class_declaration class
    object_definition class_body object_declaration impl_item module program source_file
    compilation_unit translation_unit
    """
)

BLOCKS = SCOPES | _words(
    """
    block statement_block statement_list statements compound_statement body_statement
    declaration_list template_body function_body do_block block_body
    """
)

BRANCHES = _words(
    """
    if_statement if unless if_modifier unless_modifier else_clause else elsif elif_clause
    if_expression then when when_entry switch_case switch_default case_clause case_statement
    expression_case default_case for_statement for_in_statement foreach_statement
    while_statement while_expression for_expression enhanced_for_statement except_clause
    catch_clause rescue match_arm try_statement conditional_expression switch_entry
    switch_section while switch_block_statement_group
    """
)
"""What may not run, or not only once: an assignment in it does not end the life of earlier ones."""

PARAMETERS = _words(
    """
    parameters formal_parameters parameter_list method_parameters function_value_parameters
    lambda_parameters parameter closure_parameters block_parameters inferred_parameters
    implicit_parameter
    """
)

_JS = (
    "variable_declarator",
    "assignment_expression",
    "augmented_assignment_expression",
    "for_in_statement",
)
_CLIKE = ("init_declarator", "assignment_expression")
ASSIGNMENTS: dict[str, tuple[str, ...]] = {
    "python": (
        "assignment",
        "augmented_assignment",
        "named_expression",
        "for_statement",
        "for_in_clause",
    ),
    "javascript": _JS,
    "typescript": _JS,
    "tsx": _JS,
    "go": (
        "short_var_declaration",
        "assignment_statement",
        "var_spec",
        "const_spec",
        "range_clause",
    ),
    "java": ("variable_declarator", "assignment_expression", "enhanced_for_statement"),
    "ruby": ("assignment", "operator_assignment", "binary"),
    "php": (
        "assignment_expression",
        "augmented_assignment_expression",
        "foreach_statement",
        "const_element",
        "property_element",
    ),
    "csharp": ("variable_declarator", "assignment_expression", "foreach_statement"),
    "kotlin": ("property_declaration", "assignment", "for_statement"),
    "rust": ("let_declaration", "assignment_expression", "compound_assignment_expr", "const_item"),
    "scala": ("val_definition", "var_definition", "assignment_expression"),
    "swift": ("property_declaration", "assignment", "for_statement"),
    "c": _CLIKE,
    "cpp": _CLIKE,
    "bash": ("variable_assignment", "for_statement"),
}
"""By ast-grep's name of the language: what gives a name its value."""

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "python": ("function_definition",),
    **dict.fromkeys(
        ("javascript", "typescript", "tsx"),
        ("function_declaration", "method_definition", "variable_declarator"),
    ),
    "go": ("function_declaration", "method_declaration"),
    "java": ("method_declaration",),
    "ruby": ("method", "singleton_method"),
    "php": ("function_definition", "method_declaration"),
    "csharp": ("method_declaration", "local_function_statement"),
    "kotlin": ("function_declaration",),
    "scala": ("function_definition",),
    "rust": ("function_item",),
    "swift": ("function_declaration",),
}
"""What gives a function its name."""

CALLS_OF: dict[str, tuple[str, ...]] = {
    "python": ("call",),
    **dict.fromkeys(("javascript", "typescript", "tsx"), ("call_expression",)),
    "go": ("call_expression",),
    "java": ("method_invocation",),
    "ruby": ("call",),
    "php": ("function_call_expression", "member_call_expression", "scoped_call_expression"),
    "csharp": ("invocation_expression",),
    **dict.fromkeys(("kotlin", "scala", "rust", "swift"), ("call_expression",)),
}

RETURNS = {
    **dict.fromkeys(
        ("python", "javascript", "typescript", "tsx", "go", "java", "php", "csharp"),
        "return_statement",
    ),
    "ruby": "return",
    "kotlin": "jump_expression",
    "scala": "return_expression",
    "rust": "return_expression",
    "swift": "control_transfer_statement",
}
LAST_IS_RETURNED = frozenset({"ruby", "scala", "rust"})
"""Languages where a function returns its last expression."""

COMPARISONS = _words("comparison_operator not_operator in_expression check_expression")
COMPARING = _words("== != === !== < > <= >= <=> in instanceof =~")
"""What has a boolean or a number for its result, and the operators of it."""

CONSTANT_NAME = re.compile(r"_*[A-Z][A-Z0-9]*(_[A-Z0-9]+)*_*\Z")
OUTSIDE = _words(
    """
    ENV ARGV ARGF STDIN GET POST PUT FILES COOKIE COOKIES SERVER META REQUEST BODY PATH_INFO
    QUERY_STRING
    """
)
"""Names written like constants that hold what comes from outside."""

REQUEST = re.compile(r"\W*(?:r|req|request|ctx|context|event)\b", re.IGNORECASE)

CONVERTERS = _words(
    """
    int float len bool complex ord Number parseInt parseFloat Integer Float intval floatval
    boolval Atoi Itoa ParseInt ParseFloat ParseUint ParseBool FormatInt parseLong parseDouble
    UUID toInt to_i to_f toLong toDouble isinstance hash id round abs
    now utcnow today uuid1 uuid4 monotonic perf_counter time_ns getpid
    """
)
"""Calls whose result cannot carry text from outside."""

_PART_OF_SQL = r"(?:sql\w*|ident\w*|name|table\w*|column\w*|literal\w*|field\w*)"
QUOTING = re.compile(
    rf"(?i)_*(?:quote|escape)_?{_PART_OF_SQL}\Z|_*\w*{_PART_OF_SQL}_?(?:quote|escape)d?\Z"
)
"""Names of calls that say that they make a part of SQL of a value."""

FORMATTERS = _words(
    """
    format sprintf Sprintf vsprintf Format formatted concat Concat join Join append Append
    printf Sprint Sprintln format_map implode replace replaceAll ReplaceAll Replace gsub sub
    str_replace strtr push_str insert then
    """
)
"""Calls that put their receiver and arguments together."""

PRESERVERS = _words(
    """
    strip lstrip rstrip trim Trim TrimSpace lower upper toLowerCase toUpperCase encode decode
    toString ToString to_s to_string as_str into clone freeze dup dedent text String str
    string stripIndent trimIndent trimMargin intern valueOf getBytes to_owned from squish
    chomp sql raw unsafe b64decode Raw SafeString mark_safe list tuple sorted set
    """
)
"""Calls whose result is what they were given, in another form."""

REPEATERS = {"repeat": 0, "Repeat": 1, "str_repeat": 1, "fill": 1, "nCopies": 2, "array_fill": 3}
"""Calls that repeat one thing a number of times, and where it stands: 0 is the receiver."""

ENTRIES = frozenset({"get", "fetch", "getOrDefault", "at"})
"""Methods that choose an entry of a table: of a constant one, it is a constant."""

TABLE_LITERALS = frozenset({"object", "dictionary", "hash"})
"""Literals whose entries are pairs of key and value."""

KEYS_BY_NAME = frozenset({"property_identifier", "private_property_identifier"})
"""What chooses an entry without quotes."""

OWNERS = frozenset({"self", "cls", "this", "$this"})
"""What a method is called on: its parts tell where they come from, the whole does not."""

SUBTRACTING = frozenset({"-"})
"""Operators that give a number, whatever stands beside them."""

MAPPERS = frozenset({"map", "flatMap"})
"""Methods that make something of each item, by the function that they are given."""

TABLES = _words("Map Set of ofEntries entry mapOf setOf listOf arrayOf asList")
"""Constructors of containers that are read like a dictionary."""

BUILDERS = re.compile(
    r"(?:new)?(?:\w+\.)*(?:StringBuilder|StringBuffer|StringJoiner|ArrayList|LinkedList|List|Array)"
    r"(?:<[\w<>, ]*>)?"
)
"""Constructors of what text is put together in."""

NAMESPACES = frozenset({"String", "string", "fmt", "strings", "os.path", "posixpath", "path"})
"""What stands before a call like a receiver, and is a type or module that adds no text."""

PLACES = frozenset({"__dirname", "__filename", "__file__", "__name__"})
"""Names for where the file itself lies."""

NUMERIC_TYPE = re.compile(
    r"\(?\s*(?:int|integer|long|short|byte|float|double|bool|boolean|number|u?int\d*|size_t|Int|Long"
    r"|Integer|Double|Boolean)\s*\)?\Z"
)

_NUMBERS = (
    r"(?:u?int(?:8|16|32|64|_t)?|u?int(?:8|16|32|64)_t|[iu](?:8|16|32|64|128|size)|size_t|ssize_t|unsigned"
    r"|long|short|s?byte|float(?:32|64)?|double|f32|f64|decimal|bool|boolean|Int(?:8|16|32|64)?"
    r"|UInt(?:8|16|32|64)?|Integer|Long|Short|Byte|Float|Double|Boolean|Bool|BigInteger|BigDecimal"
    r"|BigInt|Decimal|UUID|Uuid|Guid|Instant|LocalDate|LocalDateTime|OffsetDateTime|DateTime"
    r"|DateTimeOffset|DateOnly)"
)
TYPED_NUMBER = {
    **dict.fromkeys(("java", "csharp", "php", "c", "cpp"), rf"\b{_NUMBERS}\??\s+\$?{{name}}\b"),
    **dict.fromkeys(
        ("kotlin", "scala", "swift", "rust", "go"),
        rf"(?<![\w$]){{name}}\s*(?::\s*|\s)(?:time\.|uuid\.)?{_NUMBERS}(?![\w\[<])",
    ),
}
"""By ast-grep's name of the language: a declaration of a number, a date or the like. Only where
types are kept: TypeScript and Python do not hold a value to them."""
