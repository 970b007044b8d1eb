# What one does with this project. Nothing is needed beforehand but Python 3.11 to 3.13 and a network for packages.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
UV := uv==0.13.9
# The tests of a file share a server, so they stay together. Half of their time is waiting: more workers than cores.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 2 )))
TOGETHER := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
.DEFAULT_GOAL := help
# A server starts three times as fast from compiled modules, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

# What a lock file names, with its hashes, unless just that has been installed. uv does in seconds what takes pip a minute.
define install
	@cmp -s $(1) $(VENV)/$(1) || { \
		echo "Installing $(1) into $(VENV)"; \
		test -x $(BIN)/uv || $(PIP) install --only-binary :all: $(UV); \
		{ $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
			|| $(PIP) install --require-hashes -r $(1); } && cp $(1) $(VENV)/$(1); \
	}
endef

.PHONY: help setup setup-dev run test test-long bench lint format lock

help: ## List every target
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-10s  %s\n", $$1, $$2 }'

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.12 python3.11 python3.13 python; do \
		if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
			$$python -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); exit 1; \
		fi; \
	done; \
	echo "Python 3.11, 3.12 or 3.13 is needed: PYTHON=/path/to/it make …" >&2; exit 1

setup: $(BIN)/python ## Make .venv with what it runs on, as requirements.lock names it
	$(call install,requirements.lock)

setup-dev: $(BIN)/python ## Make .venv with what it is tested with too
	$(call install,requirements-dev.lock)

run: setup ## Serve the demo sale on http://127.0.0.1:5000 (PORT=5001 make run; BOTS=0 without robots)
	@exec $(BIN)/python app.py serve --demo

test: setup-dev ## Lint, types and all tests; REQUIRE_ALL=1 lets nothing be skipped; what fails beside others runs again alone
	@$(BIN)/python -m tests.chromium
	@$(MAKE) --no-print-directory lint >$(VENV)/lint.log 2>&1 & lint=$$!; \
	$(BIN)/python -m pytest $(TOGETHER) -m "not clock"; tests=$$?; \
	wait $$lint; lint=$$?; echo "Lint and types:"; cat $(VENV)/lint.log; \
	test $$tests = 1 && { echo "Once more, alone, what failed beside others:"; \
		$(BIN)/python -m pytest -m "not clock" --last-failed --last-failed-no-failures none; tests=$$?; }; \
	echo "With nothing else beside them, tests that hold a time to a clock:"; \
	$(BIN)/python -m pytest -n 2 --dist loadfile -m clock; clock=$$?; \
	test $$clock = 1 && { echo "Once more, one at a time, what missed its time:"; \
		$(BIN)/python -m pytest -m clock --last-failed --last-failed-no-failures none; clock=$$?; }; \
	test $$lint$$tests$$clock = 000

test-long: setup-dev ## All tests with the long counts
	@$(BIN)/python -m tests.chromium
	@LONG=1 $(BIN)/python -m pytest $(TOGETHER) -m "not clock" --timeout 7200; tests=$$?; \
	LONG=1 $(BIN)/python -m pytest -m clock --timeout 7200; clock=$$?; \
	test $$tests$$clock = 00

bench: setup-dev ## Measure speed beside peers, and print the goals (a quarter of an hour; QUICK=1 make bench: 100 s)
	@$(BIN)/python -m tests.load all

lint: setup-dev ## Check style and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: setup-dev ## Put the code into its form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: setup-dev ## Compile both lock files anew
	@for each in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 $$each.txt -o $$each.lock || exit 1; \
	done
