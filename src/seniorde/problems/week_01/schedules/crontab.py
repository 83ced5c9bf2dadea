"""# A crontab for three jobs

Write the crontab of the user `etl`, for the classic cron of Linux and macOS, on a machine in UTC.
Each job is one program below the home folder, where cron starts its commands.

| program | runs |
|---|---|
| `bin/stock` | Monday to Saturday, at 10, 25, 40 and 55 minutes past every hour, from 06:10 to 21:55 |
| `bin/ledger` | at 05:30 on the 1st and on the 16th of every month, and on every Monday; once, if these meet |
| `bin/archive` | at 04:00 on the last day of every quarter |

What `bin/stock` prints, errors too, is appended to `log/stock-YYYY-MM-DD.log`, with the date at which it starts (`date +%F` prints it); both folders exist.
The other two write logs of their own.

For example, on Saturday 10 January 2026 `bin/stock` runs at 21:55 and not at 22:10, and nothing runs on the Sunday.
A job may have more than one line; comments and blank lines are fine.
Write the crontab as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

import re
from datetime import UTC, date, datetime, timedelta

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_01.schedules._meaning import MACROS, Unclear, cron

PROBLEM = LabProblem(
    id="w1-schedules-crontab",
    pattern="cron fields",
    difficulty="medium",
    minutes=15,
    points=3,
    hints={
        "One weekend": (
            "Each field is a set of numbers: write down the set before you look for its shortest spelling.",
            "{10, 25, 40, 55} begins at 10 and steps by 15; the classic cron wants a range before the step. 21:55 lies in the hour 21.",
            "When both day fields are restricted, cron runs on a day that satisfies either: one job wants exactly that, in one line.",
        ),
        "Two whole years": (
            "When both day fields are restricted, cron runs on a day that satisfies either. One job wants that.",
            "31 June does not exist: the quarters end on the 31st in two months and on the 30th in two others.",
        ),
        "The log of bin/stock": (
            "An unescaped `%` ends the command; what the shell gets of it stands in the report.",
            "The order of `>>` and `2>&1` matters: errors go where the output goes at that moment. And `>` begins the file anew.",
            '`bin/stock >> "log/stock-$(date +\\%F).log" 2>&1`',
        ),
    },
)

SOLVE = r"""
# min hour day month weekday
10-59/15 6-21 * * 1-6  bin/stock >> "log/stock-$(date +\%F).log" 2>&1
30 5 1,16 * 1          bin/ledger
0 4 31 3,12 *          bin/archive
0 4 30 6,9 *           bin/archive
"""

JOBS = {
    "stock": lambda t: t.isoweekday() <= 6 and 6 <= t.hour <= 21 and t.minute in (10, 25, 40, 55),
    "ledger": lambda t: (t.hour, t.minute) == (5, 30) and (t.day in (1, 16) or t.isoweekday() == 1),
    "archive": lambda t: (
        (t.hour, t.minute) == (4, 0) and t.month % 3 == 0 and (t + timedelta(days=1)).month != t.month
    ),
}
STUB = "#!/bin/sh\necho a line of $0\necho an error of $0 >&2\nexit 3\n"


def entries(crontab):
    """The time fields and the command of each line."""
    for line in crontab.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if setting := re.match(r"(\w+)\s*=\s*(.*)", line):
            if setting[1] in ("CRON_TZ", "TZ") and "UTC" not in setting[2].upper():
                raise Refused("zone", f"The machine is in UTC: `{line}` moves the jobs away from it.")
            continue
        count = 1 if line.startswith("@") else 5
        *fields, command = line.split(None, count) if len(line.split()) > count else (line, "")
        if not command:
            raise Refused("form", f"`{line}` has no command behind its {count} fields of time.")
        if line.startswith("@") and line.split()[0] not in MACROS:
            raise Refused("form", f"`{line.split()[0]}` is no time of day.")
        yield " ".join(fields), command


def jobs(crontab):
    """The lines of each program; the program is the first path in the command that is one of the three."""
    found = {name: [] for name in JOBS}
    for fields, command in entries(crontab):
        named = re.search(r"bin/(\w+)", command)
        if not named or named[1] not in found:
            raise Refused("form", f"`{command}` starts none of bin/stock, bin/ledger, bin/archive.")
        found[named[1]].append((fields, command))
    for name, lines in found.items():
        if not lines:
            raise Refused("form", f"No line starts bin/{name}.")
    return found


def firings(lines, year):
    """The minutes at which the lines of a job fire; each minute once."""
    found = set()
    for fields, _ in lines:
        try:
            at = cron(fields, year)
        except Unclear as unclear:
            raise Refused("form", f"cron refuses `{fields}`: {unclear}.") from None
        if twice := found & at:
            raise Refused("twice", f"Two lines start the same job at {min(twice):%A %d %B %Y, %H:%M}.")
        found |= at
    return found


def compare(name, got, wanted):
    if surplus := got - wanted:
        at = min(surplus)
        raise Refused("surplus", f"bin/{name} runs at {at:%A %d %B %Y, %H:%M}, and should not.",
                      surplus=f"{len(surplus)} runs in {at.year}")  # fmt: skip
    if missing := wanted - got:
        at = min(missing)
        raise Refused("missing", f"bin/{name} does not run at {at:%A %d %B %Y, %H:%M}, and should.",
                      missing=f"{len(missing)} runs in {at.year}")  # fmt: skip


def one_weekend(crontab):
    begin, end = datetime(2026, 1, 9), datetime(2026, 1, 12)
    minutes = [begin + timedelta(minutes=n) for n in range(3 * 24 * 60)]
    for name, lines in jobs(crontab).items():
        got = {at for at in firings(lines, 2026) if begin <= at < end}
        compare(name, got, {at for at in minutes if JOBS[name](at)})
    return "9 to 11 January 2026: every run as described."


def whole_years(crontab):
    total = 0
    for year in (2026, 2028):
        begin = datetime(year, 1, 1)
        days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        minutes = [begin + timedelta(minutes=5 * n) for n in range(days * 24 * 12)]
        for name, lines in jobs(crontab).items():
            wanted = {at for at in minutes if JOBS[name](at)}
            compare(name, firings(lines, year), wanted)
            total += len(wanted)
    return f"2026 and 2028: all {total:,} runs, no other, none twice."


def log_of_stock(crontab):
    for _, command in jobs(crontab)["stock"]:
        handed = re.split(r"(?<!\\)%", command)[0].replace(r"\%", "%")
        script = f"chmod +x bin/stock\n(\n{handed}\n)\n(\n{handed}\n)\n"
        days = [datetime.now(UTC).date()]
        ran = run_script(script, {"bin/stock": STUB, "log/.keep": ""})
        days.append(datetime.now(UTC).date())
        logs = {
            path: text.decode() for path, text in ran.files.items() if path not in ("bin/stock", "log/.keep")
        }
        shown = {"the shell gets": handed, "it says": ran.err.strip()[:200] or "nothing"}
        if "syntax" in ran.err.lower() or "unexpected" in ran.err.lower() or not ran.files:
            raise Refused("log", "The shell cannot read the command that cron hands to it.", **shown)
        if not {*logs} or not {*logs} <= {f"log/stock-{day}.log" for day in days}:
            raise Refused("log", "Run twice today, it leaves other files than the log of today.",
                          files=", ".join(logs) or "none", **shown)  # fmt: skip
        text = "".join(logs.values())
        for what, wanted in (("line", "a line of"), ("error", "an error of")):
            if text.count(wanted) != 2:
                raise Refused("log", f"Run twice, its log holds {text.count(wanted)} times the {what} that the "
                              "program prints, not 2 times.", **shown)  # fmt: skip
    return "Output and errors of two runs stand in the log of the day."


PARTS = {"One weekend": one_weekend, "Two whole years": whole_years, "The log of bin/stock": log_of_stock}

SPELT_OUT = variant(r"""
SHELL=/bin/sh
PATH=/usr/bin:/bin
10,25,40,55 6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21 * * mon,tue,wed,thu,fri,sat d=`date +\%Y-\%m-\%d`; exec bin/stock >>log/stock-$d.log 2>>log/stock-$d.log
30 5 1-31/15 2,4,6,9,11 mon    $HOME/bin/ledger
30 5 1,16 1,3,5,7,8,10,12 Mon  $HOME/bin/ledger
0 4 31 mar,dec *  bin/archive
0 4 30 Jun,Sep *  bin/archive
""")

UNESCAPED = wrong(
    "leaves the % unescaped: the shell gets half a command",
    r"""
