# Set-up, and the verbs of `samletall`: everything else is done there.
# A fresh clone needs Python 3.11 and make; packages come pinned by hash from requirements/ and package-lock.json.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/uv pip
IN := --quiet --python $(BIN)/python --require-hashes --compile-bytecode
SELF := $(PIP) install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
LOCK := $(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(UPGRADE)

PYTEST := $(BIN)/pytest --numprocesses auto
PYTHONS ?= 3.12 3.13 3.14

RUNTIME := .venv/.runtime
ANALYSIS := .venv/.analysis
DEVELOPMENT := .venv/.development
PLOTLY := node_modules/.package-lock.json

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

## The work of a year

demo: setup  ## demonstration returns and editions into raw/, then everything up to a finished site
	@$(BIN)/samletall demo --editions
	@$(BIN)/samletall report

form: $(RUNTIME)  ## the workbook a centre fills in: YEAR=2024 [CENTRE=gran] [CSV=1]
	@$(BIN)/samletall form $(YEAR) $(if $(CENTRE),--centre $(CENTRE)) $(if $(CSV),--csv)

check: $(RUNTIME)  ## every finding in FILES, nothing stored
	@$(BIN)/samletall check $(FILES)

receive: $(RUNTIME)  ## keep FILES as delivered, with version and receipt
	@$(BIN)/samletall receive $(FILES)

status: $(RUNTIME)  ## who has delivered, who is stuck, who is missing: [YEAR=2024]
	@$(BIN)/samletall status $(YEAR)

queue: $(RUNTIME)  ## what analysts should settle first, and what the rest can change: [YEAR=2024]
	@$(BIN)/samletall queue $(YEAR)

build: $(RUNTIME)  ## load, process, compare and protect what is received
	@$(BIN)/samletall build

audit: $(RUNTIME)  ## attack everything that would be published
	@$(BIN)/samletall audit

publish: setup  ## the site, from protected figures only
	@$(BIN)/samletall publish

report: setup  ## build, audit and publish: the main job
	@$(BIN)/samletall report

release: setup  ## freeze an edition: EDITION=2024-1 [AT=2025-06-02T08:00+02:00]
	@$(BIN)/samletall release $(EDITION) $(if $(AT),--at $(AT))

verify: $(RUNTIME)  ## whether all that was received and released is as it was
	@$(BIN)/samletall verify

portal: $(RUNTIME)  ## the service where centres deliver, on this machine; docs/running.md says how for real
	@$(BIN)/samletall portal

preview: $(RUNTIME)  ## serve the finished site on this machine only
	@$(BIN)/samletall preview

## The workshop

setup: $(RUNTIME) $(PLOTLY)  ## what the program needs to run

test: $(DEVELOPMENT) $(PLOTLY)  ## everything that must hold: set-up, lint, every test, pages in a browser
	@$(BIN)/python tests/browser.py
	@$(MAKE) --no-print-directory lint & lint=$$!; $(PYTEST) --cov; tests=$$?; wait $$lint && exit $$tests

thorough: $(DEVELOPMENT) $(PLOTLY)  ## every test with all that can be tried, then mutants of the arithmetic: [MUTANTS="verdict --every 3"]
	@$(PYTEST) --hypothesis-profile=thorough
	@$(BIN)/python -m tests.mutation $(MUTANTS)

notebooks: $(ANALYSIS)  ## JupyterLab over notebooks/: right-click a file, Open With, Notebook
	@$(BIN)/jupyter lab notebooks

lint: $(DEVELOPMENT)  ## format, style, types, architecture
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/lint-imports --no-logo & imports=$$!; $(BIN)/mypy && wait $$imports

matrix: $(BIN)/uv  ## the tests on every other Python that is here: [PYTHONS="3.12 3.13 3.14"]
	@for version in $(PYTHONS); do \
		echo "Python $$version"; \
		$(BIN)/uv venv --quiet --clear --no-python-downloads --python $$version .venv/.python-$$version \
		&& $(PIP) sync --quiet --python .venv/.python-$$version/bin/python --require-hashes requirements/development.lock \
		&& PYTHONPATH=$(CURDIR) .venv/.python-$$version/bin/python -m pytest --numprocesses auto || exit 1; \
	done

bench: $(DEVELOPMENT) $(PLOTLY)  ## what everything costs, beside its budget: [GROWTH=10] so many times the centres
	@$(BIN)/python -m tests.bench $(GROWTH)

lock: $(BIN)/uv  ## pin packages after a change in pyproject.toml (UPGRADE=--upgrade: to their newest)
	$(LOCK) --group bootstrap --output-file requirements/bootstrap.lock
	$(LOCK) pyproject.toml --group build --output-file requirements/runtime.lock
	$(LOCK) pyproject.toml --group build --group test --constraint requirements/runtime.lock --output-file requirements/development.lock
	$(LOCK) pyproject.toml --group build --group analysis --constraint requirements/development.lock --output-file requirements/analysis.lock
	$(LOCK) --group node --output-file requirements/node.lock
	npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

schemas: $(RUNTIME)  ## write the JSON Schemas that help editors with schemas/
	@$(BIN)/python -m pipeline.definitions.editors

clean:  ## remove what was made here; what was received stays
	rm -rf .venv node_modules .*_cache .hypothesis dist
	find warehouse site -mindepth 1 -maxdepth 1 $(foreach kept,models contracts views pages templates assets locale,! -name $(kept)) -exec rm -rf {} +
	find pipeline tests -name __pycache__ -prune -exec rm -rf {} +

help:  ## this list
	@awk -F ':.*  ## ' '/^## /{print "\n" substr($$0, 4)} /^[a-z]+:.*  ## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo form check receive status queue build audit publish report release verify portal preview setup test notebooks thorough matrix lint bench lock schemas \
	clean help

# Set-up is skipped while its lock is unchanged.

$(BIN)/uv: requirements/bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit("Samletall needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@echo "Setting up Python packages in .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

$(RUNTIME): $(BIN)/uv requirements/runtime.lock pyproject.toml
	@$(PIP) install $(IN) --requirement requirements/runtime.lock
	@$(SELF)
	@touch $@

$(DEVELOPMENT): $(BIN)/uv requirements/development.lock pyproject.toml
	@$(PIP) sync $(IN) requirements/bootstrap.lock requirements/development.lock
	@$(SELF)
	@touch $@ $(RUNTIME)

$(ANALYSIS): $(RUNTIME) requirements/analysis.lock
	@$(PIP) install $(IN) --requirement requirements/analysis.lock
	@touch $@

$(PLOTLY): package-lock.json | $(BIN)/uv
	@command -v npm >/dev/null || $(PIP) install $(IN) --requirement requirements/node.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@
