"""The command line: load, transform, run, replay, report, status, and their exit codes."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from logmart import metrics, report
from logmart.config import Config, UsageError, from_environment
from logmart.database import DatabaseError, alone
from logmart.events import emit
from logmart.load import load
from logmart.transform import GateError, reconciliation, replay, transform

DONE, BAD_DATA, USED_WRONGLY, NO_DATABASE = range(4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; a closing sentence says why it is not 0."""
    options = _parser().parse_args(arguments)
    try:
        config = from_environment()
        if "folder" in options and not options.folder.is_dir():
            raise UsageError(
                f"{options.folder} is no folder: name the one that holds a folder for each server."
            )
        return _do(options, config)
    except UsageError as error:
        return _close(error, USED_WRONGLY)
    except DatabaseError as error:
        return _close(error, NO_DATABASE)
    except GateError as error:
        return _close(error, BAD_DATA)


def _do(options: argparse.Namespace, config: Config) -> int:
    match options.command:
        case "status":
            print(json.dumps(alone(config, report.status)))
            return DONE
        case "report":
            print(alone(config, report.text))
            return DONE
    started = time.monotonic()
    unreadable: list[str] = []
    if options.command in ("load", "run"):
        unreadable = alone(config, lambda con: load(con, options.folder))
    if options.command == "replay":
        alone(config, replay)
    if options.command != "load":
        _transform(config, started)
    emit("done", command=options.command, seconds=round(time.monotonic() - started, 3))
    if unreadable:
        raise GateError(
            f"{', '.join(unreadable)} cannot be read to the end: ship them again, then run again."
        )
    return DONE


def _transform(config: Config, started: float) -> None:
    succeeded = False
    try:
        alone(config, lambda con: transform(con, config))
        succeeded = True
    finally:
        if config.metrics and not isinstance(sys.exception(), DatabaseError):
            logs = alone(config, reconciliation)
            metrics.write(config.metrics, logs, time.monotonic() - started, succeeded)


def _close(error: Exception, code: int) -> int:
    print(error, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="logmart", description="Logs into PostgreSQL tables that can be trusted."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("load", "stage the files of a folder that are not staged yet"),
        ("transform", "clean what is staged, check the gate, publish the marts"),
        ("run", "load, then transform"),
        ("replay", "clean and publish everything anew from staging"),
        ("report", "show the marts of the last day"),
        ("status", "print the counts as JSON"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name in ("load", "run"):
            command.add_argument("folder", type=Path, metavar="FOLDER")
    return parser
