# Kakehashi: every command, from a fresh clone with Python 3.11 and make and nothing else.
# `make` alone lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
READY := $(VENV)/installed-lock

# No tool of the line calls home.
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export RUNTIME__DLTHUB_TELEMETRY := false
export GX_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-27s %s\n", $$1, $$2}' Makefile

$(READY): requirements.lock
	@sh .ci/set-up $(VENV)

.PHONY: run
run: $(READY) ## The whole line against the sandbox: pull, unify, audit, publish, push, Friday report
	@$(PY) -m sandbox.demo run

.PHONY: sync
sync: $(READY) ## The job `sync` once against what the environment configures (AS_OF=<ISO instant>)
	@$(PY) -m orchestration sync

.PHONY: friday
friday: $(READY) ## The Friday hygiene report and workbook once
	@$(PY) -m orchestration friday_hygiene

.PHONY: review
review: $(READY) ## The monthly review of the agreement once: deciles, rules, thresholds, a proposal
	@$(PY) -m sandbox.demo monthly_definition_review

.PHONY: ui
ui: $(READY) ## The Dagster UI (against the sandbox unless .env configures a vendor)
	@$(PY) -m sandbox.demo ui

.PHONY: agreement
agreement: $(READY) ## Check the agreement tables and name every fault (every run does it first)
	@$(PY) -m orchestration agreement

.PHONY: connections
connections: $(READY) ## Ask every vendor whether a load would work: sign-in, rights, fields, quota
	@$(PY) -m orchestration connections

.PHONY: what-if
what-if: $(READY) ## Replay history under the changed tables in the folder AGREEMENT, side by side
	@$(PY) -m sandbox.demo what_if

.PHONY: why
why: $(READY) ## Why: RECORD=<record, mail or person_id> one page; A=<record> [B=<record>] the match
	@$(PY) -m sandbox.demo why

.PHONY: sandbox
sandbox: $(READY) ## Keep the stand-ins of the vendors running to click around in
	@$(PY) -m sandbox.demo serve

.PHONY: test
test: $(READY) ## All tests: unit, integration and one run of the whole line
	@echo "make test: unit, integration and one end-to-end run (no network, sandbox on loopback)"
	@$(PY) -m pytest tests -m "not benchmark" -n 2 --dist loadfile -q

.PHONY: test-faults
test-faults: $(READY) ## A hundred random runs of faults over all sources (SEED=n: one, SEEDS=n: the first n)
	@SEEDS=$${SEEDS:-100} $(PY) -m pytest tests/faults/test_random_runs.py -n 2 --dist load -q

.PHONY: test-lifecycle
test-lifecycle: $(READY) ## Stages, scores and clocks of five worlds recomputed by hand (SEED=n: one, SEEDS=n)
	@SEEDS=$${SEEDS:-5} $(PY) -m pytest tests/integration/test_lifecycle_recomputed.py -q

.PHONY: check
check: $(READY) ## Linters, types, dbt parse and the Dagster definitions
	@sh .ci/check $(BIN)

.PHONY: bench-identity
bench-identity: $(READY) ## Measure the deduplication against the sandbox's answer key
	@$(PY) -m tests.benchmarks.identity

.PHONY: bench-identity-independent
bench-identity-independent: $(READY) ## The same on a corpus written without sight of the engine
	@$(PY) -m tests.benchmarks.identity --corpus independent --seeds 3 4 5 --people 3000

.PHONY: bench-identity-scale
bench-identity-scale: $(READY) ## Time the deduplication of a million records, cold and after a change
	@$(PY) -m tests.benchmarks.identity_scale

.PHONY: bench-lifecycle
bench-lifecycle: $(READY) ## Time the build of staging to marts for a million persons
	@$(PY) -m tests.benchmarks.lifecycle

.PHONY: bench-ingestion
bench-ingestion: $(READY) ## Measure the first load of Salesforce, its memory, and runs after it
	@$(PY) -m tests.benchmarks.ingestion

.PHONY: bench-files
bench-files: $(READY) ## Measure the load of dropped lists of 200,000 rows
	@$(PY) -m tests.benchmarks.dropped_files

.PHONY: dictionary
dictionary: $(READY) ## Write docs/data-dictionary.md and the pages about the agreement tables anew
	@$(PY) -m orchestration.data_dictionary
	@$(PY) -m orchestration.agreement_page

.PHONY: clean
clean: ## Remove caches and the sandbox's data (never KAKEHASHI_DATA_DIR)
	@rm -rf data/sandbox dbt_project/target dbt_project/logs .pytest_cache .ruff_cache .mypy_cache
