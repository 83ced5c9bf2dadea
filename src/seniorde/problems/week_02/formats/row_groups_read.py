"""# Which row groups must be read?

A footer gives, for each row group, `rows` and for each column its statistics: `min`, `max` and `nulls`, the number of NULLs.
Each of the three may be missing (the key is not there, or its value is None), and so may a whole column's entry.
`conditions` are joined by AND: tuples `(column, operator, value)` with `=`, `!=`, `<`, `<=`, `>`, `>=`, or `(column, "is null", None)` and `(column, "is not null", None)`.

Return the positions, in order, of the row groups that a reader must read. It may leave one out only if *at least one* condition can hold for none of its rows, by the statistics of that condition's column alone.

As in SQL, a comparison is never true for NULL. `rows` is at least 1; values of a column compare with each other; `min` and `max` are exact.

>>> day = lambda low, high, nulls: {"rows": 100, "columns": {"day": {"min": low, "max": high, "nulls": nulls}}}
>>> solve([day(1, 3, 0), day(3, 5, 0), day(6, 9, 2)], [("day", ">=", 3), ("day", "<", 6)])
[0, 1]
>>> solve([day(1, 3, 0), day(None, None, 100), day(None, None, None)], [("day", "is null", None)])
[1, 2]
"""

import itertools
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-formats-row-groups-read",
    pattern="row-group pruning",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The examples": (
            "Write a function that says for one condition and one entry whether *no* row can satisfy it.",
            "`= v` is ruled out by v < min or v > max; `< v` by min >= v; a group goes if any condition is ruled out.",
        ),
        "Equal and unequal": (
            "When does no row satisfy `!= v`?",
            "Only if all values are v: min and max are both v. NULLs do not satisfy it either.",
        ),
        "NULLs": (
            "If `nulls` equals `rows` there is no value at all: which conditions can still hold?",
            "All NULL: only `is null` can hold. No NULL (0, not unknown): `is null` cannot.",
        ),
        "Missing statistics": (
            "What is not known rules nothing out: 0 is known, None is not.",
            "Test `is not None`, and use the bound that is there: `< v` needs the minimum only.",
        ),
    },
)


def solve(groups: list[dict], conditions: list[tuple]) -> list[int]:
    def ruled_out(group, column, operator, value):
        entry = group["columns"].get(column) or {}
        low, high, nulls = entry.get("min"), entry.get("max"), entry.get("nulls")
        if operator == "is null":
            return nulls == 0
        if nulls == group["rows"]:
            return True
        return {
            "is not null": lambda: False,
            "=": lambda: (low is not None and value < low) or (high is not None and value > high),
            "!=": lambda: low is not None and high is not None and low == high == value,
            "<": lambda: low is not None and low >= value,
            "<=": lambda: low is not None and low > value,
            ">": lambda: high is not None and high <= value,
            ">=": lambda: high is not None and high < value,
        }[operator]()

    return [
        position
        for position, group in enumerate(groups)
        if not any(ruled_out(group, *condition) for condition in conditions)
    ]


TRUE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def oracle(groups, conditions):
    """Try every value that a row of the group can have, among small whole numbers and NULL."""
    kept = []
    for position, group in enumerate(groups):
        possible = []
        for column, operator, value in conditions:
            entry = group["columns"].get(column) or {}
            low, high, nulls = entry.get("min"), entry.get("max"), entry.get("nulls")
            values = [n for n in range(-3, 14) if (low is None or n >= low) and (high is None or n <= high)]
            values = [] if nulls == group["rows"] else values
            nullable = nulls is None or nulls > 0
            if operator == "is null":
                possible.append(nullable)
            elif operator == "is not null":
                possible.append(bool(values))
            else:
                possible.append(any(TRUE[operator](n, value) for n in values))
        if all(possible):
            kept.append(position)
    return kept


def expect(function, groups, conditions, expected=None):
    expected = oracle(groups, conditions) if expected is None else expected
    got = call(function, groups, conditions)
    if got != expected or not isinstance(got, list):
        raise Refused(
            "result",
            "These are not the row groups.",
            conditions=str(conditions),
            groups="\n".join(f"{n}: {group}" for n, group in enumerate(groups[:6])),
            expected=str(expected),
            got=repr(got),
        )


def a_group(rows=100, **columns):
    return {"rows": rows, "columns": columns}


def statistics(low=None, high=None, nulls=None):
    return {"min": low, "max": high, "nulls": nulls}


