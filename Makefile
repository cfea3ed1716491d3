# Two commands do everything on a machine that has Python, make and a package index:
#   make demo    compare three hiring plans and say where the report is
#   make test    run the tests
PYTHON ?= python3
REPLICATIONS ?= 100
WORKERS ?= 2
BIN := .venv/bin

# Pages that are made from the code, and so are not committed.
CODE := $(shell find sim -name '*.py')
PAGES := docs/measures.md docs/keys.md docs/scenario.schema.json

.PHONY: demo test test-slow test-thorough lint bench docs validation pictures lock clean

demo: .venv/installed docs
	$(BIN)/salesim compare 'scenarios=[base,hire_early,hire_late]' run.replications=$(REPLICATIONS)

test: .venv/installed docs
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist worksteal

test-slow: .venv/installed
	$(BIN)/python -m pytest -m "slow and not thorough" -n $(WORKERS) --dist worksteal

# Whole shipped scenarios, played for as long as their stories need: before a release, and when the model changes.
test-thorough: .venv/installed docs
	$(BIN)/python -m pytest -m thorough -n $(WORKERS) --dist worksteal

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: .venv/installed
	$(BIN)/python -m benchmarks

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "salesim needs Python 3.11 or later; name one: make PYTHON=python3.12 ...")'
	@echo "Setting up .venv with the pinned packages (some minutes the first time) ..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

docs: $(PAGES)

docs/measures.md: $(CODE) .venv/installed
	$(BIN)/salesim measures out=$@

docs/keys.md docs/scenario.schema.json: $(CODE) .venv/installed
	$(BIN)/salesim schema out=$@

# Published facts about whole organizations beside ours; plays some thousand replications, so it has its own target.
# TABLES is a folder of public exports to back-test, which do not come along.
TABLES ?= $(SALESIM_DATA)
validation: .venv/installed
	$(BIN)/salesim validation out=docs/validation.md run.replications=600 $(if $(TABLES),tables=$(TABLES))

# The README's pictures, each by the command that it shows; the better part of an hour on two cores.
NEWEST = $$(ls -td results/2*/ | head -1)figures

pictures: .venv/installed
	mkdir -p docs/pictures
	$(BIN)/salesim compare 'scenarios=[base,hire_early]' run.replications=100
	cp $(NEWEST)/difference.png docs/pictures/compare.png
	$(BIN)/salesim sweep scenario=base sweep.levers.backfill.approval_days=0:60:20 run.replications=60
	cp $(NEWEST)/picture1.svg docs/pictures/sweep.svg
	$(BIN)/salesim stress 'scenarios=[base,hire_early]'
	cp $(NEWEST)/picture1.svg docs/pictures/stress.svg
	$(BIN)/salesim sensitivity scenario=base
	cp $(NEWEST)/picture1.svg docs/pictures/sensitivity.svg
	$(BIN)/salesim why scenario=base
	cp $(NEWEST)/picture1.svg docs/pictures/why.svg
	$(BIN)/salesim search scenario=base search.target_odds=0.55 search.hires.ae=0..8
	cp $(NEWEST)/picture1.svg docs/pictures/search.svg

# Resolve the ranges of pyproject.toml anew and write down what was chosen: names and versions only.
lock:
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet '.[dev]'
	.venv-lock/bin/python -m pip freeze --exclude salesim > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
