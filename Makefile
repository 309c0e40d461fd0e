# Two commands are enough: `make run` and `make test`. docs/operations.md has the rest.
PYTHON_BIN := .venv/bin/python
MANAGE := $(PYTHON_BIN) manage.py
PYTEST := $(PYTHON_BIN) -m pytest
# One more than the smallest machine has cores: tests wait for servers, browsers and each other.
WORKERS := 3

# Compiled modules are kept between processes, whatever the caller's environment says: the tests and
# `make run` start many.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test lint unit faults bench messages format requirements doctor ready ready-tests

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: ready  ## run everything on this machine: services, web, worker, beat, mail catcher
	@exec $(PYTHON_BIN) -m crm.embedded run

test: ready-tests  ## lint, types, import rules, translations and all tests
	@scripts/lint.sh & checked=$$!; \
	  $(MAKE) --no-print-directory unit; tested=$$?; wait $$checked && exit $$tested

ready:
	@scripts/bootstrap.sh

ready-tests:
	@scripts/bootstrap.sh --tests

lint: ready-tests  ## everything of `make test` that runs no code of the product
	@scripts/lint.sh

unit: ready-tests  ## the tests alone; `make unit ARGS=tests/payments`
	$(PYTEST) -n $(WORKERS) --dist worksteal $(ARGS)

faults: ready-tests  ## the reliability bars in their long form
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "faults or hypothesis" --hypothesis-profile long $(ARGS)

bench: ready-tests  ## measure against the floors; writes docs/benchmarks.md
	$(PYTHON_BIN) -m crm.embedded exec -- $(PYTHON_BIN) -m tests.bench $(ARGS)

messages: ready-tests  ## collect the texts to translate and compile the translations
	$(MANAGE) makemessages --locale zh_Hans --no-wrap --no-obsolete --add-location file \
	  --ignore '.venv/*' --ignore '.dunwell/*' --ignore 'tests/*' --ignore 'node_modules/*'
	$(MANAGE) compilemessages --locale zh_Hans

format: ready-tests  ## put Python into the house's form
	$(PYTHON_BIN) -m ruff check --fix-only --quiet .
	$(PYTHON_BIN) -m ruff format .

requirements: ready-tests  ## write requirements*.txt anew after a change of uv.lock
	@scripts/export-requirements.sh

doctor: ready  ## name what is missing on this machine
	@$(MANAGE) doctor
