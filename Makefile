# `make` lists the targets. Everything is set up inside this checkout (.venv, data/).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
DEMO_ARGS ?=
PYTEST_ARGS ?= -n 3 --maxschedchunk 1
CHAOS_ARGS ?=
SIMULATE_ARGS ?= --faults rough --worlds 20
# Compiled modules are kept, whatever the environment says: the tests start hundreds of processes,
# and each would compile the whole service again, for more than a second of processor time.
unexport PYTHONDONTWRITEBYTECODE

# Side by side first; then, one after another, those that need the machine to themselves. $(1) and
# $(2) are added to the arguments of the one run and of the other.
define run_tests
failed=0; \
$(BIN)/python -m pytest $(PYTEST_ARGS) $(1) -m "not long and not alone" || failed=1; \
$(BIN)/python -m pytest $(2) -m "alone and not long" || failed=1; \
exit $$failed
endef

.DEFAULT_GOAL := help
.PHONY: help install dev demo test test-deps coverage check format bench chaos simulate lock vendor clean

help: ## List the targets.
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Set up the service: virtual environment, locked dependencies.

dev: $(VENV)/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies into $(VENV) …"
	@$(PIP) --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) --requirement requirements-dev.lock
	@touch $@

demo: install ## Run the whole thing on mock marketplaces: http://127.0.0.1:8080/ (DEMO_ARGS="--port 9000").
	@exec $(BIN)/responder demo $(DEMO_ARGS)

test: dev check ## Run every check and test that CI runs.
	@$(call run_tests)

test-deps: ## Install the system packages that some tests use (Chromium); needs root on Debian.
	@bash .ci/test-deps

coverage: dev ## Run every test and hold the branches that they cover to the limits.
	@$(call run_tests,--cov --cov-report=,--cov --cov-report= --cov-append)
	@$(BIN)/coverage report --skip-covered --fail-under=95
	@$(BIN)/coverage report --skip-covered --fail-under=100 --include='responder/domain/*,responder/store/*,connectors/amazon/wire/*,connectors/mail/wire/*,connectors/ebay/wire/*,connectors/aliexpress/wire.py,connectors/top/wire.py'

check: dev ## Lint, format, types, import rules.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

format: dev ## Format and fix what can be fixed by itself.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: dev ## Run the benchmarks (tests/benchmarks).
	@$(BIN)/responder bench

chaos: dev ## 10,000 messages, 200 kills, 20 store crashes, bad lines and storms (CHAOS_ARGS="--seed 1 --small --json").
	@exec $(BIN)/python -m tests.chaos $(CHAOS_ARGS)

simulate: dev ## Live through twenty worlds full of faults (SIMULATE_ARGS="--faults hell --worlds 100").
	@exec $(BIN)/responder simulate $(SIMULATE_ARGS)

lock: ## Renew the lock files from pyproject.toml, for every Python from 3.11 on.
	@$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet uv
	@for extras in "--extra build --output-file requirements.lock" "--extra build --extra dev --output-file requirements-dev.lock"; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile --quiet --upgrade --universal \
			--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
			$$extras pyproject.toml || exit 1; \
	done

vendor: ## Fetch the console's vendored scripts and check them.
	@bash .ci/vendor

clean: ## Remove what was built here (not data/).
	@rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
