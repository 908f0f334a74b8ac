# `make` lists what there is. Everything runs in .venv, which holds what requirements.lock says.
SHELL := /bin/sh
BIN := .venv/bin

.PHONY: help book test check golden data results lab lock screens clean
.DEFAULT_GOAL := help

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: .venv/.installed ## build the site: _build/html/index.html
	@$(BIN)/scsreport book

test: .venv/.installed ## run the tests, and report how much of measures and findings they cover
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadscope -m "not site" \
	  --cov --cov-report=term

check: book ## style, types, and the built pages in a browser
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/scsreport data check
	@SCSREPORT_SITE_REQUIRED=1 $(BIN)/python -m pytest -m site

golden: .venv/.installed ## accept the results as they are now as tests/golden
	@$(BIN)/python -m pytest -q --accept -m "not site"

data: .venv/.installed ## fetch the sources and make the tables again (for authors)
	@$(BIN)/python -m scsreport.sources

results: .venv/.installed ## redo stored results whose code or tables changed (for authors)
	@$(BIN)/python -m scsreport.findings.stored

lab: .venv/.installed ## open the chapters as notebooks
	@mkdir -p .venv/share/jupyter/lab/settings
	@printf '%s' '{"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}}' > .venv/share/jupyter/lab/settings/overrides.json
	@$(BIN)/jupyter lab chapters

lock: ## pin the newest versions that go together (needs uv)
	@command -v uv > /dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/)" >&2; exit 1; }
	@uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --all-extras pyproject.toml --output-file requirements.lock
	@{ sed -e '/^ *--hash/d' -e '/^ *#/d' -e 's/ \\$$//' requirements.lock; echo '-e .'; } > requirements.txt
	@echo "Wrote requirements.lock and requirements.txt"

screens: book ## picture every page: phone and desktop, light and dark
	@$(BIN)/python tests/site/screens.py

clean: ## remove everything that was built, and .venv
	rm -rf .venv _build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamps are written last, so that an installation cut short is begun again.
# Bytecode is compiled now: where Python may not write it later, imports take three times as long.
.venv/.locked: requirements.lock
	@set -e; rm -rf .venv; found=; \
	for python in python3.13 python3.12 python3.11 python3 python; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' > /dev/null 2>&1; \
	  then found=$$python; break; fi; \
	done; \
	if command -v uv > /dev/null; then \
	  echo "Making .venv with uv and $${found:-a Python that uv finds}"; \
	  uv venv --quiet --python "$${found:->=3.11,<3.14}" .venv; \
	  uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements.lock; \
	elif [ -n "$$found" ]; then \
	  echo "Making .venv with $$found and pip (some minutes; with uv it would be seconds)"; \
	  $$found -m venv .venv; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	else \
	  echo "No Python 3.11, 3.12 or 3.13 with venv was found. Install one (Debian: apt install python3-venv)." >&2; exit 1; \
	fi; touch $@

.venv/.installed: .venv/.locked pyproject.toml
	@set -e; if command -v uv > /dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi; touch $@; echo "Installed scsreport in .venv"
