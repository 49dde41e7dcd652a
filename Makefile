# The day's verbs. Each one is a verb of dev.py, which makes the environment when it is missing.
# Arguments: make test ARGS="-k cell"
PYTHON ?= python3
ARGS ?=
DEV = @$(PYTHON) dev.py

.DEFAULT_GOAL := help
.PHONY: help setup run test lint check bench docs pins sbom audit clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv, or bring it up to date
	$(DEV) setup

run: ## predict the night of 9 December 2020
	$(DEV) run $(ARGS)

test: ## the whole test suite, on all cores
	$(DEV) test $(ARGS)

lint: ## format, and mend what can be mended (writes)
	$(DEV) lint $(ARGS)

check: ## format, lint and types, as CI does (writes nothing)
	$(DEV) check

bench: ## benchmarks, peers side by side
	$(DEV) bench $(ARGS)

docs: ## run every command that the documentation shows
	$(DEV) docs $(ARGS)

pins: ## write constraints.txt anew (ARGS=--upgrade takes the newest of everything)
	$(DEV) pins $(ARGS)

sbom: ## write what tangguh is made of, as CycloneDX
	$(DEV) sbom $(ARGS)

audit: ## ask what is known against the pinned packages
	$(DEV) audit

clean: ## remove .venv and caches; results in out/ stay
	$(DEV) clean
