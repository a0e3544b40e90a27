# Everything from a fresh machine with Python 3.11, git and make: `make demo`, `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
SYNC := $(BIN)/uv sync --quiet --locked --no-build --inexact
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONDONTWRITEBYTECODE # without bytecode every process compiles what it imports: seconds, hundreds of times

# Tests in which the engine of the database cannot matter: what they ask of it, those that stay ask too.
ANY_ENGINE := access_requests antivirus checks commands composing described facts inheriting local_crate preservation \
  search_query states
S3_TESTS := deposits discarding files local_crate preservation previews publication uploads
# Pages that ask the database or the store for something of their own.
POSTGRES_PAGES := api_journey hostile_visitors landing_files
S3_PAGES := landing_files previews

.PHONY: help demo test lint unit postgres s3 docs docs-check witnesses bench bench-record bench-timeseries bench-landcover bench-areas bench-repository accessibility accuracy extras clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: $(VENV)/.runtime ## Run the main job and serve it (DATA=folder: on real data; DEMO_EXIT=1: stop at the end)
	@$(BIN)/terracite demo $(if $(DATA),--data "$(DATA)") $(if $(DEMO_EXIT),--exit)

test: $(VENV)/.dev extras lint unit postgres docs-check ## Run every check and every test

lint: $(VENV)/.dev ## Style, types and architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@TERRACITE_SECRET_KEY=none-needed $(BIN)/mypy --num-workers 2 --no-error-summary
	@$(BIN)/lint-imports --verbose > $(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }
	@tail -n 3 $(VENV)/imports.log

unit: $(VENV)/.dev ## Unit, golden, architecture tests and journeys in a browser
	@$(BIN)/pytest -n 2 --dist worksteal -q $(PYTEST)

postgres: $(VENV)/.dev ## The repository's tests again, on a PostgreSQL of their own
	@scripts/with-postgres $(BIN)/pytest -n 2 --dist worksteal -q tests/repository $(POSTGRES_PAGES:%=tests/website/test_%.py) $(ANY_ENGINE:%=--ignore=tests/repository/test_%.py)

s3: $(VENV)/.dev ## Everything that keeps files again, on a real S3 server
	@scripts/with-s3 $(BIN)/pytest -n 2 --dist worksteal -q tests/services/test_storage.py $(S3_TESTS:%=tests/repository/test_%.py) $(S3_PAGES:%=tests/website/test_%.py)
	@scripts/with-s3 $(BIN)/pytest -q tests/repository/test_store_away.py # kills its server: alone
	@scripts/with-postgres scripts/with-s3 $(BIN)/pytest -q tests/engines # the whole way on both, each stopped meanwhile

extras: ## Install what tests need beyond Python (chromium, PostgreSQL...), where that is possible
	@scripts/install-extras

docs: $(VENV)/.dev ## Build the documentation into docs/_build
	@$(BIN)/sphinx-build -q -j 2 -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

docs-check: docs ## Build the documentation and run its tutorials
	@$(BIN)/python scripts/run-tutorials docs/tutorials

witnesses: $(VENV)/.dev ## Ask other people's programs about every format and what the demo wrote (WITNESS=name)
	@$(BIN)/python scripts/ask_witnesses.py $(WITNESS)

bench: $(VENV)/.dev ## Measure speed against the peers, as ratios
	@$(BIN)/python scripts/run_benchmarks.py

$(BIN)/uv:
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: uv==$(UV_VERSION)

$(VENV)/.runtime: pyproject.toml uv.lock | $(BIN)/uv
	@echo "Installing the locked dependencies (wheels only)..."
	@$(SYNC) --no-default-groups
	@touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(BIN)/uv
	@echo "Installing the locked dependencies and the test tools (wheels only)..."
	@$(SYNC)
	@touch $@ $(VENV)/.runtime

bench-record: $(VENV)/.dev ## Measure records and suggestions against their peers
	@$(BIN)/python bench/records.py
	@$(BIN)/python bench/suggestions.py

bench-timeseries: $(VENV)/.dev ## Measure scans, footprints and series files against their peers
	@$(BIN)/python scripts/run_benchmarks.py scan footprints timeseries

bench-landcover: $(VENV)/.dev ## Measure learning, classifying and gap filling against their peers
	@$(BIN)/python scripts/run_benchmarks.py landcover gaps engine
	@$(BIN)/python bench/engine.py

bench-areas: $(VENV)/.dev ## Measure areas per unit, vectors and estimates against their peers
	@$(BIN)/python scripts/run_benchmarks.py areas vectors estimation

bench-repository: $(VENV)/.dev ## Measure a full repository: load, pages, memory, uploads, tiles, fields filled
	@$(BIN)/python scripts/run_benchmarks.py repository uploads tiles filling authorities

accessibility: $(VENV)/.dev ## Ask axe-core and Lighthouse about every kind of page
	@$(BIN)/python scripts/run_benchmarks.py accessibility

accuracy: $(VENV)/.dev ## Measure how right the classifiers are, beside published figures (takes an hour)
	@$(BIN)/python bench/accuracy

clean: ## Remove what the demo and the builds made
	rm -rf demo demo-real docs/_build test-artifacts dist build
