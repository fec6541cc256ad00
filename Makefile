# Every target sets up what it needs by itself; `make help` lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
READY := .venv/ready
SAMPLE ?= samples/garments/tee.jpg

.PHONY: help shoot serve test check types lint format bench chaos pictures cards screenshots openapi lock clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml tools/setup.py
	@$(PYTHON) tools/setup.py

shoot: $(READY)  ## photograph the sample garment on a person, into out/
	@$(BIN)/fashion-models shoot $(SAMPLE) --out out $(ARGS)

serve: $(READY)  ## serve the page and the REST API at port 7860
	@$(BIN)/fashion-models serve $(ARGS)

test: $(READY) check  ## lint, types and the test suite
	@$(BIN)/python -P -m pytest -n 2 --dist loadfile -q $(ARGS)

check: lint types

lint: $(READY)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

types: $(READY)
	@rm -rf build/typed && mkdir -p build/typed/fashion_models
	@cp -r fashion_models/. build/typed/fashion_models/
	@cp -r client pipelines ui build/typed/fashion_models/
	@MYPYPATH=build/typed $(BIN)/python -m mypy -p fashion_models

format: $(READY)  ## rewrite the code in the house style
	@$(BIN)/python -m ruff check --fix . && $(BIN)/python -m ruff format .

bench: $(READY)  ## measure speed and memory (some minutes)
	@$(BIN)/python -P benchmarks/shoot.py $(ARGS)

chaos: $(READY)  ## break catalogue jobs in every way and print what it cost (an hour)
	@$(BIN)/python -P benchmarks/chaos.py $(ARGS)

pictures: $(READY)  ## make the pictures of README again
	@$(BIN)/python -P tools/pictures.py $(ARGS)

cards: $(READY)  ## make the pictures again that the page is chosen from (half an hour)
	@$(BIN)/python -P tools/silhouettes.py && nice $(BIN)/python -P tools/cards.py

openapi: $(READY)  ## write docs/openapi.json again
	@$(BIN)/python -P tools/openapi.py

screenshots: $(READY)  ## photograph the page for the docs (needs chromium)
	@$(BIN)/python -P tools/screenshots.py

lock:  ## resolve the dependencies again
	@uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	    --no-header --no-annotate --no-emit-index-url -q -o requirements.lock

clean:  ## remove what was built in this folder
	@rm -rf .venv build dist out .mypy_cache .pytest_cache .ruff_cache .hypothesis
