# Two commands for a newcomer: make run and make test. Everything they need is made inside this folder.

.DEFAULT_GOAL := help
.PHONY: help run test check bench fuzz audit setup pins

# Set PYTHON to choose one; else the first on this machine that is new enough.
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
PYTHON ?= $(shell for each in $(CANDIDATES); do \
	command -v $$each >/dev/null 2>&1 && $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$each && break; done)
SET_UP = exec $(or $(PYTHON),$(error The portal needs Python 3.11 or newer. Install it, or set PYTHON to where it is)) scripts/set_up.py
IN_VENV = exec .venv/bin/python

# Each recipe line is one program that replaces its shell, so that a signal to make reaches it.

help:
	@echo 'make run     start the whole portal on this machine; Ctrl-C ends it'
	@echo 'make test    run all tests; ARGS="tests/setup -k deep" chooses some'
	@echo 'make check   formatting, lint, types'
	@echo 'make bench   measure the portal; ONLY="engine" or "search pages" chooses sections'
	@echo 'make fuzz    send the API 20,000 calls that nobody thought of, and try texts and times by chance'
	@echo 'make audit   look for known holes, grave mistakes and what the house forbids; needs the internet'
	@echo 'make setup   only set up, for all of these'
	@echo 'make pins    choose new versions of the Python packages'

run:
	@$(SET_UP)
	@$(IN_VENV) -m portal.local run

test:
	@$(SET_UP) --dev
	@$(IN_VENV) -m pytest -n 3 --dist loadgroup $(ARGS)

check:
	@$(SET_UP) --dev
	@$(IN_VENV) -m ruff format --check .
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m mypy

bench:
	@$(SET_UP) --dev
	@$(IN_VENV) -m tests.bench $(ONLY)

fuzz:
	@$(SET_UP) --dev
	@$(IN_VENV) -m tests.api.fuzz
	@$(IN_VENV) -m pytest -n 2 -m hypothesis --hypothesis-profile=by-chance

# The scanners live in an environment of their own, and their findings are no part of make check: they need
# the internet, and ruff's rules S already ask there, offline, what Bandit asks. Here its graver ones are asked.
audit:
	@$(SET_UP)
	@$(IN_VENV) scripts/audit.py

setup:
	@$(SET_UP) --dev

pins:
	@$(SET_UP)
	@$(IN_VENV) scripts/pins.py
