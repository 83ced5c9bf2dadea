"""Prints the load test of the README: rows a second and peak memory at 1×, 10×, 100×; `make load`."""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from conftest import customer, deliver, order
from lakehouse import cli

BASE = int(os.environ.get("BASE", "1000"))  # lines at 1×
FACTORS = (1, 10, 100)


def feed(folder: Path, lines: int, since: int = 0) -> Path:
    """Write a feed of ten days: a tenth customers, duplicates and disorder as in the generator's."""
    rng = random.Random(lines)
    for day in range(1, 11):
        share = lines // 10
        people, orders = [], []
        for number in range(share):
            lsn, on = since + day * lines + number * 3, day + (10 if since else 0)
            if number % 10 == 0:
                key = rng.randrange(max(lines // 50, 1))
                segment = rng.choice(("new", "regular", "vip"))
                people.append(customer("u", lsn, key, on, segment=segment, email=f"c{key}@mail.example"))
            else:
                key = rng.randrange(lines)
                orders.append(order("c", lsn, key, on, customer_id=rng.randrange(max(lines // 50, 1))))
        for part in (people, orders):
            part += rng.sample(part, len(part) // 30)
            rng.shuffle(part)
        deliver(folder, on, name=f"load-{since}", customers=people, orders=orders)
    return folder


def one(factor: int) -> None:
    """Measure one factor in this process, after a warm-up, and print its figures."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {"LAKEHOUSE_MAX_ORPHANS": "1"}
        figures: dict[str, object] = {"factor": factor}
        for name, lines, since in (("warm", 500, 0), ("first", BASE * factor, 0), ("late", BASE, 10**9)):
            lake = "warm" if name == "warm" else "lake"
            log = Path(scratch, f"{name}.log")
            os.environ |= {"LAKEHOUSE_ROOT": f"{scratch}/{lake}", "LAKEHOUSE_LOG": str(log)}
            folder = feed(Path(scratch, name), lines, since)
            before = cpu_seconds()
            assert cli.main(["run", str(folder)]) == 0
            spent = cpu_seconds() - before
            steps = [json.loads(line) for line in log.read_text().splitlines()]
            done = {step["step"]: step for step in steps if step["event"] == "done"}
            figures[name] = {
                "lines": done["ingest"]["rows"],
                "cpu": spent,
                **{step: done[step]["seconds"] for step in ("ingest", "silver", "gold")},
            }
        print(json.dumps(figures | {"peak_mb": peak_mb()}))


def family() -> list[Path]:
    """Return the folders in /proc of this process and of the JVM below it; none where there is no /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if str(os.getpid()) in (folder.name, parent):
            found.append(folder)
    return found


def cpu_seconds() -> float:
    """Return the CPU seconds that they have used."""
    ticks = [(folder / "stat").read_text().rpartition(")")[2].split()[11:13] for folder in family()]
    return sum(int(one) for pair in ticks for one in pair) / os.sysconf("SC_CLK_TCK")


def peak_mb() -> int:
    """Return the greatest resident memory that they have had, added up."""
    lines = [line for one in family() for line in (one / "status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main() -> None:
    """Measure each factor in a process of its own and print the table."""
    print("| | lines | ingest s | silver s | gold s | lines/s | CPU s | lines/CPU s | 1× more: s | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for factor in FACTORS:
        command = [sys.executable, __file__, str(factor)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        first, late = found["first"], found["late"]
        seconds = [first[step] for step in ("ingest", "silver", "gold")]
        after = sum(late[step] for step in ("ingest", "silver", "gold"))
        cells = [f"{factor}×", f"{first['lines']:,}", *(f"{one:.1f}" for one in seconds)]
        cells += [f"{first['lines'] / sum(seconds):,.0f}", f"{first['cpu']:.1f}"]
        cells += [f"{first['lines'] / max(first['cpu'], 0.01):,.0f}", f"{after:.1f}", f"{found['peak_mb']:,}"]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    one(int(sys.argv[1])) if len(sys.argv) > 1 else main()
