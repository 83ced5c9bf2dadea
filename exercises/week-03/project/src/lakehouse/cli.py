"""The command line: what can be asked; nothing of it is written yet."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

COMMANDS = {
    "ingest": "append the lines of new files to bronze",
    "silver": "bring silver and the quarantine up to bronze",
    "gold": "make the marts anew if the gates let them through",
    "run": "ingest, silver, gold",
    "replay": "make quarantine, silver and gold anew from bronze alone",
    "forget": "take the personal data of deleted customers out of every file",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, say that the command is still to be written, return an exit code."""
    parser = argparse.ArgumentParser(prog="lakehouse", description="Change feeds into tables to be trusted.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name in ("ingest", "run"):
            command.add_argument("folder", type=Path, metavar="FOLDER")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as end:  # argparse has said what is wrong
        return int(end.code or 0)
    print(
        f"lakehouse {options.command} is not written yet: begin with the first milestone in the README.",
        file=sys.stderr,
    )
    return 4
