# Everything a person or a machine does with a clone. `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
READY := .venv/.installed

.PHONY: help install run demo stop test check format bench screenshots messages lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(READY) ## Python packages and front-end assets, pinned with hashes; the second call takes a moment
	@$(PY) -m scripts.assets

$(READY): requirements/development.txt
	@echo "==> Installing Python packages into .venv (half a minute)"
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || { \
	  for p in $${PYTHON:-python3.11 python3 python3.12 python3.13 python3.14}; do \
	    "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    "$$p" -m venv --clear .venv && exit 0; exit 1; \
	  done; echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python3." >&2; exit 1; }
	@.venv/bin/python -m pip install -qq --no-compile --disable-pip-version-check --require-hashes -r requirements/development.txt
	@.venv/bin/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "clone.pth").write_text(f"{pathlib.Path.cwd()}\n")'
	@touch $@

run: $(READY) ## The whole product on this machine, with a demo bank; Ctrl-C stops it (PORT=8000)
	@exec $(PY) -m scripts.run

demo: $(READY) ## Fill the empty database of this clone with the demo bank
	@$(PY) manage.py demo

stop: ## Stop what `make run` started in this clone
	@if [ -x $(PY) ]; then $(PY) -m scripts.run --stop; fi

test: install ## All tests; ARGS="tests/visits -k plan" for some
	@$(PY) -m pytest -n 2 $(ARGS)

check: install ## Formatting, lint, import contracts, missing migrations, templates, translations
	@$(PY) -m scripts.check

format: $(READY) ## Format the Python code
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

bench: install ## Measure loading, tiers and pages (SIZE=million for a million customers)
	@$(PY) -m tests.bench $(if $(SIZE),--size $(SIZE)) $(ARGS)

screenshots: install ## Take the screenshots of the README
	@$(PY) -m scripts.screenshots $(ARGS)

messages: $(READY) ## Collect the texts to translate, say which are untranslated, compile
	@$(PY) -m scripts.messages update && $(PY) -m scripts.messages compile && $(PY) -m scripts.messages missing

lock: $(READY) ## Renew the locked versions of the Python packages (UPGRADE=1 for newer ones) and of the front end
	@cd requirements && for name in production development node; do \
	  ../$(PY) -m uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	    $${UPGRADE:+--upgrade} $$name.in -o $$name.txt || exit 1; done
	@$(PY) -m scripts.assets --lock

clean: ## Remove .venv, node_modules, built assets and all local data of this clone
	@if [ -x $(PY) ]; then $(PY) -m scripts.run --clean; fi
	@rm -rf .venv node_modules static/vendor tests/browser/vendor .pytest_cache .ruff_cache .import_linter_cache .hypothesis
