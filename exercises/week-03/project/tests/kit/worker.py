"""Runs commands one after the other in one process, so that a JVM starts once and not for each of them.

A request is a line of JSON; the answer is a line with the exit code. As on Databricks and in a Glue job, a
SparkSession is there before the command begins.
"""

import json
import os
import runpy
import sys
import traceback
from pathlib import Path

# Plans of small tables: nothing here changes a result.
QUICK = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.files.openCostInBytes": "0",
}


def session(project: Path) -> None:
    """Make a session, or make sure that it is still there, if the project has to do with Spark at all."""
    if any("pyspark" in path.read_text(encoding="utf-8") for path in project.glob("src/**/*.py")):
        from seniorde import labs
        from seniorde.labs import _spark

        _spark.MEMORY = "-Xmx640m"  # all that a submission runs has 2 GB
        labs.spark(QUICK)


def called(project: Path, request: dict) -> int:
    """Return the exit code of a command, as Python itself would choose it."""
    try:
        if request["script"]:
            sys.argv = [request["script"], *request["arguments"]]
            runpy.run_path(str(project / request["script"]), run_name="__main__")
            return 0
        from lakehouse.cli import main

        return main(list(request["arguments"]))
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1


def main() -> None:
    """Answer requests until there are no more."""
    project, answers = Path(sys.argv[1]), os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        request = json.loads(line)
        for name in [name for name in os.environ if name.startswith("LAKEHOUSE_")]:
            del os.environ[name]
        os.environ |= request["variables"]
        for number, path in ((1, request["out"]), (2, request["err"])):
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, number)
            os.close(file)
        session(project)
        code = called(project, request)
        sys.stdout.flush()
        sys.stderr.flush()
        print(json.dumps(code), file=answers, flush=True)


if __name__ == "__main__":
    main()