def examples(function):
    days = [
        a_group(day=statistics(1, 3, 0)),
        a_group(day=statistics(3, 5, 0)),
        a_group(day=statistics(6, 9, 2)),
    ]
    expect(function, days, [("day", ">=", 3), ("day", "<", 6)], [0, 1])
    empty = [
        a_group(day=statistics(1, 3, 0)),
        a_group(day=statistics(None, None, 100)),
        a_group(day=statistics()),
    ]
    expect(function, empty, [("day", "is null", None)], [1, 2])
    return "Both examples are right."


def equality(function):
    spans = [a_group(a=statistics(*span, 0)) for span in ((0, 0), (0, 5), (5, 5), (4, 6), (7, 9))]
    for operator, value in itertools.product(TRUE, (-1, 0, 4, 5, 6, 9, 10)):
        expect(function, spans, [("a", operator, value)])
    texts = [
        a_group(a=statistics("EUR", "EUR", 0)),
        a_group(a=statistics("GBP", "SEK", 0)),
        a_group(a=statistics("", "A", 0)),
    ]
    expect(function, texts, [("a", "!=", "EUR")], [1, 2])
    expect(function, texts, [("a", "=", "")], [2])
    expect(function, spans, [], [0, 1, 2, 3, 4])
    expect(function, [], [("a", "=", 1)], [])
    return "All operators at and around both bounds, and texts."


def with_nulls(function):
    found = [a_group(10, a=statistics(1, 2, n)) for n in (0, 1, 9)] + [
        a_group(10, a=statistics(None, None, 10))
    ]
    found += [a_group(1, a=statistics(None, None, 1)), a_group(2, a=statistics(3, 3, 1))]
    for operator, value in [*((o, 3) for o in TRUE), ("is null", None), ("is not null", None)]:
        expect(function, found, [("a", operator, value)])
        expect(function, found, [("a", operator, value), ("a", "is not null", None)])
    return "A group of NULLs alone, of some, and of none."


def without_statistics(function):
    shapes = [statistics(), statistics(0, None, None), statistics(None, 0, None), statistics(None, None, 0), statistics(0, 0, None),
              statistics(2, None, 0), statistics(None, 2, 0), {}, {"min": 1, "max": 4}, {"nulls": 0}]  # fmt: skip
    found = [a_group(5, a=shape) for shape in shapes] + [
        a_group(5),
        a_group(5, b=statistics(1, 1, 0)),
        a_group(5, a=None),
    ]
    for operator, value in [
        *itertools.product(TRUE, (-1, 0, 1, 2)),
        ("is null", None),
        ("is not null", None),
    ]:
        expect(function, found, [("a", operator, value)])
    rng = Random(4)
    for _ in range(60):
        groups = []
        for _ in range(4):
            rows, columns = rng.randint(1, 4), {}
            for column in "ab":
                low, high = sorted(rng.choices(range(8), k=2))
                count = rng.choice([0, 0, rng.randrange(rows), None])
                columns[column] = statistics(
                    rng.choice([low, low, None]), rng.choice([high, high, None]), count
                )
            groups.append(a_group(rows, **columns))
        chosen = rng.choices([*TRUE, "is null", "is not null"], k=rng.randint(1, 3))
        conditions = [
            (rng.choice("abc"), o, None if o.startswith("is") else rng.randrange(8)) for o in chosen
        ]
        expect(function, groups, conditions)
    return "What is not known rules nothing out; 60 other footers are right."


PARTS = {
    "The examples": examples,
    "Equal and unequal": equality,
    "NULLs": with_nulls,
    "Missing statistics": without_statistics,
}


@variant
def by_interval(groups, conditions):
    infinity = object()

    def may_hold(group, condition):
        column, operator, value = condition
        entry = group["columns"].get(column) or {}
        nulls = entry.get("nulls")
        if operator == "is null":
            return nulls != 0
        if nulls is not None and nulls >= group["rows"]:
            return False
        low = infinity if entry.get("min") is None else entry["min"]
        high = infinity if entry.get("max") is None else entry["max"]
        match operator:
            case "=":
                return (low is infinity or low <= value) and (high is infinity or value <= high)
            case "!=":
                return low is infinity or high is infinity or low != value or high != value
            case "<":
                return low is infinity or low < value
            case "<=":
                return low is infinity or low <= value
            case ">":
                return high is infinity or high > value
            case ">=":
                return high is infinity or high >= value
        return True

    return [n for n, group in enumerate(groups) if all(may_hold(group, c) for c in conditions)]


