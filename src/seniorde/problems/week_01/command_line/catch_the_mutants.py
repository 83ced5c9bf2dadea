"""# Tests that catch

A colleague wrote `period.py`. It reads a length of time from a configuration, and its contract is this:

> `seconds(text)` returns the length in whole seconds, as an `int`.
> A text is one or more parts, each a whole number and a unit: `d` (24 hours), `h`, `m` (minutes), `s`.
> Larger units come before smaller ones, and each unit at most once: `"90s"`, `"2h"`, `"1h30m"`, `"1d12h"`.
> White space before and after the text does not matter; inside there is none.
> Numbers have digits only, in any quantity; units are lower case.
> Everything else raises `ValueError`, and so does a length of 0.

Write a file of tests for pytest, which begins with `from period import seconds`. It runs in a folder that holds `period.py`.
Call `seconds` inside the tests: what stands outside runs once, when pytest collects them.

- Two *right* versions, written by different people, must pass all of your tests. They agree in the contract and in nothing else: not in the text of an error, not in how they work inside.
- Then there are *mutants*, each with one mistake. At least one of your tests must fail on each of them.

The report names the mutants that survive.
Your tests see nothing but `seconds`, and take less than two seconds on each version.

Write the file as text: put `r\"\"\"…\"\"\"` in place of `...` (and `'''` for a docstring inside).
"""

import json
import shlex
import sys
from functools import lru_cache

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-command-line-catch-the-mutants",
    pattern="pytest",
    difficulty="hard",
    minutes=25,
    points=4,
    order=4,
    hints={
        "Right versions pass": (
            "Ask for nothing that the contract does not say: not for the text of an error, not for a function inside.",
            '`with pytest.raises(ValueError): seconds(text)` takes every kind of ValueError; `"0h5m"` is a length, because the whole is not 0.',
        ),
        "Coarse mutants": (
            "One unit at a time, then several together; and look at the type of what comes back.",
            '`assert seconds("1d2h3m4s") == 93784` and `type(…) is int`; `seconds("soon")` has to raise.',
        ),
        "Sly mutants": (
            "Go through the contract sentence by sentence: each one is at least one test that passes, and one that must raise.",
            '`@pytest.mark.parametrize("text", [...])` with `with pytest.raises(ValueError): seconds(text)` makes a test of every bad text; of several calls under one `raises` only the first counts.',
            "The same unit twice; the wrong order; a blank in the middle, before and after; nothing at all; 0; a sign; a long number.",
            "Good: `1d`, `2h`, `15m`, `90s`, `1d2h3m4s`, `100000s`, `' 5m\\n'`. Bad: `''`, `'5'`, `'m'`, `'5x'`, `'5m!'`, `'x5m'`, `'-5m'`, `'1.5h'`, `'5M'`, `'1h 5m'`, `'5m1h'`, `'1h1h'`, `'0s'`. And look at the type.",
        ),
    },
)

RIGHT = """
import re

UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def seconds(text):
    text = text.strip()
    parts = re.findall("[0-9]+[dhms]", text)
    if not parts or "".join(parts) != text:
        raise ValueError(f"no length of time: {text!r}")
    units = [part[-1] for part in parts]
    if units != sorted(set(units), key="dhms".index):
        raise ValueError(f"units out of order: {text!r}")
    total = sum(int(part[:-1]) * UNITS[part[-1]] for part in parts)
    if total == 0:
        raise ValueError("a length of 0")
    return total
"""

OTHER_RIGHT = """
class PeriodError(ValueError):
    pass


def seconds(text):
    rest, total = text.strip(), 0
    for unit, length in ("d", 24 * 3600), ("h", 3600), ("m", 60), ("s", 1):
        number, found, after = rest.partition(unit)
        if found:
            if not (number.isascii() and number.isdigit()):
                raise PeriodError()
            total, rest = total + int(number) * length, after
    if rest or not total:
        raise PeriodError()
    return total
"""

