"""Workers in parallel: what a notebook does to its kernel or its worker stays its own affair."""

import os
import subprocess
import sys

import pytest
from nbformat.v4 import new_output
from rich.console import Console

from seniorde.notebooks import bench, execute, files, soak
from seniorde.notebooks.environment import scrubbed
from seniorde.notebooks.pool import run_all


def outcomes(clone, *pages, stage="papermill", timeout=60, workers=2):
    jobs = [
        execute.Job(stage, clone.top, page.as_posix(), files.dumps(clone.read(page)), timeout=timeout)
        for page in pages
    ]
    done = run_all(jobs, scrubbed(os.environ), workers=workers, console=Console(quiet=True))
    return {outcome.job.name: outcome for outcome in done}


def test_endless_cell_dead_kernel_and_good_page_side_by_side(clone):
    endless = clone.notebook("notebooks/week-01/01-endless.ipynb", "while True:\n    pass")
    dead = clone.notebook("notebooks/week-01/02-dead.ipynb", "import os\nos._exit(3)")
    page = "_ = sum(range(10_000_000))\nb'x' * 200_000_000 == b''"
    good = clone.notebook("notebooks/week-01/03-good.ipynb", page)
    done = outcomes(clone, endless, dead, good, timeout=6)
    assert "Timeout" in done[endless.as_posix()].error
    assert "died" in done[dead.as_posix()].error.lower()
    fine = done[good.as_posix()]
    assert not fine.error
    assert fine.cpu_seconds > 0.3 and fine.seconds > 0 and fine.peak_mb > 40


def test_work_of_a_program_that_outlives_its_kernel_is_counted(clone):
    spins = "import time\nwhile time.process_time() < 4: pass"
    page = (
        "import psutil, sys, time\n"
        f"program = psutil.Popen([sys.executable, '-c', {spins!r}], start_new_session=True)\n"
        "while sum(program.cpu_times()[:2]) < 2.5: time.sleep(0.1)"
    )
    done = outcomes(clone, clone.notebook("notebooks/week-01/01-outlives.ipynb", page))
    [outcome] = done.values()
    assert not outcome.error
    assert outcome.cpu_seconds > 1


def test_a_killed_worker_fails_what_is_left_by_name(clone):
    killer = clone.notebook("notebooks/week-01/01-killer.ipynb", "import os\nos.kill(os.getppid(), 9)")
    behind = clone.notebook("notebooks/week-01/02-behind.ipynb", "1")
    done = outcomes(clone, killer, behind, workers=1)
    assert set(done) == {killer.as_posix(), behind.as_posix()}
    assert all("worker process was killed" in outcome.error for outcome in done.values())


@pytest.fixture
def repository(clone):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", "-C", str(clone.top), *who, *arguments], check=True, capture_output=True)

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "empty")
    clone.git = git
    return clone


def test_soak_finds_the_page_that_flickers_and_only_changed_pages(repository):
    flickers = repository.notebook("notebooks/week-01/01-flickers.ipynb", "{*'abcdefghij'}.pop()")
    steady = repository.notebook("notebooks/week-01/02-steady.ipynb", "'always'")
    committed = repository.notebook("notebooks/week-01/03-committed.ipynb", "1")
    repository.git("add", committed.as_posix())
    repository.git("commit", "-q", "-m", "one")
    assert soak.changed(repository.top, "HEAD") == [flickers, steady]
    with pytest.raises(files.NotebookError, match="no-such-commit"):
        soak.changed(repository.top, "no-such-commit")
    for page, shown in ((flickers, "'never this'"), (steady, "'always'")):
        nb = repository.read(page)
        nb.cells[2].outputs = [new_output("execute_result", data={"text/plain": shown}, execution_count=2)]
        repository.write(page.as_posix(), files.dumps(nb))
    console = Console(record=True, width=200, force_terminal=False)
    assert not soak.soak(repository.top, [flickers, steady], minutes=0, seed=5, console=console)
    said = console.export_text()
    assert "round 1, seed 5" in said and f"{flickers}, code cell 2, text/plain" in said
    assert "1 rounds of 2 notebooks, 1 runs differed" in said


def test_the_command_line_ends_with_its_verdict(clone):
    done = subprocess.run(
        [sys.executable, "-c", "from seniorde.cli import main; main()", "verify"],
        cwd=clone.top,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed"


def test_bench_lays_out_twelve_pages_that_differ_and_stops_at_a_failing_tool(tmp_path):
    bench.lay_out(files.root(), tmp_path)
    pages = files.find(tmp_path, files.LESSONS)
    assert len({(tmp_path / page).read_bytes() for page in pages}) == 12
    commands = bench.commands(tmp_path)
    assert [len(each) for each in commands.values()] == [12, 1, 1, 1, 1]
    with pytest.raises(files.NotebookError, match="no tool failed"):
        fails = [sys.executable, "-c", "import sys; sys.exit('broken')"]
        bench._seconds("no tool", [fails], tmp_path, Console(quiet=True))


def test_bench_report_holds_ratio_and_distance():
    taken = dict(zip("abcvo", (60.0, 30.0, 10.0, 20.0, 5.0), strict=True))
    spent = 4.0 * bench.cores()
    ledger = {"notebooks": {"p": {"cpu_seconds": 1.5 * spent}}, "engines": {"postgres": spent}}
    said = bench.report(taken, ledger, 0.1)
    assert "Ratio 0.25" in said
    assert "verify takes 2.00 times the floor" in said
