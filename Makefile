# Everything a person or a pipeline does here. `make` alone says what there is.

PYTHON ?= python3
PORT ?= 5173
VENV := .venv/bin
# uv and the tools stand beside our interpreter; nothing has to be switched on in the shell.
export PATH := $(CURDIR)/$(VENV):$(PATH)
# When the person began to wait: `run` says how long it took, setup included.
STARTED := $(shell date +%s)
# The layers' packages lie in a folder of their own.
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers

.DEFAULT_GOAL := help
.PHONY: help setup browser run demo test check bench synth clean format docs lock fuzz nightly scans \
	ruff mypy openapi unit site-check vitest restore-drill

# Seconds, for all parsers together.
FUZZ_S ?= 160

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## the product at http://localhost:5173, until Ctrl-C (PORT=..., FACESMASH_STATE=folder)
	@exec $(VENV)/python -m local up --port $(PORT) --since $(STARTED)

demo: setup browser ## a rendered person registers, signs in and leaves again; no camera needed
	@exec $(VENV)/python -m local.demo

test: setup browser ## everything: checks, unit, adapters, infra, contract, browser
	@exec $(VENV)/python -m local.gate

check: setup ## what to run before a commit: style, types, unit tests, OpenAPI drift, site, scans; under 2 minutes
	@$(MAKE) --no-print-directory --keep-going -j2 --output-sync=target ruff mypy openapi unit site-check scans

restore-drill: setup ## delete one of two people, restore the table to before, and see that she stays deleted
	@exec $(VENV)/python -m tests.support.restore_drill

fuzz: setup ## every parser of untrusted bytes, guided by coverage (FUZZ_S=seconds for all of them)
	@exec $(VENV)/python -m tests.fuzz --seconds $(FUZZ_S)

nightly: setup browser ## what takes too long for each commit: 20 minutes each of fuzzing and of the whole API, scans
	@exec $(VENV)/python -m local.nightly

bench: setup browser ## the figures that we claim, measured on this machine
	@exec $(VENV)/python -m benchmarks

synth: setup ## the production template in cdk.out; no account, no Docker
	@npm run --silent --workspace site build
	@exec $(VENV)/python -m infra.app --environment production --outdir cdk.out

setup: ## install what is missing; nothing where nothing changed
	@$(PYTHON) local/bootstrap.py

clean: ## remove everything that was built or installed; state that FACESMASH_STATE names stays
	@rm -rf .venv .venv-cloud node_modules build cdk.out .cache site/dist site/public/assets artifacts
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

format: setup ## write all code the way `check` wants it
	@ruff check --fix --quiet; ruff format --quiet; npm run --silent --workspace site format

docs: setup ## write what is generated of docs/ anew, after a change of a route, a notice or the export
	@$(VENV)/python -m docs.generate

lock: ## pin every Python package anew, after a change of pyproject.toml
	@for group in matching service cloud tools dev; do \
		uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 \
			--group $$group --output-file requirements/$$group.txt || exit 1; \
	done
	@# What it shares with the service layer lies there, in the same folder of a Lambda.
	@uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 \
		--constraint requirements/service.txt --no-emit-package cryptography --no-emit-package cffi \
		--no-emit-package pycparser --no-emit-package typing-extensions \
		--group passkeys --output-file requirements/passkeys.txt

browser:
	@$(PYTHON) local/bootstrap.py browser

# The parts of `check`, each also a target of its own. They expect a finished `make setup`.
ruff:
	@ruff check --quiet && ruff format --check --quiet

mypy:
	@mypy --no-error-summary .

openapi:
	@$(VENV)/python -m docs.generate --check

unit:
	@$(VENV)/python -m pytest --quiet tests/unit

site-check:
	@npm run --silent --workspace site check

scans:
	@exec $(VENV)/python -m local.scans

vitest:
	@npm run --silent --workspace site test
