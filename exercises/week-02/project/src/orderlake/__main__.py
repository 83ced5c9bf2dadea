"""The command line: what can be asked; nothing of it is written yet."""

import argparse
import sys
from datetime import date
from pathlib import Path


def main() -> int:
    """Read the command line, say that the command is still to be written, return an exit code."""
    parser = argparse.ArgumentParser(prog="orderlake", description="Deliveries into a lake to be trusted.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("ingest", "copy a delivered folder to bronze"),
        ("build", "build the dates named, or every stale one, and publish what passes the gates"),
        ("run", "ingest, then build"),
        ("cost", "print the bytes that one question reads from each layer"),
        ("deploy", "make the function that bronze calls and what it needs"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name in ("ingest", "run"):
            command.add_argument("folder", type=Path, metavar="FOLDER")
        if name == "build":
            command.add_argument("dates", nargs="*", type=date.fromisoformat, metavar="DATE")
        if name == "cost":
            command.add_argument("date", type=date.fromisoformat, metavar="DATE")
    options = parser.parse_args()
    print(
        f"orderlake {options.command} is not written yet: begin with step 1 of How to begin in the README.",
        file=sys.stderr,
    )
    return 4


if __name__ == "__main__":
    sys.exit(main())
