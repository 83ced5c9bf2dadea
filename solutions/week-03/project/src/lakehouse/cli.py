"""The command line: what can be asked, and how it ends."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lakehouse.config import Config, UsageError, from_environment
from lakehouse.events import Log
from lakehouse.lock import LockedError, alone

DONE, BAD_DATA, USED_WRONGLY, NOT_NOW = range(4)
COMMANDS = {
    "ingest": "append new files of a delivered folder to bronze",
    "silver": "merge new batches of bronze into silver, set bad lines aside",
    "gold": "make the marts anew if the gates let them through",
    "run": "ingest, silver, gold",
    "replay": "make silver and gold from bronze alone",
    "forget": "take the personal data of deleted customers out of all files",
    "maintain": "write small files together, delete old versions",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; a closing sentence says why it is not 0."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse has said what is wrong
        return int(end.code or 0)
    try:
        config = from_environment()
        if "folder" in options and not options.folder.is_dir():
            raise UsageError(f"{options.folder} is no folder: name the one that was delivered.")
        with alone(config.root, config.wait):
            return _do(options, config)
    except UsageError as error:
        return _close(error, USED_WRONGLY)
    except LockedError as error:
        return _close(error, NOT_NOW)
    except OSError as error:
        return _close(f"{error}: check LAKEHOUSE_ROOT, LAKEHOUSE_LOG and the folder.", NOT_NOW)


def _do(options: argparse.Namespace, config: Config) -> int:
    # Spark, deltalake and pyarrow take seconds to load: whoever used the command wrongly need not wait.
    from deltalake.exceptions import DeltaError
    from pyspark.errors import PySparkException

    from lakehouse.bronze import ingest
    from lakehouse.checkpoints import Checkpoints
    from lakehouse.forget import redact
    from lakehouse.gold import GateError, publish
    from lakehouse.session import session
    from lakehouse.silver import merge
    from lakehouse.tables import Tables

    command, log, done = options.command, Log(config.log), Checkpoints(config.root)
    tables = Tables(session(), config.root)
    again = command in ("replay", "forget")
    try:
        if command in ("ingest", "run"):
            ingest(tables, options.folder.absolute(), log)
        if command == "forget":
            redact(tables, log)
        if again:
            done.put(silver=0)  # a kill from here on leaves work for the next command
        if command == "replay":
            done.put(gold=0)
        if command in ("silver", "run") or again:
            merge(tables, done, log, afresh=again)
        if command in ("gold", "run", "replay"):
            publish(tables, done, config, log)
        if command in ("maintain", "forget"):
            _maintain(tables, log, hours=0 if command == "forget" else 168)
    except GateError as error:
        return _close(error, BAD_DATA)
    except (DeltaError, PySparkException) as error:
        reason = " ".join(str(error).split())[:300]
        return _close(f"The tables below {config.root} cannot be used: {reason}", NOT_NOW)
    return DONE


def _maintain(tables: "Tables", log: Log, hours: int) -> None:  # type: ignore[name-defined]  # noqa: F821
    for name in tables.names():
        with log.step("maintain") as facts:
            facts |= {"table": name, "compacted": tables.compact(name), "deleted": tables.vacuum(name, hours)}


def _close(error: object, code: int) -> int:
    print(error, file=sys.stderr, flush=True)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lakehouse", description="Change feeds into tables to be trusted.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name in ("ingest", "run"):
            command.add_argument("folder", type=Path, metavar="FOLDER")
    return parser
