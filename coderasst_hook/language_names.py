"""The data behind ``languages``: which names, extensions and interpreters mean which language.

One line a language: what stands left of the bar are file names, right of it extensions. Where two
languages share an extension, the one that is more often reviewed has it.
"""

from __future__ import annotations

_GRAMMARS = (
    "bash c cpp csharp css dart elixir go haskell hcl html java javascript json kotlin lua markdown"
    " nix php python ruby rust scala solidity swift tsx typescript yaml zig"
)
AST_GREP = frozenset(_GRAMMARS.split())
"""Grammars compiled into ast-grep-py; it panics at any other name."""

_FILES: dict[str, str] = {
    "ada": "| adb ads",
    "apex": "| apex trigger",
    "asciidoc": "| adoc asciidoc",
    "assembly": "| asm s nasm",
    "astro": "| astro",
    "awk": "| awk gawk",
    "bash": (
        ".bashrc .bash_profile .bash_aliases .bash_login .bash_logout .profile .zshrc .zshenv"
        " .zprofile .zlogin .zlogout .kshrc .envrc .xinitrc .xprofile pkgbuild apkbuild"
        " | sh bash zsh ksh bats ebuild eclass command"
    ),
    "batch": "| bat cmd",
    "bicep": "| bicep",
    "c": "| c h idc",
    "clojure": "| clj cljs cljc cljd edn bb",
    "cmake": "cmakelists.txt | cmake",
    "cobol": "| cob cbl cpy",
    "coffeescript": "cakefile | coffee cson",
    "commonlisp": "| lisp lsp cl asd",
    "cpp": "| cpp cc cxx c++ hpp hh hxx h++ ipp tpp txx inl ixx cppm ccm ino cu cuh metal",
    "crystal": "| cr",
    "csharp": "| cs csx cake",
    "css": "| css",
    "csv": "| csv tsv",
    "cue": "| cue",
    "cython": "| pyx pxd pxi",
    "d": "| d di",
    "dart": "| dart",
    "diff": "| diff patch",
    "dockerfile": "dockerfile containerfile | dockerfile containerfile",
    "dotenv": ".env | env",
    "elixir": "mix.lock | ex exs",
    "elm": "| elm",
    "erlang": "rebar.config sys.config rebar.lock | erl hrl escript xrl yrl",
    "fish": "| fish",
    "fortran": "| f for f77 f90 f95 f03 f08",
    "fsharp": "| fs fsi fsx",
    "gleam": "| gleam",
    "go": "| go",
    "go-mod": "go.mod go.work |",
    "graphql": "| graphql gql graphqls",
    "groovy": "jenkinsfile | groovy gvy gradle jenkinsfile",
    "haml": "| haml",
    "handlebars": "| hbs handlebars mustache",
    "haskell": "| hs hs-boot hsc",
    "haxe": "| hx",
    "hcl": ".terraformrc terraform.rc | hcl tf tfvars nomad pkr.hcl",
    "html": "| html htm xhtml shtml",
    "ini": (
        ".editorconfig .gitconfig .gitmodules .npmrc .pylintrc pylintrc .flake8 .coveragerc"
        " setup.cfg tox.ini pip.conf .hgrc .pypirc"
        " | ini cfg conf cnf properties prefs service socket timer desktop"
    ),
    "java": "| java jav",
    "javascript": "jakefile | js mjs cjs jsx es6 jsm xsjs",
    "jinja": "| j2 jinja jinja2 njk",
    "json": (
        ".babelrc .bowerrc .eslintrc .jshintrc .prettierrc .swcrc .watchmanconfig composer.lock"
        " flake.lock pipfile.lock deno.lock package-lock.json"
        " | json jsonc json5 geojson jsonld webmanifest ipynb avsc har topojson"
        " code-workspace sublime-project"
    ),
    "jsonnet": "| jsonnet libsonnet",
    "julia": "| jl",
    "kotlin": "| kt kts",
    "less": "| less",
    "lua": ".luacheckrc | lua luau rockspec",
    "makefile": "makefile gnumakefile bsdmakefile kbuild makefile.am makefile.in | mk mak make",
    "markdown": "| md markdown mdown mkd mdx qmd rmd",
    "matlab": "| matlab",
    "meson": "meson.build meson.options meson_options.txt |",
    "mojo": "| mojo",
    "nginx": "nginx.conf | nginx",
    "nim": "| nim nims nimble",
    "nix": "| nix",
    "objective-c": "| m mm",
    "ocaml": "| ml mli mll mly",
    "pascal": "| pas dpr lpr dfm",
    "perl": "cpanfile makefile.pl | pl pm t pod psgi",
    "php": "| php php3 php4 php5 php7 php8 phtml inc phps",
    "plsql": "| pls plb pkb pks",
    "powershell": "| ps1 psm1 psd1",
    "prisma": "| prisma",
    "prolog": "| pro prolog",
    "protobuf": "| proto textproto txtpb",
    "pug": "| pug jade",
    "puppet": "| pp",
    "purescript": "| purs",
    "python": (
        "sconstruct sconscript wscript snakefile .pythonrc .pythonstartup"
        " | py pyi pyw pyt wsgi gyp gypi tac smk"
    ),
    "qml": "| qml",
    "r": ".rprofile | r rsx",
    "racket": "| rkt rktl",
    "razor": "| cshtml razor",
    "restructuredtext": "| rst rest",
    "robot": "| robot resource",
    "ruby": (
        "gemfile rakefile vagrantfile podfile capfile guardfile brewfile fastfile appfile"
        " dangerfile thorfile berksfile puppetfile steepfile .irbrc .pryrc config.ru"
        " | rb rake gemspec ru rbi rbw podspec jbuilder builder thor"
    ),
    "rust": "| rs",
    "sass": "| sass",
    "scala": "| scala sc sbt",
    "scheme": "| scm ss sld",
    "scss": "| scss",
    "slim": "| slim",
    "smalltalk": "| st",
    "solidity": "| sol",
    "sql": "| sql ddl dml psql pgsql mysql tsql hql",
    "starlark": (
        "build workspace module.bazel build.bazel workspace.bazel tiltfile | bzl bazel star"
    ),
    "stylus": "| styl",
    "svelte": "| svelte",
    "swift": "| swift",
    "tcl": "| tcl tk exp",
    "terraform-template": "| tftpl",
    "tex": "| tex sty cls bib ltx",
    "text": "| txt text log",
    "thrift": "| thrift",
    "toml": ("pipfile poetry.lock uv.lock cargo.lock pdm.lock gopkg.lock | toml"),
    "tsx": "| tsx",
    "twig": "| twig",
    "typescript": "| ts mts cts",
    "v": "| vsh",
    "vala": "| vala vapi",
    "vbnet": "| vb vbs bas frm",
    "verilog": "| v vh sv svh",
    "vhdl": "| vhd vhdl",
    "vim": ".vimrc .gvimrc _vimrc .exrc | vim",
    "vue": "| vue",
    "wat": "| wat wast",
    "wgsl": "| wgsl",
    "glsl": "| glsl vert frag geom tesc tese comp hlsl hlsli fx",
    "xml": (
        "pom.xml web.config app.config nuget.config packages.config"
        " | xml xsd xsl xslt svg csproj vbproj fsproj vcxproj props targets plist resx wsdl xaml"
        " xlf xliff nuspec storyboard xib axml rng xhtml+xml"
    ),
    "yaml": (
        ".clang-format .clang-tidy .clangd .yamllint pubspec.lock pnpm-lock.yaml"
        " | yaml yml eyaml sls cff"
    ),
    "zig": "| zig zon",
}

