"""The command line: ingest, build, run, cost, deploy, and their exit codes."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from orderlake import cost, deploy, metrics
from orderlake.build import GateError, Outcome, build
from orderlake.config import Config, UsageError, from_environment
from orderlake.deliveries import ingest
from orderlake.events import emit
from orderlake.lake import UNREACHABLE, Lake
from orderlake.marts import DbtError

DONE, BAD_DATA, USED_WRONGLY, NO_SERVICE = range(4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; a closing sentence says why it is not 0."""
    options = _parser().parse_args(arguments)
    try:
        config = from_environment()
        if "folder" in options and not options.folder.is_dir():
            raise UsageError(f"{options.folder} is no folder: name the one that was delivered.")
        lake = Lake(config.bucket)
        lake.check()
        _do(options, config, lake)
    except UsageError as error:
        return _close(error, USED_WRONGLY)
    except GateError as error:
        return _close(error, BAD_DATA)
    except UNREACHABLE as error:
        reason = " ".join(str(error).split())
        return _close(f"AWS does not do what is asked: {reason} Check endpoint, keys and bucket.", NO_SERVICE)
    except OSError as error:  # a folder that cannot be read, metrics or docs that cannot be written
        return _close(f"{error}: check the folder, ORDERLAKE_METRICS and ORDERLAKE_DOCS.", USED_WRONGLY)
    except DbtError as error:
        return _close(f"{error} Mend the dbt project, then run again.", NO_SERVICE)
    return DONE


def _do(options: argparse.Namespace, config: Config, lake: Lake) -> None:
    if options.command == "cost":
        print(json.dumps(cost.question(lake, options.date)))
        return
    if options.command == "deploy":
        print(json.dumps(deploy.deploy(config)))
        return
    started = time.monotonic()
    if options.command in ("ingest", "run"):
        ingest(lake, options.folder)
    if options.command in ("build", "run"):
        outcome = build(lake, config, getattr(options, "dates", ()))
        seconds = time.monotonic() - started
        if config.metrics:
            metrics.write(config.metrics, outcome, seconds)
        emit("done", seconds=round(seconds, 3), published=len(outcome.published), failed=len(outcome.failed))
        _judge(outcome)


def _judge(outcome: Outcome) -> None:
    if outcome.failed:
        said = "; ".join(f"{day}: {', '.join(tests)}" for day, tests in sorted(outcome.failed.items()))
        raise GateError(
            f"Not published, because dbt's tests fail ({said}): look below quarantine/batches/, "
            "mend the delivery, then run again."
        )


def _close(error: object, code: int) -> int:
    print(error, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="orderlake", description="Deliveries into a lake to be trusted.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("ingest", "copy a delivered folder to bronze"),
        ("build", "build the dates named, or every stale one, and publish what passes the gates"),
        ("run", "ingest, then build every stale date"),
        ("cost", "print the bytes that one question reads from each layer"),
        ("deploy", "make the function that bronze calls, with topic, crawler and dead letters"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name in ("ingest", "run"):
            command.add_argument("folder", type=Path, metavar="FOLDER")
        if name == "build":
            command.add_argument("dates", nargs="*", type=date.fromisoformat, metavar="DATE")
        if name == "cost":
            command.add_argument("date", type=date.fromisoformat, metavar="DATE")
    return parser
