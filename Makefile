# Doorstep: `make run` starts the product, `make test` proves it. Both need nothing but python3 and a package registry.

SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
# The newest Python that answers; pyenv's versions too.
FIND_PYTHON = for candidate in $$(for minor in 13 12 11; do echo python3.$$minor; ls -d $$HOME/.pyenv/versions/3.$$minor*/bin/python 2>/dev/null | sort -rV; done) python3; do \
	"$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo "$$candidate"; break; }; done
INSTALL = if command -v uv >/dev/null; then VIRTUAL_ENV=$(VENV) uv pip install --quiet --require-hashes -r $(1); else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi

.PHONY: run test lint format lock bench bench-short clean openapi

run: $(VENV)/.installed
	@$(PY) -m app serve --demo

# Each process of the tests has a PostgreSQL of its own, and the tests of a file stay together.
test: $(VENV)/.installed-dev lint
	$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

openapi: $(VENV)/.installed
	$(PY) -m app openapi > tests/contract/openapi.json

# Hours; what is measured stays in bench/out, so it may be interrupted.
bench: $(VENV)/.installed-dev
	$(PY) -m bench

# Under ten minutes on two cores.
bench-short: $(VENV)/.installed-dev
	$(PY) -m bench --short

# Writes the locks anew from pyproject.toml; needs uv.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) .doorstep .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv: $(VENV)/.installed

$(VENV)/bin/python:
	@python="$$($(FIND_PYTHON))"; \
	if [ -z "$$python" ]; then echo "Doorstep needs Python 3.11, 3.12 or 3.13; none was found." >&2; exit 1; fi; \
	echo "making $(VENV) with $$("$$python" --version)"; "$$python" -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(VENV)/bin/python
	@echo "installing the dependencies"
	@$(call INSTALL,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "installing the dependencies and the tools to test with"
	@$(call INSTALL,requirements-dev.lock)
	@touch $@ $(VENV)/.installed
