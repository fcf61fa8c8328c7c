# Every target sets up what it needs first; a set-up that is already there costs nothing.
# Another interpreter: make PYTHON=python3.12 test

PYTHON ?= python3
BIN := .venv/bin
PACKAGE_BIN := build/package-venv/bin
CHECKS := check-style check-format check-types check-imports
# Three processes for two cores: the tests of the whole app mostly wait for it.
TESTS := test-logic test-windows test-app

.PHONY: help run test lint bench fuzz soak screenshots wheel clean package release test-packages set-up-run set-up-test set-up-bench set-up-package $(CHECKS) $(TESTS)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: set-up-run ## Open the app in demo mode
	@$(BIN)/python packaging/run_demo.py

test: lint ## Run lint, types, the import contract and all tests
	@$(MAKE) --no-print-directory --keep-going --output-sync=target --jobs=3 $(TESTS)

lint: set-up-test ## Run ruff, mypy and the import contract
	@$(MAKE) --no-print-directory --keep-going --output-sync=target --jobs=4 $(CHECKS)

bench: set-up-bench ## Measure start-up, memory, latency and stalls; write a table and a JSON file
	@$(BIN)/python -m tests.benchmarks

fuzz: set-up-test ## Read a million broken streams; for others: make fuzz SEED=1000000 COUNT=5000
	@$(BIN)/python -m tests.fuzz --seed $(or $(SEED),0) --count $(or $(COUNT),1000000)

soak: set-up-test ## Stop, cut and continue a thousand answers; kill the store and the app over a thousand times; hurt the transcript
	@SOAK=1 $(BIN)/python -m pytest -s tests/services/test_many_stops.py tests/services/test_cut_and_continue.py \
		tests/unit/storage/test_store_crashes.py tests/e2e/test_kills.py
	@SOAK=1 $(BIN)/python -m pytest tests/ui/test_transcript_hostile.py tests/ui/test_transcript_pathological.py \
		tests/ui/test_transcript_any_text.py

screenshots: set-up-test ## Make the README's pictures anew
	@$(BIN)/python -m tests.support.screenshots

wheel: set-up-test ## Build the wheel into dist/
	@$(BIN)/python -m build --wheel

package: set-up-package ## Build the installers into dist/; one alone: make package KIND=deb
	@$(PACKAGE_BIN)/python packaging/make_package.py $(or $(KIND),all)

test-packages: set-up-test package ## Install what make package made in clean systems, build it twice, measure it (as root)
	@[ "$$(id -u)" = 0 ] || { echo "make test-packages needs root: it enters clean systems by chroot" >&2; exit 1; }
	@$(BIN)/python -m pytest tests/packages
	@PYTHONPATH=packaging $(BIN)/python -m tests.packages.measure

release: set-up-test set-up-package ## Build a release into dist/: refuses a dirty tree and failing tests
	@$(PACKAGE_BIN)/python packaging/make_release.py check
	@$(MAKE) --no-print-directory test
	@rm -rf dist
	@$(PACKAGE_BIN)/python packaging/make_package.py all
	@$(PACKAGE_BIN)/python packaging/make_release.py finish

clean: ## Remove the environment, caches and built files
	@rm -rf .venv build dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

set-up-run:
	@$(PYTHON) packaging/bootstrap.py run

set-up-test:
	@$(PYTHON) packaging/bootstrap.py test

set-up-bench:
	@$(PYTHON) packaging/bootstrap.py bench

set-up-package:
	@$(PYTHON) packaging/bootstrap.py package

check-style:
	@$(BIN)/ruff check .

check-format:
	@$(BIN)/ruff format --check .

check-types:
	@$(BIN)/mypy

check-imports:
	@$(BIN)/lint-imports --no-logo

test-logic:
	@$(BIN)/python -m pytest tests/unit tests/fuzz tests/clients

test-windows:
	@$(BIN)/python -m pytest tests/services tests/ui

test-app:
	@$(BIN)/python -m pytest tests/e2e
