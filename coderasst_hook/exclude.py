"""Which changed files are left out, and why: the configuration, ``.gitattributes``, conventions.

The conventions are those of GitHub's linguist: what is generated, vendored or locked is nobody's
handwriting, and a review of it is noise. ``!pattern`` in ``exclude`` and ``-linguist-generated`` or
``-linguist-vendored`` in ``.gitattributes`` take a file back in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import basename
from typing import TYPE_CHECKING

from coderasst_hook.languages import is_prose
from coderasst_hook.patterns import Patterns
from coderasst_hook.source import SourceFile

if TYPE_CHECKING:
    from coderasst_hook.settings import Settings

ATTRIBUTES = ("linguist-generated", "linguist-vendored")
"""What to ask ``git check-attr`` for."""

MAX_BYTES = 2 * 1024 * 1024
MAX_LINE = 20_000
"""Characters of one line: beyond it, a file holds data."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOCK_FILES = _words(
    """package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock
    poetry.lock pipfile.lock pdm.lock uv.lock pixi.lock conda-lock.yml pylock.toml cargo.lock go.sum
    go.work.sum gopkg.lock glide.lock gemfile.lock gems.locked composer.lock flake.lock mix.lock
    rebar.lock pubspec.lock podfile.lock package.resolved cartfile.resolved packages.lock.json
    paket.lock project.assets.json gradle.lockfile buildscript-gradle.lockfile module.bazel.lock
    .terraform.lock.hcl cabal.project.freeze stack.yaml.lock shard.lock conan.lock devbox.lock
    chart.lock berksfile.lock renv.lock .pnp.cjs .pnp.js .pnp.loader.mjs"""
)

