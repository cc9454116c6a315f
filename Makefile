# The project's tasks; `make` alone lists them. Needs Python 3.11 or later, and nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup test quick coverage check format bundle engines release prove-siem bench picture lock clean

# The first Python that is new enough; name another with `make setup PYTHON=…`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

BIN := .venv/bin
LOCKED := .venv/.requirements-installed
READY := .venv/.project-installed
SOURCES := $(wildcard src tests engines bench hatch_build.py)

# Archives carry hatchling's own fixed time, whatever the caller's environment says.
unexport SOURCE_DATE_EPOCH
# What the installed package brings along, and what built and tested it, each from its lock; the
# same every time.
SBOM = $(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml \
	--mc-type application --output-reproducible --of JSON
# A hint of pip's about newer versions is of no use where versions are locked.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(READY) ## create .venv from the hashed lock, with this project editable in it
	@echo "setup: .venv is ready ($$($(BIN)/python --version))"

$(LOCKED): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "setup: found no Python 3.11 or later; name one: make setup PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: $(PYTHON) is not Python 3.11 or later" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "setup: $(PYTHON) cannot make virtual environments; on Debian and Ubuntu, install python3-venv" >&2; exit 2; }
	@echo "setup: creating .venv with $$($(PYTHON) --version), installing the locked requirements"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml hatch_build.py
	@echo "setup: installing this project into .venv, editable"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

check: setup ## check format, lint, types, the floors of the architecture and the lock of the rules
	@echo "check: format"
	@$(BIN)/ruff format --check --quiet . || { echo "check: not formatted; make format does it" >&2; exit 1; }
	@echo "check: lint"
	@$(BIN)/ruff check --quiet .
	@echo "check: types"
	@$(BIN)/mypy $(SOURCES)
	@echo "check: floors"
	@$(BIN)/lint-imports --no-logo
	@echo "check: what rules mean is locked"
	@$(BIN)/okta-access --quiet lock --check

# A part of the tests: make test T=tests/lint, or a file, or a file and a test's name.
T ?=

ifeq ($(T),)
test: check ## everything `check` does, then all tests; a part alone: make test T=tests/lint
	@echo "test: running all tests on two processes"
	@$(BIN)/python -m pytest -n 2 --hypothesis-profile=ci
else
test: setup
	@echo "test: running $(T)"
	@$(BIN)/python -m pytest --hypothesis-profile=ci $(T)
endif

quick: setup ## a look while one works: no engine, no slow test, few examples (T=… for a part)
	@echo "quick: running tests without an engine, ten examples each"
	@OKTA_ACCESS_ENGINE=off $(BIN)/python -m pytest -q -n 2 --hypothesis-profile=quick -m "not engine and not slow" $(T)

coverage: setup ## lines and branches that the tests reach, per room; rooms below 90 % are named
	@echo "coverage: running all tests on two processes, counted"
	@$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=ci --cov=okta_access --cov-branch \
		--cov-report=json:.coverage.json --cov-report= $(T)
	@$(BIN)/python -m bench.coverage .coverage.json

format: setup ## format the code and apply the linter's safe fixes
	@echo "format: formatting, then applying safe fixes"
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bundle: setup ## build the release in dist/: wheel, source archive, compiled rules, manifest
	@echo "bundle: building wheel and source archive, then linting, compiling and proving all rules, in dist/"
	@rm -rf dist && mkdir dist
	@$(SBOM) --output-file dist/sbom-build.cdx.json requirements-dev.lock & sbom=$$!; \
	$(BIN)/python -m build --quiet --no-isolation --outdir dist && \
	$(SBOM) --output-file dist/sbom.cdx.json requirements.lock && wait $$sbom
	@$(BIN)/okta-access bundle --output dist

engines: setup ## run every compiled query on the search engines that can be had here
	@echo "engines: starting the engines, running the compiled queries on them"
	@$(BIN)/python -m engines.run
	@$(ON_NINE)

release: bundle ## the release in dist/ again, with the word of the engines in its evidence
	@echo "release: asking Elasticsearch and the SPL interpreter about every rule, then dist/ anew"
	@$(BIN)/python -m engines.run -- sh -c '$(BIN)/okta-access bundle --output dist \
		--engine elasticsearch=$$OKTA_ACCESS_ELASTICSEARCH --engine splunk=interpreter'
	@$(ON_NINE)
	@$(BIN)/python -m engines.judges dist
	@echo "release: replaying what is shipped on the clock of both SIEMs"
	@$(BIN)/python -m engines.run -- sh -c '$(BIN)/python -m engines.clock $$OKTA_ACCESS_ELASTICSEARCH dist'

# Elasticsearch 9 runs Lucene alone here, and is not required: 2 says that it is not to be had.
ON_NINE = $(BIN)/python -m engines.run --nine || test $$? -eq 2

# Not run where it was written, for want of Docker; without Docker it says so, and exits 2.
prove-siem: setup ## the release in dist/ on a real Splunk and a real Kibana; needs Docker
	@echo "prove-siem: starting Elasticsearch, Kibana and Splunk in containers, with the release in dist/"
	@$(BIN)/python -m engines.siem dist

bench: setup ## measure speed and memory
	@echo "bench: measuring speed and memory on corpora made here"
	@$(BIN)/python -m bench.run

picture: setup ## draw the picture of README anew, from what the program prints
	@$(BIN)/python -m tests.picture

lock: setup ## resolve the requirements anew (newer versions: make lock UPGRADE=--upgrade)
	@echo "lock: resolving requirements.lock and requirements-dev.lock for Python 3.11 and later"
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "lock: needs .venv to be of Python 3.11, the oldest supported" >&2; exit 2; }
	@$(PIP_COMPILE) --output-file requirements.lock pyproject.toml
	@$(PIP_COMPILE) --all-extras --all-build-deps --allow-unsafe --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
	@echo "lock: once installed (make setup), .venv/bin/python -m tests.licences lists the licences anew"

# No address and no path of the machine that resolved it may get into a lock.
PIP_COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet $(UPGRADE) --generate-hashes \
	--no-emit-index-url --no-emit-find-links --strip-extras

clean: ## remove what was built and cached; .venv stays
	@echo "clean: removing dist/ and caches"
	@rm -rf dist .coverage .coverage.json .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests engines bench hatch_build.py -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