# Name → what is put in place of what in RIGHT.
COARSE = {
    "an hour has 60 seconds": ('"h": 3600', '"h": 60'),
    "a day has 12 hours": ("86400", "43200"),
    "minutes are months": ('"m": 60', '"m": 2592000'),
    "only the first part counts": ("for part in parts)", "for part in parts[:1])"),
    "it returns a text": ("return total", "return str(total)"),
    "anything without a part is 0": (
        '    if not parts or "".join',
        '    if not parts:\n        return 0\n    if "".join',
    ),
}
SLY = {
    "0 is a length": ("if total == 0", "if total < 0"),
    "no text at all is 0": ("    parts = re", '    if not text:\n        return 0\n    parts = re'),
    "blanks at the end are not taken off": ("text.strip()", "text.lstrip()"),
    "blanks at the beginning are not taken off": ("text.strip()", "text.rstrip()"),
    "a line feed at the end is not taken off": ("text.strip()", 'text.strip(" ")'),
    "blanks inside do not matter": ("text.strip()", '"".join(text.split())'),
    "upper case is taken": ("text.strip()", "text.strip().lower()"),
    "what follows the last part does not matter": (
        '"".join(parts) != text',
        'not text.startswith("".join(parts))',
    ),
    "what stands before the first part does not matter": (
        '"".join(parts) != text',
        'not text.endswith("".join(parts))',
    ),
    "a number without a unit is seconds": ("    parts = re", '    text += "s" * text[-1:].isdigit()\n    parts = re'),
    "a unit without a number is one": ("    parts = re", '    text = "1" + text if text in "dhms" else text\n    parts = re'),
    "any order will do": ("units != sorted(set(units), key=\"dhms\".index)", "len(units) != len(set(units))"),
    "a unit may come twice": ("sorted(set(units), key", "sorted(units, key"),
    "a sign is taken": ('"[0-9]+[dhms]"', '"-?[0-9]+[dhms]"'),
    "numbers have up to four digits": ("[0-9]+", "[0-9]{1,4}"),
    "it returns a float": ("return total", "return float(total)"),
    "units out of order give None": ('raise ValueError(f"units out of order: {text!r}")', "return None"),
    "the error is a KeyError": ('raise ValueError(f"no length', 'raise KeyError(f"no length'),
}  # fmt: skip

# The tests are collected once; then each version gets a process of its own, a copy of this one.
DRIVER = """
import json, os, signal, sys
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
sys.dont_write_bytecode = True
sys.path.insert(0, os.getcwd())
import pytest
import period

class Judge:
    def __init__(self):
        self.failed, self.ran, self.pipe, self.found = [], 0, None, {}

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.append(("the file itself", str(report.longrepr)[-600:]))

    def pytest_runtest_logreport(self, report):
        self.ran += report.when == "call"
        if report.failed:
            self.failed.append((report.nodeid.partition("::")[2][:200], report.longreprtext[-600:]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.testsfailed:
            return None
        for name, source in json.load(open("versions.json")).items():
            read, write = os.pipe()
            child = os.fork()
            if not child:
                os.close(read)
                signal.alarm(10)
                self.pipe = write
                exec(source, version := {})
                period.current = version["seconds"]
                return None  # pytest goes on and runs the tests
            os.close(write)
            with os.fdopen(read, "rb") as pipe:
                text = pipe.read()
            os.waitpid(child, 0)
            self.found[name] = json.loads(text) if text else None
            if not text and name.startswith("right"):
                break
        return True

out, null = os.dup(1), os.open(os.devnull, os.O_RDWR)
for stream in 0, 1, 2:
    os.dup2(null, stream)
judge = Judge()
options = ["-q", "-x", "-s", "--tb=line", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir=."]
code = int(pytest.main([*options, "test_period.py"], plugins=[judge]))
result = json.dumps([code, judge.ran, judge.failed[:1]])
if judge.pipe:
    os.write(judge.pipe, result.encode())
    os._exit(0)
os.write(out, json.dumps({"collected": json.loads(result), "versions": judge.found}).encode())
"""

PERIOD = """
def seconds(text):
    return current(text)


exec(open("right.py").read(), version := {})
current = version["seconds"]
"""


def versions():
    """Name of the version → its source; the right ones are `right` and `right too`."""
    mutants = {name: RIGHT.replace(*change) for name, change in (COARSE | SLY).items()}
    return {"right": RIGHT, "right too": OTHER_RIGHT} | mutants


@lru_cache(maxsize=1)
def results(tests):
    """Version → pytest's exit code, how many tests ran, the first failure; None when it did not end.

    Refused when there is nothing to run.
    """
    files = {"test_period.py": tests, "driver.py": DRIVER, "period.py": PERIOD, "right.py": RIGHT}
    files["versions.json"] = json.dumps(versions())
    ran = run_script(f"exec {shlex.quote(sys.executable)} -I driver.py", files, seconds=120)
    try:
        told = json.loads(ran.out)
    except ValueError:
        raise RuntimeError(f"pytest could not run: {ran.err.strip()[-300:]}") from None
    code, _, failed = told["collected"]
    if failed:
        raise Refused("error", "pytest cannot read your file.", failure=failed[0][1].strip()[-500:])
    if code == 5:
        raise Refused("no test", "pytest finds no test: its name has to begin with `test_`.")
    return told["versions"]


def right_ones(tests):
    found = results(tests)
    for name in ("right", "right too"):
        if found[name] is None:
            raise Refused("slow", "On a right version your tests do not come to an end in ten seconds.")
        code, count, failed = found[name]
        if failed:
            test, text = failed[0]
            raise Refused(
                "refuses a right version",
                "A right version fails your tests: what they ask for is not in the contract.",
                test=test,
                failure=text.strip()[-500:],
            )
        if code or not count:
            raise Refused("no test", f"No test ran: pytest ended with exit code {code}.")
    return f"Both right versions pass your {found['right'][1]} tests."


