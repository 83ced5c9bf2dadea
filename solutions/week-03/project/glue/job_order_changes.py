"""The entry of the Glue job: parameters in, metrics out; what it does stands in `lakehouse.job`.

On Glue `awsglue` is there: it reads the parameters and wraps the context. Elsewhere argparse reads the same
ones, and the session is a local one. The bookmark is the package's own in both places.
"""

import argparse
import json
import sys
from datetime import date
from typing import Any

from lakehouse.job import Parameters, run
from lakehouse.session import session

REQUIRED, OPTIONAL = ("JOB_NAME", "source", "target"), ("day",)
OPTIONS = ("job-bookmark-enable", "job-bookmark-disable")


def resolved(arguments: list[str]) -> dict[str, Any]:
    """Return the parameters, read by Glue's own function where there is one."""
    try:
        from awsglue.utils import getResolvedOptions
    except ImportError:
        parser = argparse.ArgumentParser(description="Order changes as Parquet by day of delivery.")
        for name in REQUIRED:
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--day", type=day)
        parser.add_argument("--job-bookmark-option", choices=OPTIONS, default=OPTIONS[0])
        return vars(parser.parse_args(arguments))
    given = [name for name in OPTIONAL if f"--{name}" in arguments]
    found: dict[str, Any] = getResolvedOptions([sys.argv[0], *arguments], [*REQUIRED, *given])
    return found


def day(text: str) -> str:
    """Return a date as the folders say it."""
    if str(date.fromisoformat(text)) != text:
        raise ValueError(text)
    return text


def main() -> None:
    """Run the job and print its metrics as a line of JSON."""
    found = resolved(sys.argv[1:])
    option = found.get("job_bookmark_option") or OPTIONS[0]
    given = Parameters(
        name=found["JOB_NAME"],
        source=found["source"].rstrip("/"),
        target=found["target"].rstrip("/"),
        day=found.get("day"),
        bookmark=option == OPTIONS[0],
    )
    print(json.dumps(run(session(), given)), flush=True)


if __name__ == "__main__":
    main()
