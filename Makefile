# Two commands matter: `make run` opens the console, `make test` proves it. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run serve test format bench soak spark lake clean

PYTHON ?= python3
LENDING_PORT ?= 8501
# One more than cores that are counted on: some test waits for a browser, a process or Spark.
WORKERS ?= 3
# A console over a lake writes no book: its file is for who may sign in.
LENDING_DATABASE ?= data/$(if $(filter lake,$(LENDING_ENGINE)),lake_console,lending).duckdb

# A stamp is named after what it installed: a changed pin or Python installs again, and an
# interrupted installation leaves none.
pins = $(shell { $(PYTHON) --version; cat $(1); } | sha256sum | cut -c1-16)
CONSOLE := .venv/console-$(call pins,requirements.txt constraints.txt)
SPARK := .venv/spark-$(call pins,requirements.txt requirements-spark.txt constraints.txt)
LAKE := .venv/lake-$(call pins,requirements.txt requirements-lake.txt constraints.txt)
WORKSHOP := .venv/workshop-$(call pins,requirements.txt requirements-spark.txt requirements-lake.txt requirements-dev.txt constraints.txt)
BIN := .venv/bin
# Packages come uncompiled: what is imported is compiled once and kept, not by every process anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## say what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1	\2/' | expand -t 14

run: $(CONSOLE) ## open the console on localhost:8501, with a simulated book where there is none
	@export LENDING_DATABASE="$(LENDING_DATABASE)" LENDING_DEMO="$${LENDING_DEMO:-on}"
	if [ "$${LENDING_ENGINE:-}" != lake ]; then
		if [ ! -e "$$LENDING_DATABASE" ]; then
			$(BIN)/python -m lending_core simulate
			$(BIN)/python -m lending_core seal
		fi
		$(BIN)/python -m lending_core migrate
	fi
	echo "The console: http://localhost:$(LENDING_PORT) (stop it with Ctrl-C)"
	exec $(BIN)/streamlit run app.py --server.port $(LENDING_PORT)

serve: $(CONSOLE) ## serve the console to a house, behind a proxy (README: for a house)
	@export LENDING_DATABASE="$(LENDING_DATABASE)"
	if [ "$${LENDING_ENGINE:-}" != lake ]; then $(BIN)/python -m lending_core migrate; fi
	echo "For a proxy: http://127.0.0.1:$(LENDING_PORT) (stop it with Ctrl-C)"
	exec $(BIN)/uvicorn server:app --host 127.0.0.1 --port $(LENDING_PORT) --no-server-header \
		--proxy-headers --forwarded-allow-ips "$${LENDING_PROXY:-127.0.0.1}" --log-level warning

test: ## check format, lint, types, and run every test with a browser
	@# What the machine lacks is fetched while the packages install.
	tools/prepare.sh machine &
	machine=$$!
	$(MAKE) --no-print-directory PACKAGES=requirements-dev.txt $(WORKSHOP)
	wait $$machine
	tools/prepare.sh browser
	check() { echo "== $$1"; shift; local mend="$$1"; shift; "$$@" || { echo "Mend it: $$mend"; exit 1; }; }
	check "format" "run make format" $(BIN)/ruff format --check .
	check "lint" "run make format, and change by hand what it leaves" $(BIN)/ruff check .
	# On a fresh checkout one process reads all tests beside that: each worker would compile them, and all packages.
	[ -d .pytest_cache ] || env TZ=Asia/Shanghai $(BIN)/pytest --collect-only -qq >/dev/null 2>&1 &
	check "types" "give each function the types that it is called with" $(BIN)/mypy
	wait
	check "tests" "read the first failure; screenshots are in test-results/" \
		env TZ=Asia/Shanghai POLARS_MAX_THREADS=1 $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 15 --durations-min 0.5

format: $(WORKSHOP) ## put the code into its format, and mend what lint can mend by itself
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

bench: $(WORKSHOP) ## measure speed against aims, as ratios within one run
	@$(BIN)/python -m tests.bench

soak: $(WORKSHOP) ## run the long tests that make test leaves out
	@$(BIN)/pytest -s tests/soak
	$(BIN)/pytest -n 2 --hypothesis-profile soak tests/servicing/test_replay.py tests/servicing/test_against_reading.py tests/policy/test_compile.py
	TEST_KILLS=50 $(BIN)/pytest -n 2 tests/operations/test_killed.py tests/operations/test_closing_killed.py
	TEST_DAMAGED=100 $(BIN)/pytest tests/identity/test_card_reader.py

spark: $(SPARK) ## start Apache Spark on this machine for reports; DO=stop stops it, DO=status tells
	@tools/spark.sh $(or $(DO),start)

lake: $(LAKE) ## start PostgreSQL on this machine for a catalogue of lakes; DO=stop stops it, DO=status tells
	@tools/postgres.sh $(or $(DO),start)

clean: ## remove what was installed and cached; the data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results

$(CONSOLE):
	@tools/prepare.sh venv $(PYTHON)
	echo "Installing the pinned packages (about 2 GB on disk; up to two minutes)"
	tools/prepare.sh packages $(or $(PACKAGES),requirements.txt) || { echo "Mend it: check the network, then run make again"; exit 1; }
	tools/prepare.sh trees
	touch $@

$(SPARK): $(CONSOLE)
	@echo "Installing Apache Spark (about 0.5 GB on disk)"
	tools/prepare.sh java17
	tools/prepare.sh packages requirements-spark.txt || { echo "Mend it: check the network, then run make again"; exit 1; }
	touch $@

$(LAKE): $(CONSOLE)
	@echo "Installing DuckLake"
	tools/prepare.sh postgres
	tools/prepare.sh packages requirements-lake.txt || { echo "Mend it: check the network, then run make again"; exit 1; }
	touch $@

$(WORKSHOP): $(CONSOLE)
	@echo "Installing the pinned packages for tests"
	tools/prepare.sh packages requirements-dev.txt || { echo "Mend it: check the network, then run make again"; exit 1; }
	touch $@
