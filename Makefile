# `make` lists what there is. Everything runs in .venv, which holds what requirements.lock says.
# `make test PYTHON=python3.12 VENV=.venv-3.12` uses another Python, in another environment.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON :=
SECONDS_OF_FUZZ := 150
UPGRADE := --upgrade
COVERAGE := --cov --cov-report=term
PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python)

.PHONY: help book watch dataset test test-lowest test-newest check fuzz golden data results lab lock new-chapter new-exhibit screens clean
.DEFAULT_GOAL := help

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(VENV)/.installed ## build the site: _build/html/index.html
	@$(BIN)/scsreport book

watch: $(VENV)/.installed ## build the site, serve it, and build again whenever a file is saved
	@$(BIN)/scsreport book --watch

dataset: $(VENV)/.installed ## write the open data set: _build/world-systems-of-cities
	@mkdir -p _build
	@$(BIN)/scsreport dataset --out _build

test: $(VENV)/.installed ## run the tests, and report how much of measures and findings they cover
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadscope -m "not site" $(COVERAGE)

test-lowest: ## run the tests with the lowest versions that pyproject.toml admits (needs uv)
	@$(call with_versions,lowest-direct)

test-newest: ## run the tests with the newest versions there are (needs uv)
	@$(call with_versions,highest)

# Deprecations of versions that are not the locked ones are shown, and fail nothing.
define with_versions
set -e; command -v uv > /dev/null || { echo "this needs uv (https://docs.astral.sh/uv/)" >&2; exit 1; }; \
uv venv --quiet --clear --python ">=3.11,<3.14" .venv-$(1); \
uv pip install --quiet --python .venv-$(1)/bin/python --resolution $(1) -e ".[book,authors,lab,test]"; \
OPENBLAS_NUM_THREADS=1 .venv-$(1)/bin/python -m pytest -n auto --dist loadscope -m "not site" -W default
endef

fuzz: $(VENV)/.installed ## break files and arguments at random, for an hour and more
	@for script in tests/fuzz/fuzz_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

check: book ## style, types, odd arguments and broken files, and the built pages in a browser
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/scsreport data check
	@$(BIN)/python tests/fuzz/fuzz_measures.py
	@$(BIN)/python tests/fuzz/fuzz_readers.py --seconds $(SECONDS_OF_FUZZ)
	@$(BIN)/python tests/fuzz/fuzz_own_files.py --n 300
	@SCSREPORT_SITE_REQUIRED=1 $(BIN)/python -m pytest -n auto --dist loadscope -m site

golden: $(VENV)/.installed ## accept the results as they are now as tests/golden
	@$(BIN)/python -m pytest -q --accept -m "not site"

data: $(VENV)/.installed ## fetch the sources and make the tables again (for authors)
	@$(BIN)/python -m scsreport.sources

results: $(VENV)/.installed ## redo stored results whose code or tables changed (for authors)
	@$(BIN)/python -m scsreport.findings.stored

lab: $(VENV)/.installed ## open the chapters as notebooks, their numbers in place
	@$(BIN)/scsreport notebooks
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@printf '%s' '{"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}}' > $(VENV)/share/jupyter/lab/settings/overrides.json
	@$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/_build/notebooks/gaps.ipynb

lock: ## pin the newest versions that go together (needs uv); UPGRADE= keeps those there are
	@command -v uv > /dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/)" >&2; exit 1; }
	@uv pip compile --quiet $(UPGRADE) --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --all-extras pyproject.toml --output-file requirements.lock
	@{ echo '-e .'; sed -e '/^ *--hash/d' -e '/^ *#/d' -e 's/ \\$$//' requirements.lock; } > requirements.txt
	@echo "Wrote requirements.lock and requirements.txt"

new-chapter: $(VENV)/.installed ## begin a chapter: NAME=climate-and-cities [WORD=climate]
	@$(BIN)/python -m scsreport.book.new chapter "$(NAME)" $(if $(WORD),--word "$(WORD)")

new-exhibit: $(VENV)/.installed ## begin an exhibit: CHAPTER=gaps (its word) NAME=by-continent
	@$(BIN)/python -m scsreport.book.new exhibit "$(CHAPTER)" "$(NAME)"

screens: book ## picture every page: phone and desktop, light and dark
	@$(BIN)/python tests/site/screens.py

clean: ## remove everything that was built, and .venv
	rm -rf .venv .venv-* _build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamps are written last, so that an installation cut short is begun again.
# Bytecode is compiled now: where Python may not write it later, imports take three times as long.
$(VENV)/.locked: requirements.lock
	@set -e; rm -rf $(VENV); found=; \
	for python in $(PYTHONS); do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' > /dev/null 2>&1; \
	  then found=$$python; break; fi; \
	done; \
	if command -v uv > /dev/null; then \
	  echo "Making $(VENV) with uv and $${found:-a Python that uv finds}"; \
	  uv venv --quiet --python "$${found:->=3.11,<3.14}" $(VENV); \
	  uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements.lock; \
	elif [ -n "$$found" ]; then \
	  echo "Making $(VENV) with $$found and pip (some minutes; with uv it would be seconds)"; \
	  $$found -m venv $(VENV); \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	else \
	  echo "scsreport needs Python 3.11, 3.12 or 3.13 with venv; found none of them among: $(PYTHONS). Install one (Debian: apt install python3-venv)." >&2; exit 1; \
	fi; touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@set -e; if command -v uv > /dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi; touch $@; echo "Installed scsreport in $(VENV)"
