# Lodestar. `make` alone says what there is. Needs Python 3.12 or newer and GNU make; everything else comes by itself.
# Each step of the set-up leaves a stamp when it is done, so that an interrupted one goes on at the next call.

SHELL = /bin/sh
.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help demo run setup test check bench gallery prove words lock clean

VENV = .venv
PYTHON = $(VENV)/bin/python
RUN_STAMP = $(VENV)/.done-run
DEV_STAMP = $(VENV)/.done-dev
NPM_STAMP = node_modules/.done
MESSAGES = $(patsubst %.po,%.mo,$(wildcard config/locale/*/LC_MESSAGES/*.po))
PIP = $(PYTHON) -m pip --quiet --quiet --disable-pip-version-check --no-input
WORKERS = 2

# Given on the line (`make demo PORT=9000 DATA=elsewhere`) or in the environment; empty means the default.
ifneq ($(strip $(PORT)),)
export PORT
endif
ifneq ($(strip $(DATA)),)
export DATA
endif

# An environment whose Python has gone (an upgrade of the system) is made again.
GONE := $(shell [ -e $(VENV)/.done-venv ] && ! $(PYTHON) -c '' 2>/dev/null && rm -f $(VENV)/.done-*)

help:
	@echo 'make demo    a filled Lodestar in the foreground, until Ctrl-C   [PORT=8000] [DATA=.lodestar]'
	@echo 'make run     an empty one: the first visitor makes the owner account'
	@echo 'make test    all checks and tests, browser tests included        [WORKERS=2]'
	@echo 'make check   formatting, lint, import order, types, templates, migrations, API schema'
	@echo 'make bench   benchmarks, one JSON object a line'
	@echo 'make gallery a picture of every view and state, into test-results/gallery'
	@echo 'make prove   the slow proofs: faults, long property runs, API fuzzing, load'
	@echo 'make words   brings the catalogues of the translators up to date with the source'
	@echo 'make lock    pins the packages of pyproject.toml and package.json again'
	@echo 'make clean   removes what the set-up made, and no data'

demo: $(RUN_STAMP) $(NPM_STAMP) $(MESSAGES)
	@exec $(PYTHON) -m config.supervisor demo --leashed

run: $(RUN_STAMP) $(NPM_STAMP) $(MESSAGES)
	@exec $(PYTHON) -m config.supervisor run --leashed

setup: $(DEV_STAMP) $(NPM_STAMP) $(MESSAGES)

test: check
	$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal

check: $(DEV_STAMP) $(NPM_STAMP) $(MESSAGES)
	$(VENV)/bin/ruff format --check --quiet
	$(VENV)/bin/ruff check --quiet
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/mypy
	$(VENV)/bin/djlint --lint --quiet templates apps
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file $(VENV)/openapi.yaml
	diff -u docs/openapi.yaml $(VENV)/openapi.yaml

bench: $(DEV_STAMP) $(NPM_STAMP) $(MESSAGES)
	@$(PYTHON) -m tests.bench

gallery: $(DEV_STAMP) $(NPM_STAMP) $(MESSAGES)
	@$(PYTHON) -m tests.gallery

prove: $(DEV_STAMP) $(NPM_STAMP) $(MESSAGES)
	$(PYTHON) -m pytest tests/prove/test_mail_under_faults.py
	$(PYTHON) -m pytest tests/prove --ignore tests/prove/test_mail_under_faults.py -n $(WORKERS) --dist worksteal

words: $(DEV_STAMP)
	@SECRET_KEY=unused DATABASE_URL=postgres://unused.invalid/unused VALKEY_URL=redis://unused.invalid $(PYTHON) manage.py messages

lock: $(DEV_STAMP)
	@uv --version >/dev/null 2>&1 || { echo 'make lock needs uv; install it with: pip install uv' >&2; exit 1; }
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.12 pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.12 --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt
	PATH="$$PATH:$$PWD/$(VENV)/bin" npm install --package-lock-only --no-progress --loglevel=error

clean:
	rm -rf $(VENV) node_modules .static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# --- Set-up ---------------------------------------------------------------------------------------------------------

# A Python counts when it runs (a version manager's stand-in may not), is new enough and can make an environment.
$(VENV)/.done-venv:
	@if $(PYTHON) -c 'import sys, pip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then \
	  touch $@; exit 0; \
	fi; \
	bare=''; \
	for python in python3.14 python3.13 python3.12 python3; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 || continue; \
	  if "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$python."; \
	    "$$python" -m venv --clear $(VENV) && touch $@ && exit 0; \
	  fi; \
	  bare=$$python; \
	done; \
	if uv --version >/dev/null 2>&1; then \
	  echo "Making $(VENV) with uv."; \
	  uv venv --quiet --clear --seed --python $(or $(UV_PYTHON),3.13) $(VENV) && touch $@ && exit 0; \
	fi; \
	if [ -n "$$bare" ]; then \
	  echo "$$bare is there, but not its module venv. On Debian and Ubuntu: apt-get install $$bare-venv" >&2; \
	else \
	  echo 'Python 3.12 or newer is missing (tried python3.14, python3.13, python3.12, python3 and uv). Install one of them.' >&2; \
	fi; \
	exit 1

$(RUN_STAMP): requirements.txt $(VENV)/.done-venv
	@echo 'Installing the Python packages; the first time takes about a minute.'
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(VENV)/.done-venv
	@echo 'Installing the Python packages and the tools of development; the first time takes about a minute.'
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@ $(RUN_STAMP)

%.mo: %.po
	@$(PYTHON) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@

# The system's npm where it works, else the one among the Python packages.
$(NPM_STAMP): package-lock.json package.json .npmrc | $(VENV)/.done-venv
	@echo 'Installing the front-end packages.'
	@if npm --version >/dev/null 2>&1 && npm ci --no-progress --no-update-notifier --loglevel=error >/dev/null; then :; else \
	  [ -x $(VENV)/bin/npm ] || { echo 'npm is missing; run make again after the Python packages are in.' >&2; exit 1; }; \
	  PATH="$$PWD/$(VENV)/bin:$$PATH" npm ci --no-progress --no-update-notifier --loglevel=error >/dev/null; \
	fi
	@touch $@