10-59/15 6-21 * * 1-6  bin/stock >> "log/stock-$(date +%F).log" 2>&1
30 5 1,16 * 1          bin/ledger
0 4 31 3,12 *          bin/archive
0 4 30 6,9 *           bin/archive
""",
    fails="log",
    passes_examples=True,
)

ERRORS_TO_THE_MAIL = wrong(
    "sends the errors where the output went before: to cron's mail",
    r"""
10-59/15 6-21 * * 1-6  bin/stock 2>&1 >> log/stock-$(date +\%F).log
30 5 1,16 * 1          bin/ledger
0 4 31 3,12 *          bin/archive
0 4 30 6,9 *           bin/archive
""",
    fails="log",
    passes_examples=True,
)

OVERWRITES = wrong(
    "begins the day's log anew at every run",
    r"""
10-59/15 6-21 * * 1-6  bin/stock > log/stock-$(date +\%F).log 2>&1
30 5 1,16 * 1          bin/ledger
0 4 31 3,12 *          bin/archive
0 4 30 6,9 *           bin/archive
""",
    fails="log",
    passes_examples=True,
)

TWO_LINES = wrong(
    "starts the ledger twice on a Monday that is the 1st or the 16th",
    r"""
10-59/15 6-21 * * 1-6  bin/stock >> log/stock-$(date +\%F).log 2>&1
30 5 1,16 * *          bin/ledger
30 5 * * 1             bin/ledger
0 4 31 3,12 *          bin/archive
0 4 30 6,9 *           bin/archive
""",
    fails="twice",
)

NO_31_JUNE = wrong(
    "asks for the 31st in all four months",
    r"""
