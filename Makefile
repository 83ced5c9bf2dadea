# Senior Data Engineering in Nine Weeks. `make help` lists what you can do.
BIN := .venv/bin
OFFLINE := .ci/offline
WEEK ?= 1
ONLY ?=
EXAM ?= saa-c03
# What a week needs beyond the core: its engine families, as extras of pyproject.toml.
FAMILIES_2 := ,dbt
FAMILIES_3 := ,dbt,spark
FAMILIES := core$(FAMILIES_$(WEEK))

.DEFAULT_GOAL := help
.PHONY: help book serve lab start submit points quiz backup restore test verify run bench measure soak lock clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

book: .venv/.book  ## build the site into _build/html
	@$(BIN)/python book/build.py

serve: book  ## build the site and show it at http://localhost:8000
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

lab: .venv/.$(FAMILIES)  ## open the notebooks in JupyterLab (WEEK=1)
	@$(BIN)/jupyter lab

start: .venv/.$(FAMILIES)  ## copy a week's exercises to work/ (WEEK=1)
	@$(BIN)/seniorde start $(WEEK)

submit: .venv/.$(FAMILIES)  ## grade your work (WEEK=1, ONLY=dsa-hashing for one)
	@$(BIN)/seniorde submit $(WEEK) $(if $(ONLY),--only $(ONLY))

points: .venv/.$(FAMILIES)  ## show your points so far (WEEK=1)
	@$(BIN)/seniorde points $(WEEK)

quiz: .venv/.$(FAMILIES)  ## answer certification questions (EXAM=saa-c03)
	@$(BIN)/seniorde quiz $(EXAM)

backup: .venv/.$(FAMILIES)  ## write your attempts and record into one archive
	@$(BIN)/seniorde backup

restore: .venv/.$(FAMILIES)  ## bring everything back from a backup (FROM=file)
	@$(BIN)/seniorde restore "$(FROM)"

test: .venv/.all  ## check everything: code, grading, every notebook, the book, its pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(OFFLINE) $(BIN)/pytest --numprocesses 2 --dist loadgroup -m "not browser" --junitxml _build/junit.xml
	$(OFFLINE) $(BIN)/seniorde verify
	$(BIN)/python book/build.py
	$(BIN)/pytest tests/book -m browser --numprocesses 2 --junitxml _build/junit-pages.xml

verify: .venv/.all  ## author: every notebook by papermill and nbval
	@$(OFFLINE) $(BIN)/seniorde verify

run: .venv/.all  ## author: execute the notebooks that changed, store their outputs
	@$(BIN)/seniorde run

bench: .venv/.all  ## author: our notebook stages against the usual tools
	@$(BIN)/seniorde bench

measure: .venv/.all  ## author: measure what depends on the machine, into data/measured
	@$(BIN)/seniorde measure

soak: .venv/.all  ## author: repeat what changed in random order, look for a difference
	@$(BIN)/seniorde soak

lock: .venv/.all  ## author: resolve pyproject.toml into requirements.txt again
	$(BIN)/uv pip compile --quiet --universal --all-extras --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --output-file requirements.txt

clean:  ## remove what was built (never your work or your record)
	rm -rf _build .cache node_modules .venv

.venv/.%: requirements.txt pyproject.toml
	@.ci/venv $*
	@touch $@