# Only names that people do not give to what they write; most generators leave a header as well.
_GENERATED_NAME = re.compile(
    r"""
      .+[.\-]min\.(?:js|mjs|cjs|css|html)
    | .+\.(?:js|mjs|cjs|css|ts)\.map
    | .+\.(?:bundle|chunk)\.(?:js|css)
    | .+\.pb(?:\.gw|\.validate|\.micro|\.\w+)?\.(?:go|cc|cpp|h|c|swift|dart|rb|ex|rs)
    | .+_grpc\.pb\.\w+ | .+_pb2?(?:_grpc|_grpc_web)?\.(?:py|pyi|rb|js|ts|d\.ts)
    | .+\.pbobjc\.[hm]
    | .+\.(?:g|freezed|gr|mocks|chopper)\.dart
    | .+\.(?:g|g\.i|designer|generated|feature)\.(?:cs|vb)
    | .+\.(?:generated|gen)\.\w+ | .+[_\-]generated\.\w+
    | zz_generated\..+ | bindata\.go | wire_gen\.go
    | .+\.snap | .+\.snapshot | .+\.(?:approved|received|verified)\.(?:txt|json|xml|html|md)
    | .+\.(?:nib|pbxproj|xcworkspacedata|xcuserstate)
    | .+\.(?:tab|yy|lex)\.(?:c|h|cc) | moc_.+\.cpp | qrc_.+\.cpp
    | gradlew | gradlew\.bat | mvnw | mvnw\.cmd | aclocal\.m4 | config\.(?:guess|sub) | ltmain\.sh
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GENERATED_FOLDERS = _words(
    "__generated__ __snapshots__ .next .nuxt .svelte-kit .terraform __pycache__ .yarn"
)

_VENDORED_FOLDERS = _words(
    """vendor vendors vendored node_modules bower_components jspm_packages third_party third-party
    thirdparty 3rdparty 3rd-party external_libs dist godeps _vendor carthage pods .venv venv
    site-packages cordova-plugins extern flow-typed"""
)
_VENDORED_NAME = re.compile(
    r"(?:jquery|bootstrap|angular|react|vue|d3|lodash|underscore|moment|require|prototype|modernizr)"
    r"(?:[.-]\d+(?:\.\d+)*)?(?:[.-](?:slim|core|bundle|prod|production|development))*(?:[.-]min)?"
    r"\.(?:js|css)|fontawesome.*\.css|normalize\.css|.+-vsdoc\.js",
    re.IGNORECASE,
)
# Names that a repository's own file has, too, when it is not in a folder of assets.
_ASSET_FOLDERS = _words("public static assets lib libs js css javascripts stylesheets")

_GENERATED_HEADER = re.compile(
    r"""
      ^\W{0,8}Code\ generated\ .{0,200}DO\ NOT\ EDIT
    | (?<![\w`'"@/])@generated\b (?!\s*by\s+hand)
    | <auto-?generated\b
    | ^\W{0,8}this\ (?:file|code|module|document|class)\ (?:is|was|has\ been)\s
      (?:auto(?:matically|)[ -]?)?(?:generated|created\ automatically)\b
    | ^\W{0,8}auto(?:matically|)[ -]?generated\ ?(?:by|from|with|using|file|code|\W*$)
    | ^\W{0,8}(?:generated\ (?:by|from|using|with)\ (?:the\ )?
        (?:protocol\ buffer\ compiler|protoc|antlr|thrift|swig|cython|flatc|bison|flex|yacc|
           sqlc|openapi|swagger|graphql)\b)
    | (?<!["'`])\bdo\ not\ (?:edit|modify)\b .{0,40} \b(?:generated|overwritten)\b
    | \bgenerated\b .{0,80} (?<!["'`])\bdo\ not\ (?:edit|modify|change)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMENT_START = re.compile(
    r"#|//|/\*|\*|--|;|%|<!--|\(\*|\"{3}|'{3}|\{-|rem\b|@generated", re.IGNORECASE
)
_HEADER_LINES = 40
_HEADER_LINE = 400


class Exclusions:
    """Answers for one review. ``reason`` looks at the path alone, a call at the content as well."""

    def __init__(
        self,
        patterns: tuple[str, ...] = (),
        *,
        include_generated: bool = False,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """``attributes``: by path, what ``git check-attr`` says of ``ATTRIBUTES``.

        Raises ``ConfigurationError`` for a pattern that is none.
        """
        self._patterns = Patterns(patterns)
        self._include_generated = include_generated
        self._attributes = attributes or {}

    @classmethod
    def of(
        cls, settings: Settings, attributes: Mapping[str, Mapping[str, str]] | None = None
    ) -> Exclusions:
        return cls(
            settings.exclude,
            include_generated=settings.include_generated,
            attributes=attributes,
        )

    def reason(self, path: str) -> str | None:
        """Why ``path`` is left out, whatever it holds."""
        decision = self._patterns.decide(path)
        if decision is not None:
            excluded, pattern = decision
            return f"excluded by the configuration ({pattern})" if excluded else None
        if self._include_generated:
            return None
        generated = self._attribute(path, "linguist-generated")
        vendored = self._attribute(path, "linguist-vendored")
        if generated:
            return "generated file (.gitattributes)"
        if vendored:
            return "vendored file (.gitattributes)"
        if generated is None:
            if basename(path).lower() in _LOCK_FILES:
                return "lock file"
            if _generated_path(path):
                return "generated file (by its name)"
        return "vendored file (by its path)" if vendored is None and _vendored_path(path) else None

    def __call__(self, source: SourceFile) -> str | None:
        """Why ``source`` is left out, by its path or its content."""
        reason = self.reason(source.path)
        if reason is not None:
            return reason
        if len(source.text) > MAX_BYTES:
            return f"too large to review ({len(source.text) // 1024} KiB)"
        decision = self._patterns.decide(source.path)
        kept = decision is not None or self._attribute(source.path, "linguist-generated") is False
        if not kept and not self._include_generated:
            if _generated_header(source):
                return "generated file (by its header)"
            if _minified(source):
                return "minified file"
        longest = max(map(len, source.lines), default=0)
        if longest > MAX_LINE:
            return f"too long a line to review ({longest} characters)"
        return None

    def _attribute(self, path: str, name: str) -> bool | None:
        """Git says "set", "unset", "unspecified" or the value, which people write as a boolean."""
        value = self._attributes.get(path, {}).get(name, "unspecified").lower()
        if value in ("set", "true", "1", "yes"):
            return True
        if value in ("unset", "false", "0", "no"):
            return False
        return None


def _generated_path(path: str) -> bool:
    *folders, name = path.split("/")
    return bool(_GENERATED_NAME.fullmatch(name)) or any(f in _GENERATED_FOLDERS for f in folders)


def _vendored_path(path: str) -> bool:
    *folders, name = path.split("/")
    lowered = [folder.lower() for folder in folders]
    if any(folder in _VENDORED_FOLDERS for folder in lowered):
        return True
    in_assets = any(folder in _ASSET_FOLDERS for folder in lowered)
    return in_assets and bool(_VENDORED_NAME.fullmatch(name))


def _generated_header(source: SourceFile) -> bool:
    """Whether a comment among the first lines says so; a string that merely names it does not."""
    if is_prose(source.language):
        return False
    in_comment = False
    for line in source.lines[:_HEADER_LINES]:
        line = line[:_HEADER_LINE].strip()
        if in_comment or _COMMENT_START.match(line):
            if _GENERATED_HEADER.search(line):
                return True
            in_comment = "/*" in line or "<!--" in line or (in_comment and line != "")
            if "*/" in line or "-->" in line:
                in_comment = False
    return False


def _minified(source: SourceFile) -> bool:
    """Linguist's measure: JavaScript or CSS with more than 110 characters a line on average."""
    if source.language not in ("javascript", "css") or not source.complete:
        return False
    return len(source.text) > 1000 and len(source.text) / max(len(source.lines), 1) > 110
