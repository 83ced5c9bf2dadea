"""# A parameter that is misspelt must not be silence

Glue's own `getResolvedOptions` ignores names that nobody asked for, and returns text.
Write the function that a job calls instead.

`argv` is the command line, `spec` says what the job knows: name → (type, default).
The types are `int`, `float`, `str`, `bool` and `date`; the default `...` means that the parameter is required.
Return a dictionary with *every* name of `spec`, each of its type.

>>> spec = {"day": (date, ...), "workers": (int, 2), "full": (bool, False)}
>>> solve(["job.py", "--JOB_NAME", "load", "--day", "2025-10-03", "--full"], spec)
{'day': datetime.date(2025, 10, 3), 'workers': 2, 'full': True}

- A parameter is `--name value` or `--name=value`; what stands behind the first `=` is the value, further `=` included.
- A value begins with no `--`. A name that is followed by no value is `True` for a `bool`, and a `ValueError` for any other type.
- A `bool` is `true` or `false`, in any case; a `date` is `YYYY-MM-DD`.
- Given twice, the last one counts.
- Glue adds `JOB_NAME`, `TempDir` and every name that begins with `job-bookmark-` or `enable-`, with or without a value: pass over them, unless `spec` names them.
- Raise `ValueError` with the parameter's name in its text for: a name that `spec` does not know, a required one that is missing, a value that does not fit its type, and a word that belongs to no name.
"""

from datetime import date
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-glue-job-options",
    pattern="parsing with a specification",
    difficulty="easy",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "First turn the words into pairs of name and value, then look at the types.",
            "A word that begins with `--` opens a name; the next word is its value unless it begins with `--` too.",
        ),
        "Forms": (
            "`--path=s3://a?x=1` has one name and one value: `partition('=')` cuts at the first sign.",
            "`-5` begins with one hyphen, so it is a value.",
        ),
        "Silence": (
            "Which names may be passed over? All others that `spec` does not know are mistakes.",
            "`bool('false')` is `True`.",
        ),
    },
)


def solve(argv, spec):
    given, name = {}, None
    for word in argv[1:]:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            given[name] = value if equals else None
            if equals:
                name = None
        elif name is None:
            raise ValueError(f"{word} belongs to no parameter")
        else:
            given[name], name = word, None

    result = {}
    for name, (kind, default) in spec.items():
        if name not in given:
            if default is ...:
                raise ValueError(f"--{name} is required")
            result[name] = default
            continue
        value = given[name]
        try:
            if kind is bool:
                result[name] = {"true": True, "false": False}["true" if value is None else value.lower()]
            elif value is None:
                raise ValueError
            elif kind is date:
                if len(value) != 10:
                    raise ValueError
                result[name] = date.fromisoformat(value)
            else:
                result[name] = kind(value)
        except (ValueError, KeyError):
            raise ValueError(f"--{name} does not take {value!r}") from None
    for name in given:
        ours = name in ("JOB_NAME", "TempDir") or name.startswith(("job-bookmark-", "enable-"))
        if name not in spec and not ours:
            raise ValueError(f"--{name} is not known here")
    return result


SPEC = {
    "day": (date, ...),
    "target": (str, ...),
    "workers": (int, 2),
    "share": (float, 0.5),
    "full": (bool, False),
}
NEEDED = ["--day", "2025-10-03", "--target", "s3://lake/silver"]


def expect(function, words, spec=SPEC):
    argv = ["job.py", *words]
    try:
        expected, mistake = solve(argv, spec), None
    except ValueError as error:
        expected, mistake = None, str(error)
    shown = " ".join(words) or "no words"
    try:
        got = call(function, list(argv), dict(spec))
    except Refused as refused:
        if mistake is None or "ValueError" not in str(refused):
            raise
        named = mistake.split()[0].removeprefix("--")
        if named not in str(refused):
            raise Refused(
                "message",
                f"The error for `{shown}` does not name what is wrong.",
                expected=f"ValueError with {named!r} in its text",
                got=str(refused),
            ) from None
        return
    if mistake is not None:
        raise Refused(
            "silence", f"`{shown}` must be refused.", expected=f"ValueError: {mistake}", got=repr(got)
        )
    same = isinstance(got, dict) and {name: (type(value), value) for name, value in got.items()} == {
        name: (type(value), value) for name, value in expected.items()
    }
    if not same:
        raise Refused("result", f"`{shown}`", expected=repr(expected), got=repr(got))


def example(function):
    spec = {"day": (date, ...), "workers": (int, 2), "full": (bool, False)}
    expect(function, ["--JOB_NAME", "load", "--day", "2025-10-03", "--full"], spec)
    return "The command line of the statement."


def forms(function):
    expect(function, NEEDED)
    expect(function, ["--day=2024-02-29", "--target=s3://lake?x=1&y=2", "--workers=10", "--share", "-0.25"])
    expect(function, [*NEEDED, "--workers", "-5", "--full", "FALSE", "--share", "1e3"])
    expect(function, [*NEEDED, "--full", "--workers", "7"])
    expect(function, ["--full", *NEEDED, "--full=True"])
    expect(function, [*NEEDED, "--day", "2025-10-04", "--workers", "3", "--workers=4"])
    expect(function, [*NEEDED, "--target="])
    rng = Random(11)
    for _ in range(30):
        words = []
        for pair in rng.sample(
            [
                ("--day", "2025-10-03"),
                ("--target", "a=b"),
                ("--workers", str(rng.randint(-9, 99))),
                ("--share", str(rng.randint(0, 9) / 4)),
                ("--full", rng.choice(("true", "False", "TRUE"))),
                ("--TempDir", "s3://tmp/"),
            ],
            6,
        ):
            words += pair if rng.random() < 0.5 else ["=".join(pair)]
        expect(function, words)
    return "37 command lines of every form."


