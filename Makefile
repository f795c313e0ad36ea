# `make demo` and `make test` do all set-up themselves; the logic of that is in .ci/setup.
PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo test bench volume lint samples lock clean setup setup-dev

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 10

demo: setup ## the whole way once, on the demo office
	@env -u SOTARSA_DATA $(BIN)/sotarsa demo

test: lint ## style, types and every test
	@$(BIN)/pytest

lint: setup-dev ## style and types only
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy

bench: setup-dev ## figures of accuracy and speed, within 10 minutes; FULL=1 takes longer
	@$(BIN)/python -m samples.bench $(if $(FULL),--full)
	@$(BIN)/python -m tests.load

volume: setup-dev ## ten million marks, going on where it stopped; N=100000 or MINUTES=60 for less
	@$(BIN)/python -m samples.bench.volume $(if $(N),--n $(N)) $(if $(MINUTES),--minutes $(MINUTES))

samples: setup-dev ## the committed samples and the demo office, made anew
	@$(BIN)/python -m samples.make

lock: setup-dev ## both locks made anew from pyproject.toml; UPGRADE=1 takes newer versions
	@.ci/lock $(if $(UPGRADE),--upgrade)

clean: ## removes what set-up and checks made; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

setup:
	@.ci/setup

setup-dev:
	@.ci/setup dev
