# Everything runs in .venv, which the first target that needs it makes. PYTHON is 3.11 or newer.
PYTHON ?= $(shell command -v python3.11 || echo python3)
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: install demo serve test test-all check fuzz bench wheels docs browser pictures

install: $(STAMP)

# Debian's Python may lack ensurepip: then its own pip puts one into the new environment.
$(STAMP): pyproject.toml packages/tsloss-core/pyproject.toml constraints.txt
	@echo "Installing into .venv; the first time takes some minutes."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 \
		|| $(PYTHON) -m venv .venv >/dev/null 2>&1 \
		|| { $(PYTHON) -m venv --without-pip .venv \
			&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
	$(BIN)/python -m pip install --quiet -c constraints.txt -e packages/tsloss-core -e '.[dev]'
	@touch $@

demo: $(STAMP)
	$(BIN)/tsloss demo

serve: $(STAMP)
	$(BIN)/tsloss serve

# Two classes at a time: most tests wait for processes that start.
test: $(STAMP)
	$(BIN)/python -m pytest -m 'not slow' -n 2 --dist loadscope --durations 20 --durations-min 5

# The slow ones one at a time: a real model takes every processor, and two take them from each other.
test-all: test
	$(BIN)/python -m pytest -m slow

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The dashboard in a real browser. Where there is none and none can be installed, it says so.
browser: $(STAMP)
	@sh tests/browser/install.sh
	$(BIN)/python -m pytest tests/browser

pictures: $(STAMP)
	$(BIN)/python -m tests.browser.pictures

fuzz: $(STAMP)
	$(BIN)/python -m tests.support.fuzzing

bench: $(STAMP)
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

# Two wheels from this checkout: tsloss-core, the science alone, and tsloss, the service.
wheels: $(STAMP)
	cd packages/tsloss-core && $(CURDIR)/$(BIN)/python -m hatchling build -t wheel -d $(CURDIR)/dist
	$(BIN)/python -m hatchling build -t wheel -d dist

# What is written from the code: the OpenAPI document, then the pages of docs/reference/, one of which
# is made from it.
docs: $(STAMP)
	@mkdir -p build
	$(BIN)/python -m api.openapi > build/openapi.json
	mv build/openapi.json docs/openapi.json
	$(BIN)/python -m docs.generate
