# Senior Data Engineering in Nine Weeks. `make help` lists what you can do.
BIN := .venv/bin
OFFLINE := .ci/offline
WEEK ?= 1
ONLY ?=
EXAM ?= saa-c03
DIR ?= ../de-portfolio
# What a learner writes is taken as it is: a $ in it is a dollar.
$(foreach name,ABOUT CAUSE NEXT FROM,$(eval override $(name) := $$(value $(name))))
export ABOUT CAUSE NEXT FROM
# What a week needs beyond the core: its engine families, as extras of pyproject.toml.
FAMILIES_2 := ,dbt
FAMILIES_3 := ,dbt,spark
FAMILIES := core$(FAMILIES_$(WEEK))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help book serve lab plan today start submit points quiz log mistake review progress backup restore scaffold test lint unit verify pages run bench measure soak lock clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

book: .venv/.book  ## build the site into _build/html
	@$(BIN)/python book/build.py

serve: book  ## build the site and show it at http://localhost:8000
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

lab: .venv/.$(FAMILIES)  ## open the notebooks in JupyterLab (WEEK=1)
	@$(BIN)/jupyter lab

plan: .venv/.$(FAMILIES)  ## lay the weeks over your days (START=2026-11-30, PACE=4, MISSED=…)
	@$(BIN)/seniorde plan $(START:%=--start %) $(PACE:%=--pace %) $(REST:%=--rest %) $(BEGIN:%=--begin %) \
	  $(if $(HALVES),--$(if $(filter 0,$(HALVES)),no-)halves) $(MISSED:%=--missed %) $(UNMISS:%=--unmiss %)

today: .venv/.$(FAMILIES)  ## show today's blocks by the clock
	@$(BIN)/seniorde today

start: .venv/.$(FAMILIES)  ## copy a week's exercises to work/ (WEEK=1)
	@$(BIN)/seniorde start $(WEEK)

submit: .venv/.$(FAMILIES)  ## grade your work (WEEK=1, ONLY=dsa-hashing for one)
	@$(BIN)/seniorde submit $(WEEK) $(if $(ONLY),--only $(ONLY))

points: .venv/.$(FAMILIES)  ## show your points so far (WEEK=1)
	@$(BIN)/seniorde points $(WEEK)

quiz: .venv/.$(FAMILIES)  ## answer certification questions (EXAM=saa-c03)
	@$(BIN)/seniorde quiz $(EXAM)

log: .venv/.$(FAMILIES)  ## open today's study log, pre-filled (DAY=2026-12-03)
	@$(BIN)/seniorde log $(DAY:%=--day %)

mistake: .venv/.$(FAMILIES)  ## list open mistakes; or write one down (ABOUT="…" CAUSE="…")
	@$(BIN)/seniorde mistake $(if $(ABOUT),--about "$$ABOUT") $(if $(CAUSE),--cause "$$CAUSE") \
	  $(if $(NEXT),--next "$$NEXT") $(PROBLEM:%=--problem %)

review: .venv/.$(FAMILIES)  ## lay out what you missed and is due; ask its questions
	@$(BIN)/seniorde review

progress: .venv/.$(FAMILIES)  ## what is done against the plan, what is weak (CSV=folder for tables)
	@$(BIN)/seniorde progress $(if $(CSV),--csv "$(CSV)")

backup: .venv/.$(FAMILIES)  ## write your attempts and record into one archive
	@$(BIN)/seniorde backup

restore: .venv/.$(FAMILIES)  ## bring everything back from a backup (FROM=file)
	@$(BIN)/seniorde restore "$$FROM"

scaffold: .venv/.$(FAMILIES)  ## write or update your own repository (DIR=../de-portfolio, OWNER=name)
	@$(BIN)/seniorde scaffold "$(DIR)" $(if $(OWNER),--owner "$(OWNER)")

test: lint unit verify pages  ## check everything: code, grading, every notebook, the book, its pages

lint: .venv/.all  ## author: ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: .venv/.all  ## author: the library, the proofs of every problem and project
	$(OFFLINE) $(BIN)/pytest --numprocesses 2 --dist loadgroup -m "not browser" --junitxml _build/junit.xml

verify: .venv/.all  ## author: every notebook by papermill and nbval
	$(OFFLINE) $(BIN)/seniorde verify

pages: .venv/.all  ## author: the book, and its pages in headless Chromium
	$(BIN)/python book/build.py
	$(BIN)/pytest tests/book -m browser --numprocesses 2 --junitxml _build/junit-pages.xml

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
