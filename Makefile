# make review   review the last commit (or ARGS=…) with what is installed here
# make test     every check and every test, on a machine that has only Python, Go and git
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

# All tests, against a real Ollama: the one on PATH, else one that is built once and kept outside the tree.
unit: $(VENV)/.installed-dev
	CODERASST_TEST_OLLAMA="$$(testing/provide_ollama.sh)" && export CODERASST_TEST_OLLAMA && \
	rm -f .coverage .coverage.* && \
	COVERAGE_PROCESS_START=$(CURDIR)/setup.cfg $(BIN)/python -m coverage run -m pytest $(TESTS) && \
	$(BIN)/coverage combine -q && $(BIN)/coverage report --fail-under=90

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
