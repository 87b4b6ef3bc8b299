# make          set up .venv, build layers, exports and maps
# make test     set up and run all tests, browser included
# make lint     ruff and mypy          make ingest   fetch the extracts again (maintainers)
# make docs     regenerate tables in README and licences      make clean    remove what was built
PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
SETUP := pyproject.toml constraints.txt hatch_build.py package.json package-lock.json

.PHONY: all build test lint format ingest tables clean

all: build

.venv/.base: $(SETUP)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "kzborder needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo "installing kzborder into .venv ..."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/.dev: .venv/.base
	@echo "installing test and lint tools ..."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

build: .venv/.base
	@$(PY) -m kzborder build

test: .venv/.dev
	@sh tools/chromium.sh
	@$(PY) -m kzborder build
	@$(PY) -m pytest $(PYTEST_ARGS)

lint: .venv/.dev
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy

format: .venv/.dev
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

ingest: .venv/.base
	@$(PIP) install -c constraints.txt -e '.[ingest]'
	@$(PY) -m kzborder.ingest

tables: .venv/.base
	@$(PY) tools/tables.py

clean:
	@rm -rf .venv build dist maps geodata/export src/kzborder/_assets