def silence(function):
    for words in (
        [],
        NEEDED[:2],
        [*NEEDED, "--worker", "3"],
        [*NEEDED, "--Full"],
        [*NEEDED, "--workers", "three"],
        [*NEEDED, "--workers", "2.0"],
        [*NEEDED, "--workers"],
        [*NEEDED, "--workers="],
        [*NEEDED, "--full=yes"],
        [*NEEDED, "--full="],
        ["--target", "--day", "2025-10-03"],
        [*NEEDED, "--day", "20251003"],
        [*NEEDED, "--day", "2025-02-29"],
        [*NEEDED, "--day=2025-10-03T00:00"],
        ["2025-10-03", *NEEDED],
        [*NEEDED, "again"],
        [*NEEDED, "--JOB_NAMES", "load"],
        [*NEEDED, "--job", "load"],
    ):
        expect(function, words)
    expect(function, [*NEEDED, "--enable-metrics", "--job-bookmark-option", "job-bookmark-enable"])
    expect(function, [*NEEDED, "--enable-glue-datacatalog=true", "--JOB_NAME=load"])
    expect(function, ["--JOB_NAME", "load"], {"JOB_NAME": (str, ...)})
    expect(function, [], {"JOB_NAME": (str, ...)})
    return "18 mistakes are refused, and Glue's own names are none."


PARTS = {"The example": example, "Forms": forms, "Silence": silence}


@variant
def by_queue(argv, spec):
    words, given = list(argv[1:]), {}
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            raise ValueError(f"what is {word}?")
        name, has_value, value = word[2:].partition("=")
        if not has_value:
            value = words.pop(0) if words and not words[0].startswith("--") else None
        if name in spec:
            given[name] = value
        elif not (
            name in {"JOB_NAME", "TempDir"} or name.startswith("job-bookmark-") or name.startswith("enable-")
        ):
            raise ValueError(f"unknown: {name}")
    readers = {
        int: int,
        float: float,
        str: str,
        bool: lambda text: {"true": True, "false": False}[text.lower()],
    }
    result = {}
    for name, (kind, default) in spec.items():
        if name in given:
            text = "true" if given[name] is None and kind is bool else given[name]
            try:
                if kind is date:
                    year, month, day = text.split("-")
                    if (len(year), len(month), len(day)) != (4, 2, 2):
                        raise ValueError
                    result[name] = date(int(year), int(month), int(day))
                else:
                    if text is None:
                        raise ValueError
                    result[name] = readers[kind](text)
            except (ValueError, KeyError, AttributeError):
                raise ValueError(f"{name}: {given[name]!r} does not fit") from None
        elif default is ...:
            raise ValueError(f"{name} is missing")
        else:
            result[name] = default
    return result


@wrong("ignores names that it does not know, as Glue does", fails="silence", passes_examples=True)
def silent(argv, spec):
    known = []
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        name = word[2:].partition("=")[0] if word.startswith("--") else None
        value = [words.pop(0)] if name and "=" not in word and words and not words[0].startswith("--") else []
        if name is None or name in spec:
            known += [word, *value]
    return solve([argv[0], *known], spec)


@wrong("takes bool('false') for a bool", passes_examples=True)
def truthy(argv, spec):
    words = list(argv)
    for at, word in enumerate(words):
        name, equals, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and spec.get(name, (str,))[0] is bool:
            if value:
                words[at] = f"--{name}=true"
            elif not equals and at + 1 < len(words) and not words[at + 1].startswith("--"):
                words[at + 1] = "true"
    return solve(words, spec)


@wrong("cuts at every equals sign", fails="error", passes_examples=True)
def cuts_everywhere(argv, spec):
    words = []
    for word in argv[1:]:
        words += word.split("=") if word.startswith("--") else [word]
    return solve([argv[0], *words], spec)


@wrong("returns text for all", passes_examples=False)
def text_only(argv, spec):
    solve(argv, spec)
    return {name: str(value) for name, value in solve(argv, spec).items()}


@wrong("lets the first one count", passes_examples=True)
def first_counts(argv, spec):
    seen, words = set(), []
    rest = list(argv[1:])
    while rest:
        word = rest.pop(0)
        value = [rest.pop(0)] if "=" not in word and rest and not rest[0].startswith("--") else []
        name = word.partition("=")[0]
        if name not in seen:
            words += [word, *value]
        seen.add(name)
    return solve([argv[0], *words], spec)


@wrong("takes whatever fromisoformat takes for a date", fails="silence", passes_examples=True)
def loose_dates(argv, spec):
    words = []
    for word in argv[1:]:
        head, _, tail = word.rpartition("=")
        try:
            words.append(f"{head}{'=' if head else ''}{date.fromisoformat(tail).isoformat()}")
        except ValueError:
            words.append(word)
    return solve([argv[0], *words], spec)


NOTES = """
**Cost.** One pass over the words, one over the specification.

**Pitfalls.** `bool("false")` is true; `date.fromisoformat` takes `20251003` and week dates since Python 3.11; `argparse` abbreviates, so `--work 3` would be `--workers` unless `allow_abbrev=False`.

**Alternatives.** `argparse` with `allow_abbrev=False` and types does most of it, and ends the process instead of raising; pydantic's settings do it from a class.

**At work.** The misspelt `--dya` that loads the default day is found by finance, three weeks later.
Print the resolved options as the job's first line: the log then answers "what did it run with?".
"""
