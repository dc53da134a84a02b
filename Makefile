# make review   review the last commit (or ARGS=…) with what is installed here
# make test     every check and every test, on a machine that has only Python, Go, Node.js and git
PYTHON ?= python3
VENV ?= .venv
ARGS ?= --commit HEAD
BIN = $(VENV)/bin

.PHONY: review test check unit bench clean

review: $(VENV)/.installed
	@$(BIN)/coderasst review $(ARGS)

test: check unit

# Style, types and the direction of imports.
check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# All tests, against the real parts: an Ollama, llama.cpp, PostgreSQL, GitHub's own descriptions, act. What is not on
# the machine is fetched or built once and kept outside the tree.
unit: $(VENV)/.installed-dev
	set -e; export COVERAGE_PROCESS_START=$(CURDIR)/setup.cfg; \
	CODERASST_TEST_OLLAMA="$$(testing/provide_ollama.sh)"; export CODERASST_TEST_OLLAMA; \
	testing/provide_postgresql.sh >/dev/null; \
	CODERASST_TEST_LLAMA_CPP="$$(testing/provide_llama_cpp.sh)"; export CODERASST_TEST_LLAMA_CPP; \
	CODERASST_TEST_GITHUB_SCHEMAS="$$(testing/provide_github_schemas.sh)"; export CODERASST_TEST_GITHUB_SCHEMAS; \
	CODERASST_TEST_ACTIONS_TOOLS="$$(testing/provide_actions_tools.sh)"; export CODERASST_TEST_ACTIONS_TOOLS; \
	rm -f .coverage .coverage.*; \
	$(BIN)/python -m coverage run -m pytest -n auto --dist worksteal $(TESTS); \
	$(BIN)/coverage combine -q; $(BIN)/coverage report --fail-under=90

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench $(BENCH)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "coderasst needs Python 3.10 or newer; name one with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python setup.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.*
