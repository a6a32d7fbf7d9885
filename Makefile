# make demo: see a swap.   make test: run the tests.   make check: format, lint, types, floors, sizes.
# All of it installs what it needs into .venv first, and needs only Python 3.11 or newer, pip and make.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-line check format clean

demo: .venv/installed
	$(BIN)/omote demo

# A process for each core, and a thread for each process: threads of several would wait for each other. In the order of
# the tree: files with few tests, which would come last, are those that take long.
test: .venv/installed-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# Every network at full width through extract, train and convert: minutes for each, and some gigabytes.
test-line: .venv/installed-dev
	$(BIN)/python -m pytest -m line

check: .venv/installed-dev
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_tree.py

format: .venv/installed-dev
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

clean:
	rm -rf .venv

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'omote needs Python 3.11 or newer: make PYTHON=python3.12 demo'; exit 2; }
	@$(PYTHON) -m venv .venv \
	  || { echo "no venv module: apt install python3-venv, or what your system calls it"; exit 2; }
	@touch $@

.venv/installed: .venv/created pyproject.toml
	@echo "installing omote and what it needs into .venv: a few minutes, once"
	@$(BIN)/python -m pip install --quiet --editable .
	@$(MAKE) --no-print-directory opencv
	@touch $@

.venv/installed-dev: .venv/installed
	@echo "installing the tools for tests and checks"
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@$(MAKE) --no-print-directory opencv
	@touch $@

# On a machine without a screen's libraries the usual OpenCV does not load; its headless twin needs none of them.
.PHONY: opencv
opencv:
	@$(BIN)/python -c 'import cv2' 2>/dev/null || { \
	  version=$$($(BIN)/python -c 'from importlib.metadata import version; print(version("opencv-python"))'); \
	  echo "no libGL here: OpenCV $$version without windows"; \
	  $(BIN)/python -m pip install --quiet --no-deps --force-reinstall "opencv-python-headless==$$version"; }