_TEMPLATES = {"erb": "html", "ejs": "html", "jsp": "html", "aspx": "html", "liquid": "html"}
"""Markup with code in it, reviewed as the markup."""


def _table(side: int) -> dict[str, str]:
    return {
        name: language
        for language, files in _FILES.items()
        for name in files.split("|")[side].split()
    }


FILE_NAMES = _table(0)
"""Whole file names, in lower case."""
EXTENSIONS = _table(1) | _TEMPLATES
"""Extensions, in lower case and without the dot; some hold a dot ("pkr.hcl")."""

CASE_EXTENSIONS = {"C": "cpp", "H": "cpp", "S": "assembly"}
"""Extensions whose capital letter means something else."""

INTERPRETERS = {
    "ash": "bash",
    "bash": "bash",
    "bats": "bash",
    "dash": "bash",
    "ksh": "bash",
    "mksh": "bash",
    "sh": "bash",
    "zsh": "bash",
    "fish": "fish",
    "awk": "awk",
    "gawk": "awk",
    "mawk": "awk",
    "bb": "clojure",
    "clojure": "clojure",
    "crystal": "crystal",
    "dart": "dart",
    "deno": "typescript",
    "elixir": "elixir",
    "escript": "erlang",
    "expect": "tcl",
    "groovy": "groovy",
    "julia": "julia",
    "kotlin": "kotlin",
    "lua": "lua",
    "luajit": "lua",
    "make": "makefile",
    "bun": "typescript",
    "node": "javascript",
    "nodejs": "javascript",
    "ocaml": "ocaml",
    "perl": "perl",
    "php": "php",
    "pwsh": "powershell",
    "pypy": "python",
    "python": "python",
    "rscript": "r",
    "runghc": "haskell",
    "runhaskell": "haskell",
    "ruby": "ruby",
    "jruby": "ruby",
    "rake": "ruby",
    "scala": "scala",
    "swift": "swift",
    "tclsh": "tcl",
    "ts-node": "typescript",
    "tsx": "typescript",
    "uv": "python",
    "wish": "tcl",
}

ALIASES = {
    "c++": "cpp",
    "c#": "csharp",
    "js": "javascript",
    "jsx": "javascript",
    "node": "javascript",
    "ts": "typescript",
    "sh": "bash",
    "shell": "bash",
    "shell-script": "bash",
    "terraform": "hcl",
    "golang": "go",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "objc": "objective-c",
    "nxml": "xml",
    "yml": "yaml",
    "makefile-gmake": "makefile",
}
"""What editors call some of them, in a mode line."""

LANGUAGES = frozenset(_FILES)
