# What a person types. `make help` lists it. Only `make setup` and `make lock` need a network.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup serve test bench lock model

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Install what the service needs, into .venv

serve: $(VENV)/.ready ## Start the service on this computer
	@$(BIN)/porchlight serve

test: $(VENV)/.ready-to-test ## Check style, types, imports and the policy, and run every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/porchlight policy check
	$(BIN)/python -m pytest

bench: $(VENV)/.ready ## Measure the service beside its analyzer
	@$(BIN)/python -m bench

# What `make model` reads and writes. BASE is the folder of the base encoder (see models/recipe/README.md).
DATA ?= ../shared/data
BASE ?= base
WORK ?= .model
TRAIN ?= $(BIN)/python

model: ## Train the reader, from data to card (needs the train group; see models/recipe/README.md)
	$(TRAIN) -m models.recipe.prepare --data $(DATA) --out $(WORK)/prepared
	$(TRAIN) -m models.recipe.train --prepared $(WORK)/prepared --base $(BASE) --out $(WORK)/checkpoints
	$(TRAIN) -m models.recipe.export --base $(BASE) --weights $(WORK)/checkpoints/reader.pt --work $(WORK)/export --out models/encoder
	$(TRAIN) -m models.recipe.evaluate --prepared $(WORK)/prepared --encoder models/encoder --full $(WORK)/export/fp32.onnx \
		--rules rules --report $(WORK)/report.md

lock: ## Renew the lock files (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml --group dev -o requirements-dev.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Porchlight needs Python 3.11 or newer, and $(PYTHON) is older or missing."; \
		echo "Install one, then say which it is: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python could not make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.ready: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Porchlight needs. The first time this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Ready. Start it with: make serve"

$(VENV)/.ready-to-test: requirements-dev.lock $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
