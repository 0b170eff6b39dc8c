# One door: what CI runs is what a person runs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
CLIENT := site/client/runtime/LICENSES.txt
JOBS   ?= 2
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
LOCK    = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check build calibrate validate bench bench-site site fmt lint lock docs schema clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp ## make .venv with the locked packages that kb needs

demo: setup ## set up, build the bundle, and ask it: kb query "dsr1 on ascend"
	@$(BIN)/kb build
	@$(BIN)/kb query "dsr1 on ascend"

test: $(VENV)/dev.stamp $(VENV)-duckdb1 $(CLIENT) ## set up what the tests need, a browser included, and run them all
	@scripts/ensure-browser.sh
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder --durations=20 $(COUNTED)

coverage: ## make test, and count the lines that it runs, which takes twice as long
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test COUNTED="--cov=kb --cov-branch --cov-report=term --cov-fail-under=95"

check: setup ## check all records
	@$(BIN)/kb check

build: setup ## build the bundle into dist/
	@$(BIN)/kb build

calibrate: $(VENV)/dev.stamp ## fit the estimator to the measured rows, and show what that moves
	@$(BIN)/kb calibrate

validate: $(VENV)/dev.stamp ## tell how far the estimate is off on rows that it has not seen
	@$(BIN)/kb validate-estimator

bench: setup ## measure speed and growth; SIZES="1000 10000" takes these sizes, WRITE=--write keeps the figures
	@$(BIN)/python -m benchmarks.growth $(WRITE)

bench-site: $(VENV)/dev.stamp $(CLIENT) ## measure how the site grows with its pages
	@$(BIN)/python -m benchmarks.site_growth

site: $(CLIENT) build ## build the site into site/build/
	@$(BIN)/kb site

fmt: $(VENV)/dev.stamp ## write records and code in their canonical form
	@$(BIN)/kb fmt
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

lint: $(VENV)/dev.stamp ## check the form of code, types, schema and records
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/kb schema --check
	@$(BIN)/kb fmt --check

schema: setup ## write schema/ anew from the models
	@$(BIN)/kb schema

docs: $(VENV)/dev.stamp build ## write anew what documents show, and the references of command and library
	@$(BIN)/python scripts/refresh_docs.py
	@$(BIN)/python -m scripts.write_cli_docs
	@$(BIN)/python -m scripts.write_python_docs

lock: $(VENV)/dev.stamp ## lock the packages anew; UPGRADE=--upgrade takes newer ones
	@$(LOCK) --extra site --extra gguf --extra calibrate --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	@$(LOCK) -c requirements/dev.txt pyproject.toml requirements/build.in -o requirements/run.txt
	@$(LOCK) requirements/duckdb1.in -o requirements/duckdb1.txt
	@$(LOCK) -c requirements/dev.txt requirements/browser.in -o requirements/browser.txt
	@$(LOCK) requirements/zensical.in -o requirements/zensical.txt

clean: ## remove what make has made
	rm -rf $(VENV) $(VENV)-duckdb1 $(VENV)-zensical .artifacts dist site/build site/generated site/client/runtime site/client/node_modules .coverage .coverage.* .mypy_cache .ruff_cache .hypothesis *.egg-info

$(BIN)/python:
	@scripts/ensure-venv.sh "$(PYTHON)" $(VENV)

# The lock names every package, so nothing is looked for: pip would take a newer release for one that another package
# asks for with an extra, and then miss its hash. The package itself is installed likewise: its build backend is locked.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "installing what kb needs into $(VENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "installing what kb, its tests and its site need into $(VENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp

# What browsers get besides pages: a Python that runs the estimate, and a DuckDB.
$(CLIENT): scripts/ensure-client.sh site/client/package-lock.json requirements/browser.txt | $(VENV)/dev.stamp
	@scripts/ensure-client.sh $(BIN)/python

# The bundle promises to open with DuckDB 1.x, so a test asks such a client. It stays out of everything else's way.
$(VENV)-duckdb1: requirements/duckdb1.txt | $(VENV)/dev.stamp
	@rm -rf $@
	@$(PIP) install --no-deps --require-hashes --target $@ -r requirements/duckdb1.txt
	@touch $@
