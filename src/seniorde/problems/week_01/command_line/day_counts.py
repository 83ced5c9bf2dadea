"""# Events a day

Write the command line `day_counts` as a function of its arguments, as `main(argv)` is:

```
day_counts [--since DAY] FILE
```

`FILE` holds lines `event_id,day,cents` without a header, in UTF-8; `-` stands for standard input.
It prints one line for each day that has events, the days in ascending order: the day, a tab, the number of events.

- With `--since DAY` only days from that day on are printed. Without the flag, the environment variable `DAY_COUNTS_SINCE` says it, if it is set and not empty; without both, all days are printed.
- A line ends with a line feed, or with a carriage return and a line feed, as files from Windows do; no other carriage return occurs, and no field is quoted.
- A line is *bad* unless it has exactly three fields, a day that exists, written exactly as `YYYY-MM-DD` (so neither `2026-3-1` nor `20260301`), and as cents an optional minus and one or more digits, nothing else (so neither `+5` nor `1_000`).
  A digit is one of `0` to `9`.
- A bad line is not counted. It is named on standard error, with the words `line N`, the first line being 1.
- A wrong call (an unknown option, no file named, a day that is none as flag or, if the flag does not stand, in the variable, a file that cannot be opened) prints a sentence on standard error and nothing on standard output.

The exit code is 0 if all went well, 1 if some lines were bad, 2 for a wrong call.
Return it, or leave by `SystemExit` as `argparse` does.
Standard output holds the counts and nothing else.

With `events.csv`

```
e1,2026-03-02,500
e2,2026-03-01,1250
e3,2026-03-02,-500
e4,yesterday,99
```

`day_counts(["events.csv"])` has the exit code 1, names `line 4` on standard error, and prints

```
2026-03-01	1
2026-03-02	2
```
"""

import argparse
import io
import os
import re
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-command-line-day-counts",
    pattern="argparse",
    difficulty="medium",
    minutes=30,
    points=4,
    order=2,
    hints={
        "As in the statement": (
            "Let `argparse` take `--since` and `FILE`; `parse_args(argv)` gets the list that you are called with.",
            "One counter for the days, made inside the call; complaints go to standard error with `print(…, file=sys.stderr)`.",
            "Print the days in order after the last line, and return 1 if any line was bad.",
        ),
        "Bad lines": (
            "What merely *parses* is not yet right: `int` takes blanks, underscores and a plus, and more than one form is a day to `date.fromisoformat`.",
            "`date.fromisoformat` takes more than one form (`20260301` too), `strptime` takes `2026-3-1`: compare `date.isoformat()` with the text.",
            '`re.fullmatch("-?[0-9]+", cents)`: `\\d` would take the digits of other scripts, too.',
            'Open with `encoding="utf-8"`; a text file that is opened without `newline=` has no carriage returns any more.',
        ),
        "Since when": (
            "`-` means `sys.stdin`. The flag wins over the variable, also when the variable holds no day.",
            "A *text* given as `default` goes through `type` as well, but only when the flag does not stand: `default=os.environ.get(…) or None`.",
            "Read the environment inside the call, not when the module is loaded.",
        ),
        "Wrong calls": (
            "A function as `type` that raises `argparse.ArgumentTypeError` ends in exit code 2; an empty text is no day either.",
            "Catch `OSError` around the opening and `return 2`; print nothing before you know that you can.",
        ),
    },
)

EXAMPLE = "e1,2026-03-02,500\ne2,2026-03-01,1250\ne3,2026-03-02,-500\ne4,yesterday,99\n"


