# Deep Learning, Layer by Layer.  `make help` lists what there is to do.
SHELL    := /bin/bash -o pipefail
PYTHON   ?= python3
BIN      := $(CURDIR)/.venv/bin
PORT     ?= 8000
NOTEBOOK ?= exercises/perceptron/perceptron.ipynb
CLASS    ?= $(shell mktemp -d)/demo-course
WORKERS  ?= auto
ASSIGNMENT ?= perceptron

export PATH := $(BIN):$(PATH)
# One thread a process: two chapters, or two tests, run side by side, and sums come out the same everywhere.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

ENVIRONMENT := .venv/.installed
FRONT_END   := node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help setup book serve test lint types unit course browser pages bench corpus release check demo-course concepts manual-pictures lock links clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(ENVIRONMENT) $(FRONT_END)  ## install the pinned environment (Python and front end)

book: setup  ## build the site into _build/html
	@python book/build.py

serve:  ## look at the built site in a browser: PORT=8000
	@test -f _build/html/index.html || { echo "No book yet: run 'make book' first."; exit 1; }
	@echo "The book is at http://127.0.0.1:$(PORT)/  (Ctrl-C stops)"
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

test: setup lint types pages  ## everything: lint, types, book, library, course, grader, browser
	@bash tests/browser/install.sh && bash tests/proctor/install.sh
	@echo "== Tests (the book is built; $(WORKERS) workers)"
	@python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	@echo "== Solutions, run by a kernel, cell by cell"
	@python -m pytest -n $(WORKERS) --dist loadfile -q --nbval-lax solutions

lint: $(ENVIRONMENT)
	@echo "== Lint"; ruff check . && ruff format --check .

types: $(ENVIRONMENT)
	@echo "== Types"; mypy && MYPYPATH=src:book/_ext mypy --no-warn-unused-configs book/_ext book/build.py

unit: $(ENVIRONMENT)  ## the library's tests only
	@python -m pytest -n $(WORKERS) --dist loadfile tests/layerwise

course: $(ENVIRONMENT)  ## the exercises' tests only: right and wrong answers, mutants
	@bash tests/proctor/install.sh && python -m pytest -n $(WORKERS) --dist loadfile tests/course tests/proctor

browser: book  ## the pages' tests only, in Chromium
	@bash tests/browser/install.sh && python -m pytest -n $(WORKERS) --dist loadfile tests/browser

pages: book

bench: $(ENVIRONMENT)  ## how fast is it: every table beside its peers, kept in benchmarks/results (minutes)
	@for script in imports engine layers training trainer memory cluster digits; do \
	   echo "== $$script"; python benchmarks/$$script.py --json benchmarks/results/$$script.json || exit; done

corpus: $(ENVIRONMENT)  ## make layerwise.data.corpus() anew from the book's prose
	@python -m layerwise.data.prose book src/layerwise/data/corpus.txt

release: $(ENVIRONMENT)  ## make exercises/ from solutions/
	@nbgrader generate_assignment "*" --force --no-db

check: $(ENVIRONMENT)  ## check your answers: NOTEBOOK=path/to/notebook.ipynb
	@nbgrader validate $(NOTEBOOK)

demo-course: $(ENVIRONMENT)  ## a class of 12 invented submissions, graded by nbgrader: CLASS=folder
	@python tests/course/demo.py $(CLASS)

concepts: $(ENVIRONMENT)  ## which cells grade which concept, for `proctor report --concepts`: ASSIGNMENT=perceptron
	@python book/concepts.py $(ASSIGNMENT)

manual-pictures: $(ENVIRONMENT)  ## make anew what the manual of proctor shows (minutes)
	@bash tests/browser/install.sh && python book/teach/pictures.py

links: setup  ## ask every outside link whether it is still there
	@jupyter-book build book/ --builder linkcheck --path-output _build/linkcheck

lock: $(ENVIRONMENT)  ## renew the lower part of requirements.txt after editing its upper part
	@sed '/^# Brought in/q' requirements.txt > _build/asked.txt && pip install -q -r _build/asked.txt
	@{ cat _build/asked.txt; pip freeze --all --exclude-editable | sed 's/+cpu//' | grep -v '^pip=' \
	   | grep -vxFf <(sed -E 's/ +#.*//' _build/asked.txt); } > _build/locked.txt && mv _build/locked.txt requirements.txt

clean:  ## delete what was built (the environment stays; `rm -rf .venv node_modules` for all)
	@rm -rf _build .cache .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(ENVIRONMENT): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || \
	  { echo "Python 3.11.5 or newer is needed; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 book"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@echo "== Environment: installing $$(grep -c '==' requirements.txt) pinned packages (minutes, once)"
	@pip install --disable-pip-version-check -r requirements.txt | awk '/^(Collecting|Installing)/ { print substr($$0, 1, 100); fflush() }'
	@pip install --disable-pip-version-check -q --no-deps -e . && pip check
	@touch $@

$(FRONT_END): package-lock.json $(ENVIRONMENT)
	@echo "== Front end: KaTeX and esbuild from the lock file"
	@npm ci --no-audit --no-fund --loglevel=error && touch $@