@variant
def shrinking(groups, conditions):
    left = dict(enumerate(groups))
    for column, operator, value in conditions:
        for number, group in list(left.items()):
            stats = group["columns"].get(column, {}) or {}
            low, high, nulls = (stats.get(name) for name in ("min", "max", "nulls"))
            gone = operator == "is null" and nulls == 0
            if operator != "is null" and nulls == group["rows"]:
                gone = True
            elif (
                operator in ("=", "<=", "<")
                and low is not None
                and (low > value or (operator == "<" and low == value))
            ):
                gone = True
            elif (
                operator in ("=", ">=", ">")
                and high is not None
                and (high < value or (operator == ">" and high == value))
            ):
                gone = True
            elif operator == "!=" and low is not None and low == high:
                gone = low == value
            if gone:
                del left[number]
    return sorted(left)


def judged(groups, conditions, rule):
    return [n for n, g in enumerate(groups) if not any(rule(g, *c) for c in conditions)]


def right(group, column, operator, value):
    return not solve([group], [(column, operator, value)])


@wrong("a group of NULLs alone has no bounds, and is read for every comparison", passes_examples=True)
def reads_nulls(groups, conditions):
    def rule(group, column, operator, value):
        stats = group["columns"].get(column) or {}
        if operator == "is not null":
            return False
        empty = operator != "is null" and stats.get("nulls") == group["rows"] and stats.get("min") is None
        return not empty and right(group, column, operator, value)

    return judged(groups, conditions, rule)


@wrong("!= is ruled out by any span that holds the value", passes_examples=True)
def unequal_by_span(groups, conditions):
    def rule(group, column, operator, value):
        if operator == "!=":
            return not right(group, column, "=", value)
        return right(group, column, operator, value)

    return judged(groups, conditions, rule)


@wrong("a missing number of NULLs is taken for 0", passes_examples=False)
def unknown_is_none(groups, conditions):
    def rule(group, column, operator, value):
        stats = group["columns"].get(column) or {}
        return not stats.get("nulls") if operator == "is null" else right(group, column, operator, value)

    return judged(groups, conditions, rule)


@wrong("the value 0 is taken for a missing bound", passes_examples=True)
def zero_is_missing(groups, conditions):
    def known(group):
        columns = {
            name: {k: v for k, v in (s or {}).items() if v or k == "nulls"}
            for name, s in group["columns"].items()
        }
        return group | {"columns": columns}

    return solve([known(group) for group in groups], conditions)


@wrong("strict and loose bounds are taken for the same")
def loose(groups, conditions):
    return solve(groups, [(c, {"<": "<=", ">": ">="}.get(o, o), v) for c, o, v in conditions])


@wrong("a group without both bounds is always read", passes_examples=True)
def both_or_nothing(groups, conditions):
    def rule(group, column, operator, value):
        stats = group["columns"].get(column) or {}
        known = stats.get("min") is not None and stats.get("max") is not None
        return (known or operator == "is null" or stats.get("nulls") == group["rows"]) and right(
            group, column, operator, value
        )

    return judged(groups, conditions, rule)


@wrong("a group is read as soon as one condition can hold")
def any_condition(groups, conditions):
    return [n for n, g in enumerate(groups) if not all(right(g, *c) for c in conditions)]


@wrong("a column without statistics is skipped", fails="error", passes_examples=True)
def must_be_there(groups, conditions):
    return [
        n
        for n, g in enumerate(groups)
        if not any(right({**g, "columns": {c[0]: g["columns"][c[0]]}}, *c) for c in conditions)
    ]


NOTES = """
**Why it holds**: pruning may only ever be wrong to one side. A group is left out if the statistics *prove* that no row qualifies; whatever is unknown is read. Each condition is judged alone, and one proof is enough under AND.

**Pitfall**: NULL. It satisfies no comparison, not even `!=`, so a group of NULLs alone can be skipped, and a writer that omits `null_count` takes `IS NULL` away from the reader.
Text statistics may be cut short: then `max` is an upper bound that no row has, and `!=` must not trust it.

**Alternative**: conditions under OR keep a group if any side can hold; NOT is pushed down to the comparisons first. An interval per column, met over all conditions, skips more: `a >= 5 AND a <= 3` reads nothing.

**At work**: this function runs in every engine, on partitions, files (manifests of Iceberg and Delta hold the same numbers), row groups and pages. DuckDB calls it zone maps, Snowflake micro-partition pruning, BigQuery block pruning.
"""