def survivors(tests, mutants):
    found = results(tests)
    alive = [name for name in mutants if found[name] is not None and found[name][0] == 0]
    if alive:
        raise Refused(
            "survives",
            f"{len(mutants) - len(alive)} of {len(mutants)} mutants are caught.",
            **{"these survive": "\n".join(alive[:4]) + ("\n…" if len(alive) > 4 else "")},
        )
    return f"All {len(mutants)} mutants are caught."


PARTS = {
    "Right versions pass": right_ones,
    "Coarse mutants": lambda tests: survivors(tests, COARSE),
    "Sly mutants": lambda tests: survivors(tests, SLY),
}

SOLVE = r"""
import pytest
from period import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1d", 86_400),
        ("2h", 7_200),
        ("15m", 900),
        ("90s", 90),
        ("100000s", 100_000),
        ("007m", 420),
        ("1d2h3m4s", 93_784),
        ("0h5m", 300),
        ("  5m", 300),
        ("5m \n", 300),
    ],
)
def test_length(text, expected):
    assert seconds(text) == expected
    assert type(seconds(text)) is int


@pytest.mark.parametrize(
    "text",
    ["", " ", "5", "m", "s", "5x", "5mx", "5m5", "x5m", "-5m", "1h-5m", "1.5h", "5M", "1h 5m", "5 m"]
    + ["5m1h", "1h1h", "0s", "0h0m", "1h5", "soon"],
)
def test_refused(text):
    with pytest.raises(ValueError):
        seconds(text)
"""

CLASSES = variant(r"""
import itertools
import unittest

from period import seconds

UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


class Lengths(unittest.TestCase):
    def test_every_choice_of_units(self):
        for size in range(1, 5):
            for units in itertools.permutations("dhms", size):
                text = "".join(f"{n}{unit}" for n, unit in enumerate(units, 12))
                with self.subTest(text):
                    if list(units) == sorted(units, key="dhms".index):
                        total = sum(n * UNITS[unit] for n, unit in enumerate(units, 12))
                        self.assertEqual(repr(seconds(f"\t {text} \n")), repr(total))
                    else:
                        self.assertRaises(ValueError, seconds, text)

    def test_long_number(self):
        self.assertEqual(seconds("123456789s"), 123456789)

    def test_refused(self):
        for bad in "", "3", "h", "3w", "3h,", "about 3h", "+3h", "3h-2m", "3.0h", "3H", "3h 2m", "3h3h", "0d", "3m3":
            with self.subTest(bad), self.assertRaises(ValueError):
                seconds(bad)
""")

HAPPY = wrong(
    "tests of what works say nothing about what must not",
    r"""
from period import seconds


def test_all():
    assert seconds("1d2h3m4s") == 93784
    assert type(seconds("90s")) is int
    assert seconds(" 100000s\n") == 100000
""",
    fails="survives",
    passes_examples=True,
)
MESSAGE = wrong(
    "the text of the error is not in the contract",
    r"""
import pytest
from period import seconds


def test_refused():
    with pytest.raises(ValueError, match="no length of time"):
        seconds("soon")
""",
    fails="refuses a right version",
)
TOO_STRICT = wrong(
    "a zero part is allowed as long as the whole is not 0",
    r"""
import pytest
from period import seconds


def test_refused():
    with pytest.raises(ValueError):
        seconds("0h5m")
""",
    fails="refuses a right version",
)
ANY_ERROR = wrong(
    "to be content with any exception lets a KeyError pass",
    SOLVE.replace("pytest.raises(ValueError)", "pytest.raises(Exception)"),
    fails="survives",
    passes_examples=True,
)
EQUAL_ONLY = wrong(
    "90.0 == 90: the type has to be looked at",
    SOLVE.replace("    assert type(seconds(text)) is int\n", ""),
    fails="survives",
    passes_examples=True,
)
ONE_ROOF = wrong(
    "several calls under one pytest.raises: the first that raises hides the others",
    r"""
import pytest
from period import seconds


@pytest.mark.parametrize(("text", "n"), [("1d", 86400), ("2h", 7200), ("15m", 900), (" 1h30m\n", 5400)])
def test_length(text, n):
    assert repr(seconds(text)) == repr(n)


def test_refused():
    with pytest.raises(ValueError):
        seconds("soon")
        seconds("0s")
        seconds("5M")
        seconds("5m1h")
        seconds("1h1h")
""",
    fails="survives",
    passes_examples=True,
)
NO_TEST = wrong(
    "pytest does not collect it",
    r"""
from period import seconds


def check_length():
    assert seconds("90s") == 90
""",
    fails="no test",
)

NOTES = """
**Why it holds**: a test is worth what it can fail on. Mutants measure that: each is a change that a contract forbids, and a test suite that stays green has a hole there.

**Pitfall**: under one `pytest.raises` only the first call that raises is tested. A test of the error's text, or of an inner function, breaks with the next rewriting though nothing is wrong.

**Alternative**: `mutmut` and `cosmic-ray` make mutants of your own code by the hundred; a property ("what I format, I read back") catches most of them with one test.

**At work**: three happy assertions, one of them with all four units in it, let 14 of these 24 mutants live. Line coverage says what no test runs; only mutants say what no test looks at.
"""