def run(function, arguments, text="", variable=None):
    """Exit code, standard output and standard error of the command; FILE in `arguments` holds the text."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    written = out.buffer, err.buffer
    before = sys.stdin, os.environ.pop("DAY_COUNTS_SINCE", None), Path.cwd()
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        file = Path(folder) / "events.csv"
        file.write_text(text, "utf-8")
        argv = [str(file) if word == "FILE" else word for word in arguments]
        sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
        if variable is not None:
            os.environ["DAY_COUNTS_SINCE"] = variable
        os.chdir(folder)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = call(function, argv)
        except SystemExit as ended:
            code = ended.code
        finally:
            os.chdir(before[2])
            sys.stdin = before[0]
            os.environ.pop("DAY_COUNTS_SINCE", None)
            if before[1] is not None:
                os.environ["DAY_COUNTS_SINCE"] = before[1]
    texts = [b"" if s.closed else s.getvalue() for s in written]
    return code or 0 if not isinstance(code, str) else 1, *(t.decode("utf-8", "replace") for t in texts)


def expected(text, since=""):
    """The counts as they are printed, and the numbers of the bad lines: by one regular expression."""
    good = re.compile(r"[^,]*,(\d{4})-(\d\d)-(\d\d),-?\d+\r?", re.ASCII)
    days, bad = [], []
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        found = good.fullmatch(line)
        longest = found and [31, 28 + (int(found[1]) % 4 == 0), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if found and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= longest[int(found[2]) - 1]:
            days.append("-".join(found.groups()))
        else:
            bad.append(number)
    kept = sorted(day for day in set(days) if day >= since)
    return "".join(f"{day}\t{days.count(day)}\n" for day in kept), bad


def agree(function, arguments, text, since="", variable=None):
    """Refuse unless code, output and complaints are what they have to be."""
    code, out, err = run(function, arguments, text, variable)
    counts, bad = expected(text, since)
    shown = {"called with": " ".join(arguments), "the file": text[:300]}
    if variable is not None:
        shown["DAY_COUNTS_SINCE"] = variable
    if out != counts:
        raise Refused(
            "output", "Standard output differs.", **shown, expected=counts or "(nothing)", got=out[:300]
        )
    if code != bool(bad):
        raise Refused("code", f"The exit code is {code!r}; {int(bool(bad))} is right.", **shown)
    named = [int(number) for number in re.findall(r"line (\d+)", err)]
    if sorted(set(named)) != bad:
        raise Refused(
            "complaints",
            "Standard error does not name the bad lines.",
            **shown,
            expected=", ".join(f"line {n}" for n in bad) or "(nothing)",
            got=err[:300] or "(nothing)",
        )


def example(function):
    agree(function, ["FILE"], EXAMPLE)
    agree(function, ["FILE"], "".join(EXAMPLE.splitlines(keepends=True)[:3]))
    return "Counts, complaint and exit code are right, with the bad line and without it."


BAD = ["e,2026-3-1,5", "e,20260301,5", "e,2026-02-29,5", "e,2026-03-01,5.5", "e,2026-03-01,", "e,2026-03-01",
       "e,2026-03-01,5,6", "", "e,2026-13-01,5", "e, 2026-03-01,5", "e,2026-W09-1,5", "day,of,events",
       "e,2026-03-01,1_000", "e,2026-03-01, 5", "e,2026-03-01,5 ", "e,2026-03-01,+5", "e,2026-03-01,--5",
       "e,2026-03-01,-", "e,2026-03-01,\u0665", "e,2026-03-01,\u00b2", "e,\u0662026-03-01,5"]  # fmt: skip


def bad_lines(function):
    for line in BAD:
        agree(function, ["FILE"], f"e1,2026-03-01,5\n{line}\ne3,2028-02-29,7\n")
    agree(function, ["FILE"], "".join(line + "\n" for line in BAD))
    agree(function, ["FILE"], "")
    agree(function, ["FILE"], "é,2026-03-01,5\n\u2028,2026-03-01,5\n")
    agree(function, ["FILE"], "e1,2026-03-01,007\ne2,2026-03-01,-0\n")
    for argument in ("FILE", "-"):
        agree(function, [argument], "e1,2026-03-01,5\r\n\r\ne3,2026-03-02,-5\r\n")
    return f"{len(BAD)} kinds of bad lines, an empty file, and none that is only unusual."


def since(function):
    text = "".join(f"e{n},2026-03-{n % 28 + 1:02},{n}\n" for n in range(0, 300, 7)) + "x\n"
    for arguments in (["--since", "2026-03-10", "FILE"], ["FILE", "--since=2026-03-10"]):
        agree(function, arguments, text, "2026-03-10")
    agree(function, ["-"], text)
    agree(function, ["-", "--since", "2027-01-01"], text, "2027-01-01")
    agree(function, ["FILE"], text, "2026-03-20", variable="2026-03-20")
    agree(function, ["--since", "2026-03-10", "FILE"], text, "2026-03-10", variable="2026-03-20")
    agree(function, ["--since", "2026-03-10", "-"], text, "2026-03-10", variable="soon")
    agree(function, ["FILE"], text, variable="")
    agree(function, ["FILE"], text)
    return "File and standard input; the flag before the variable, the variable before nothing."


def wrong_calls(function):
    calls = [
        ([], None),
        (["FILE", "--untill", "2026-03-01"], None),
        (["FILE", "--since", "soon"], None),
        (["FILE", "--since", "2026-3-1"], None),
        (["FILE", "--since", "2026-02-30"], None),
        (["FILE", "--since", ""], None),
        (["FILE"], "soon"),
        (["nothing.csv"], None),
        (["."], None),
    ]
    for arguments, variable in calls:
        code, out, err = run(function, arguments, EXAMPLE, variable)
        shown = {"called with": " ".join(arguments) or "(no argument)"}
        if variable is not None:
            shown["DAY_COUNTS_SINCE"] = variable
        if out:
            raise Refused("output", "A wrong call prints on standard output.", **shown, got=out[:300])
        if code != 2:
            raise Refused("code", f"The exit code of a wrong call is {code!r}; 2 is right.", **shown)
        if not err.strip():
            raise Refused("complaints", "A wrong call says nothing on standard error.", **shown)
    return f"{len(calls)} wrong calls end with code 2 and a sentence."


PARTS = {
    "As in the statement": example,
    "Bad lines": bad_lines,
    "Since when": since,
    "Wrong calls": wrong_calls,
}


def solve(argv):
    def day(text):
        try:
            if date.fromisoformat(text).isoformat() == text:
                return text
        except ValueError:
            pass
        raise argparse.ArgumentTypeError(f"a day such as 2026-03-01, not {text!r}")

    parser = argparse.ArgumentParser(prog="day_counts")
    parser.add_argument("--since", type=day, default=os.environ.get("DAY_COUNTS_SINCE") or "0001-01-01")
    parser.add_argument("file", metavar="FILE")
    args = parser.parse_args(argv)

    counts, bad = Counter(), False
    try:
        with sys.stdin if args.file == "-" else open(args.file, encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    _, when, cents = line.rstrip("\n").split(",")
                    if not re.fullmatch("-?[0-9]+", cents):
                        raise ValueError(f"a whole number of cents, not {cents!r}")
                    counts[day(when)] += 1
                except (ValueError, argparse.ArgumentTypeError) as error:
                    bad = True
                    print(f"day_counts: line {number}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"day_counts: {args.file}: {error.strerror}", file=sys.stderr)
        return 2
    for when in sorted(counts):
        if when >= args.since:
            print(when, counts[when], sep="\t")
    return int(bad)


@variant
def by_exit(argv):
    shape = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

    def is_day(text):
        try:
            return bool(shape.fullmatch(text)) and bool(date(*map(int, text.split("-"))))
        except ValueError:
            return False

    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--since")
    args = parser.parse_args(argv)
    first = os.environ.get("DAY_COUNTS_SINCE", "") if args.since is None else args.since
    if (first or args.since is not None) and not is_day(first):
        parser.error(f"{first!r} is no day")
    try:
        text = sys.stdin.read() if args.file == "-" else Path(args.file).read_bytes().decode()
    except OSError as error:
        parser.error(str(error))
    days, code = {}, 0
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else [], 1):
        fields = line.removesuffix("\r").split(",")
        if len(fields) == 3 and is_day(fields[1]) and re.fullmatch(r"-?\d+", fields[2], re.ASCII):
            days[fields[1]] = days.get(fields[1], 0) + 1
        else:
            sys.stderr.write(f"line {number} is bad\n")
            code = 1
    sys.stdout.writelines(f"{day}\t{count}\n" for day, count in sorted(days.items()) if day >= first)
    raise SystemExit(code)


@wrong("fromisoformat takes 20260301 and 2026-W09-1 too", fails="output", passes_examples=True)
def any_iso(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument(
        "--since", type=date.fromisoformat, default=os.environ.get("DAY_COUNTS_SINCE") or None
    )
    args = parser.parse_args(argv)
    counts, bad = Counter(), 0
    try:
        lines = (sys.stdin if args.file == "-" else open(args.file, encoding="utf-8")).readlines()
    except OSError as error:
        parser.error(str(error))
    for number, line in enumerate(lines, 1):
        try:
            _, day, cents = line.split(",")
            int(cents)
            counts[date.fromisoformat(day)] += 1
        except ValueError:
            bad = 1
            print("line", number, file=sys.stderr)
    for day in sorted(counts):
        if args.since is None or day >= args.since:
            print(day, counts[day], sep="\t")
    return bad


@wrong("complaints on standard output end in the next program's input", fails="output")
def complains_on_stdout(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    args = parser.parse_args(argv)
    counts, bad = Counter(), 0
    for number, line in enumerate(open(args.file), 1):
        try:
            _, day, cents = line.split(",")
            int(cents)
            date.fromisoformat(day)
            counts[day] += 1
        except ValueError:
            bad = 1
            print("line", number)
    for day in sorted(counts):
        print(day, counts[day], sep="\t")
    return bad


SEEN = Counter()


@wrong("the counter outlives the call", fails="output")
def remembers(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    args = parser.parse_args(argv)
    bad = 0
    for number, line in enumerate(open(args.file), 1):
        try:
            _, day, cents = line.split(",")
            int(cents)
            date.fromisoformat(day)
            SEEN[day] += 1
        except ValueError:
            bad = 1
            print("line", number, file=sys.stderr)
    for day in sorted(SEEN):
        print(day, SEEN[day], sep="\t")
    return bad


def usual(argv, since, missing=2, cents=re.compile("-?[0-9]+").fullmatch, newline=None):
    """A right answer but for the first day, the end without a file, the cents, or the ends of lines."""
    shape = re.compile(r"\d{4}-\d\d-\d\d")
    counts, bad = Counter(), 0
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--since")
    args = parser.parse_args(argv)
    first = since(args.since, os.environ.get("DAY_COUNTS_SINCE")) or ""
    try:
        if first:
            assert shape.fullmatch(first)
            date.fromisoformat(first)
    except (AssertionError, ValueError):
        parser.error("no day")
    try:
        file = sys.stdin if args.file == "-" else open(args.file, encoding="utf-8", newline=newline)
        lines = file.readlines()
    except OSError as error:
        print(error, file=sys.stderr)
        return missing
    for number, line in enumerate(lines, 1):
        fields = line.rstrip("\n").split(",")
        try:
            assert len(fields) == 3 and shape.fullmatch(fields[1]) and cents(fields[2])
            date.fromisoformat(fields[1])
            counts[fields[1]] += 1
        except (AssertionError, ValueError):
            bad = 1
            print("line", number, file=sys.stderr)
    for day in sorted(counts):
        if day >= first:
            print(day, counts[day], sep="\t")
    return bad


@wrong("the variable wins over the flag", fails="output", passes_examples=True)
def variable_first(argv):
    return usual(argv, lambda flag, variable: variable or flag)


@wrong("an empty flag is taken for no flag", fails="output", passes_examples=True)
def empty_flag(argv):
    return usual(argv, lambda flag, variable: flag or variable)


@wrong("a missing file ends like a file with bad lines", fails="code", passes_examples=True)
def missing_is_one(argv):
    return usual(argv, flag_first, missing=1)


def flag_first(flag, variable):
    return "no day" if flag == "" else flag or variable


@wrong(
    "int takes blanks, underscores, a plus and the digits of other scripts",
    fails="output",
    passes_examples=True,
)
def any_int(argv):
    return usual(argv, flag_first, cents=lambda text: int(text) is not None)


@wrong("to a regular expression \\d is any digit of Unicode", fails="output", passes_examples=True)
def any_digit(argv):
    return usual(argv, flag_first, cents=re.compile(r"-?\d+").fullmatch)


@wrong(
    "a carriage return before the line feed is taken for a part of the cents",
    fails="output",
    passes_examples=True,
)
def windows_is_bad(argv):
    return usual(argv, flag_first, newline="\n")


NOTES = """
**Why it holds**: three channels, each with one meaning. A caller that reads only the exit code knows whether to go on, a program that reads standard output gets data and nothing else.

**Pitfall**: validating with what merely *parses*: `fromisoformat` knows three forms of a day since Python 3.11, `strptime` accepts missing zeros, `int` accepts blanks and underscores. Write the form back and compare.

**Alternative**: click or typer, where the command grows; the contract stays yours to write.

**At work**: `sort`, `grep` and `diff` keep the same contract (0, 1 for "different" or "nothing found", 2 for trouble). `grep` returning 1 for "no line" has stopped many a script under `set -e`.
"""
