"""The command line: what can be asked; nothing of it is written yet."""

import argparse
import sys


def main() -> int:
    """Read the command line, say that the command is still to be written, return the exit code."""
    parser = argparse.ArgumentParser(prog="logmart", description="Logs into tables that can be trusted.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("load", "stage the files of a folder that are not staged yet"),
        ("transform", "clean what is staged, check the gate, publish the marts"),
        ("run", "load, then transform"),
        ("status", "print the counts as JSON"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name in ("load", "run"):
            command.add_argument("folder", metavar="FOLDER")
    options = parser.parse_args()
    print(
        f"logmart {options.command} is not written yet: begin with step 1 of How to begin in the README.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
