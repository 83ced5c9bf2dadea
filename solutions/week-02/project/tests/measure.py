"""Prints the figures of the README: run it where the book is installed, `make measure`."""

import json
import os
import shutil
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from itertools import groupby
from pathlib import Path

import duckdb

from orderlake import cli

DAYS, SCALE = slice(6, 13), float(os.environ.get("SCALE", "1"))  # 7 to 13 October
DAY = "2025-10-10"


def timed(*arguments: object) -> tuple[float, str]:
    """Run a command; return CPU seconds of this process and what it printed."""
    out, err, cpu = StringIO(), StringIO(), time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main([str(argument) for argument in arguments])
    assert code == 0, err.getvalue()[-500:]
    return time.process_time() - cpu, out.getvalue()


def main() -> None:
    """Deliver a week to the book's AWS and print the tables."""
    from seniorde import datasets, labs
    from seniorde.datasets._extensions import extension_file

    session, folder = labs.aws(), Path(tempfile.mkdtemp(prefix="orderlake-"))
    s3 = session.client("s3")
    s3.create_bucket(Bucket="orderlake-measure")
    [(platform,)] = duckdb.sql("PRAGMA platform").fetchall()
    place = folder / "home/.duckdb/extensions" / extension_file("httpfs").parent.name / platform
    place.mkdir(parents=True)
    (place / "httpfs.duckdb_extension").symlink_to(extension_file("httpfs"))
    os.environ |= {"AWS_ENDPOINT_URL": s3.meta.endpoint_url, "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "HOME": str(folder / "home")}
    os.environ |= {"ORDERLAKE_BUCKET": "orderlake-measure", "ORDERLAKE_MAX_ORPHANS": "1"}
    datasets.files("marketplace", folder / "all", scale=SCALE)
    for source in ("shop/orders", "psp/payments", "crm/customers"):
        for day in sorted((folder / "all" / source).iterdir())[DAYS]:
            shutil.copytree(day, folder / "week" / source / day.name)
    print("| step | CPU seconds |\n|---|---|")
    for step, *arguments in (
        ("ingest, 7 days", "ingest", folder / "week"),
        ("build, 10 dates", "build"),
        ("build again, nothing stale", "build"),
        ("backfill of one date", "build", DAY),
    ):
        print(f"| {step} | {timed(*arguments)[0]:.1f} |")
    print(json.dumps(json.loads(timed("cost", DAY)[1])))
    found = s3.get_paginator("list_objects_v2").paginate(Bucket="orderlake-measure").search("Contents")
    for layer, objects in groupby(found, key=lambda one: one["Key"].split("/")[0]):
        sizes = [one["Size"] for one in objects]
        print(f"| {layer} | {len(sizes)} | {sum(sizes):,} |")
    labs.reset()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
