# make demo   a first look: the overlays, and what they change
# make test   lint, types and tests

PYTHON ?= python3
VENV := .venv
SEEDS ?= 0:500
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test lint types check bench corpus fuzz clean

demo: $(READY)
	$(BIN)/kgen overlay --all
	$(BIN)/kgen diff

test: lint types check
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

check: $(READY)
	$(BIN)/kgen overlay --all --check

bench: $(READY)
	$(BIN)/python tests/bench.py

# make corpus REPOS="path …" compares every kustomization there with kubectl's build of it
corpus: $(READY)
	$(BIN)/python tests/corpus.py $(REPOS)

# make fuzz SEEDS=0:500 builds random kustomizations with kgen and with kubectl
fuzz: $(READY)
	$(BIN)/python tests/fuzz/run.py --seeds $(SEEDS)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "kgen needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . \
	  hypothesis jsonschema markdown-it-py mypy pytest ruff types-PyYAML
	$(BIN)/python -m compileall -q kgen # where PYTHONDONTWRITEBYTECODE is set, each run would compile it again
	@touch $@

clean:
	rm -rf $(VENV)
