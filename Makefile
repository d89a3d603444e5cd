# The two commands: `make run` serves the product, `make test` runs its whole test suite.
PYTHON ?= python3
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8080
export GUANJIA_CACHE ?= $(CURDIR)/.cache
export PIP_DISABLE_PIP_VERSION_CHECK = 1

bin := $(VENV)/bin

.PHONY: run test check clean install install-dev

run: install
	$(bin)/guanjia setup
	$(bin)/guanjia serve --host $(HOST) --port $(PORT)

test: install-dev
	PATH="$(CURDIR)/$(bin):$$PATH" scripts/test

check: install-dev
	PATH="$(CURDIR)/$(bin):$$PATH" scripts/check

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(bin)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(bin)/python -m pip install --quiet --requirement requirements.lock
	$(bin)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(bin)/python -m pip install --quiet --requirement requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info build dist