10-59/15 6-21 * * 1-6  bin/stock >> log/stock-$(date +\%F).log 2>&1
30 5 1,16 * 1          bin/ledger
0 4 31 3,6,9,12 *      bin/archive
""",
    fails="missing",
    passes_examples=True,
)

ONE_HOUR_MORE = wrong(
    "reads 21:55 as 'until 22' and runs on to 22:55",
    r"""
10-59/15 6-22 * * 1-6  bin/stock >> log/stock-$(date +\%F).log 2>&1
30 5 1,16 * 1          bin/ledger
0 4 31 3,12 *          bin/archive
0 4 30 6,9 *           bin/archive
""",
    fails="surplus",
)

STEP_FROM_A_NUMBER = wrong(
    "steps from a single number, which the classic cron refuses",
    r"""
10/15 6-21 * * 1-6  bin/stock >> log/stock-$(date +\%F).log 2>&1
30 5 1,16 * 1       bin/ledger
0 4 31 3,12 *       bin/archive
0 4 30 6,9 *        bin/archive
""",
    fails="form",
)

NOTES = """
**Why it holds**: a line is five sets, and the two day fields are joined by OR when neither begins with a star.
`30 5 1,16 * 1` wants exactly that; everywhere else one of the two stays a star.

**Pitfall**: `%` is cron's line feed.
The command is cut there without a warning, and the job that worked in the terminal fails at night.
Put anything longer than a call into a script of its own, where `%` is a percent sign, and which can be tested.

**Alternative**: `0 4 28-31 3,6,9,12 * [ "$(date -d tomorrow +\\%d)" = 01 ] && bin/archive` finds the last day of any month, with GNU's `date` only.
In systemd, `OnCalendar=*-03,06,09,12~01 04:00` counts days from the end of the month.

**At work**: a crontab edited on the machine is lost with the machine.
Keep it in the repository and install it with `crontab file`, or write timers.
"""
