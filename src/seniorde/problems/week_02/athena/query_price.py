"""# Who pays for which query

You get the list of executions of a month, dictionaries as `get_query_execution` returns them under `QueryExecution`.
Return what each workgroup owes, a dictionary from its name to **millionths of a dollar**, a whole number, for every workgroup in the list.

- A query pays 5 dollars for a TB (10¹² bytes) in `Statistics.DataScannedInBytes`, rounded up to whole MB (10⁶ bytes), and at least for 10 MB.
- Free are: queries that `FAILED`, statements of type `DDL`, queries that scanned nothing, and those whose `ResultReuseInformation.ReusedPreviousResult` is true.
- A `CANCELLED` query pays for what it had scanned, by the same rule.
- What is `QUEUED` or `RUNNING` is not billed yet.

Any of `Statistics`, `DataScannedInBytes`, `StatementType`, `ResultReuseInformation` may be absent: then nothing was scanned, it is no DDL, nothing was reused.

>>> def run(group, scanned, state="SUCCEEDED", kind="DML"):
...     return {"WorkGroup": group, "Status": {"State": state}, "StatementType": kind,
...             "Statistics": {"DataScannedInBytes": scanned}}
>>> solve([run("bi", 1), run("bi", 25_000_001), run("etl", 10**12), run("ops", 10**9, kind="DDL")])
{'bi': 180, 'etl': 5000000, 'ops': 0}

Workgroups in any order.
"""

from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-athena-query-price",
    pattern="price rule",
    difficulty="easy",
    minutes=12,
    points=2,
    hints={
        "The example": (
            "5 dollars for 1,000,000 MB: what does one MB cost in millionths of a dollar?",
            "Each MB costs 5; `-(-scanned // 1_000_000)` rounds up without a fraction.",
        ),
        "One query": (
            "The minimum holds for each query, not for the sum.",
            "Ask for what is free first, then take `max(10, megabytes) * 5`.",
        ),
        "A month": (
            "A workgroup that owes nothing is listed too.",
            "`execution.get('Statistics', {}).get('DataScannedInBytes', 0)` survives what is absent.",
        ),
    },
)


def solve(executions: list[dict]) -> dict[str, int]:
    owed: dict[str, int] = {}
    for one in executions:
        scanned = one.get("Statistics", {}).get("DataScannedInBytes", 0)
        free = (
            one["Status"]["State"] not in ("SUCCEEDED", "CANCELLED")
            or one.get("StatementType") == "DDL"
            or one.get("ResultReuseInformation", {}).get("ReusedPreviousResult", False)
            or not scanned
        )
        micros = 0 if free else max(10, -(-scanned // 10**6)) * 5
        owed[one["WorkGroup"]] = owed.get(one["WorkGroup"], 0) + micros
    return owed


def execution(group, scanned=None, state="SUCCEEDED", kind="DML", reused=None):
    made = {"WorkGroup": group, "Status": {"State": state}}
    if kind:
        made["StatementType"] = kind
    if scanned is not None:
        made["Statistics"] = {} if scanned == "absent" else {"DataScannedInBytes": scanned}
    if reused is not None:
        made["ResultReuseInformation"] = {"ReusedPreviousResult": reused}
    return made


def oracle(executions):
    """In whole cents of a cent, by fractions."""
    from fractions import Fraction
    from math import ceil

    owed = dict.fromkeys((one["WorkGroup"] for one in executions), Fraction(0))
    for one in executions:
        scanned = (one.get("Statistics") or {}).get("DataScannedInBytes", 0)
        billed = one["Status"]["State"] in {"SUCCEEDED", "CANCELLED"} and one.get("StatementType") != "DDL"
        if (
            billed
            and scanned > 0
            and not (one.get("ResultReuseInformation") or {}).get("ReusedPreviousResult")
        ):
            owed[one["WorkGroup"]] += Fraction(5, 10**12) * max(10**7, ceil(Fraction(scanned, 10**6)) * 10**6)
    return {group: int(usd * 10**6) for group, usd in owed.items()}


def expect(function, executions):
    import copy

    given, expected = copy.deepcopy(executions), oracle(executions)
    got = call(function, given)
    facts = {
        "executions": "\n".join(map(str, executions[:4])),
        "expected": str(expected),
        "got": repr(got)[:200],
    }
    if given != executions:
        raise Refused("mutation", "The input was changed.")
    if not isinstance(got, dict):
        raise Refused("type", "A dictionary is asked for.", **facts)
    if got != expected:
        raise Refused("result", "This is not what the workgroups owe.", **facts)
    if any(type(value) is not int for value in got.values()):
        raise Refused("type", "Whole numbers are asked for.", **facts)


def example(function):
    rows = [execution("bi", 1), execution("bi", 25_000_001), execution("etl", 10**12)]
    expect(function, [*rows, execution("ops", 10**9, kind="DDL")])
    return "The example is right."


def one_query(function):
    for scanned in (0, 1, 9_999_999, 10_000_000, 10_000_001, 11_000_000, 12_345_678_901, 3 * 10**15 + 1):
        for state in ("SUCCEEDED", "FAILED", "CANCELLED", "QUEUED", "RUNNING"):
            for kind in ("DML", "DDL", "UTILITY", None):
                expect(function, [execution("a", scanned, state, kind)])
    for reused in (True, False):
        expect(function, [execution("a", 10**9, reused=reused)])
    for scanned in (None, "absent"):
        expect(function, [execution("a", scanned)])
    expect(function, [{**execution("a", 5 * 10**7), "ResultReuseInformation": {}}])
    return "All states and types, around the minimum and above."


def a_month(function):
    expect(function, [])
    expect(function, [execution("a", 1) for _ in range(40)])
    rng = Random(3)
    for _ in range(40):
        executions = [
            execution(
                rng.choice(("bi", "etl", "ops")),
                rng.choice((None, 0, rng.randrange(10**8), rng.randrange(10**13))),
                rng.choice(("SUCCEEDED", "SUCCEEDED", "FAILED", "CANCELLED", "RUNNING")),
                rng.choice(("DML", "DML", "DDL", "UTILITY", None)),
                rng.choice((None, None, False, True)),
            )
            for _ in range(rng.randrange(30))
        ]
        expect(function, executions)
    return "40 minimums, and 40 months at random."


PARTS = {"The example": example, "One query": one_query, "A month": a_month}


@variant
def by_frame(executions):
    import pandas as pd

    rows = [
        (
            one["WorkGroup"],
            one.get("Statistics", {}).get("DataScannedInBytes", 0),
            one["Status"]["State"] in ("SUCCEEDED", "CANCELLED")
            and one.get("StatementType") != "DDL"
            and not one.get("ResultReuseInformation", {}).get("ReusedPreviousResult"),
        )
        for one in executions
    ]
    table = pd.DataFrame(rows, columns=["group", "scanned", "billed"])
    table["micros"] = ((table["scanned"] + 999_999) // 1_000_000).clip(lower=10) * 5
    table.loc[~table["billed"].astype(bool) | (table["scanned"] == 0), "micros"] = 0
    return {group: int(sum_) for group, sum_ in table.groupby("group")["micros"].sum().items()}


@variant
def by_decimal(executions):
    from collections import defaultdict
    from decimal import ROUND_UP, Decimal

    owed = defaultdict(int)
    for one in executions:
        owed[one["WorkGroup"]] += 0
        match one:
            case {"StatementType": "DDL"} | {"ResultReuseInformation": {"ReusedPreviousResult": True}}:
                continue
            case {
                "Status": {"State": "SUCCEEDED" | "CANCELLED"},
                "Statistics": {"DataScannedInBytes": n},
            } if n:
                megabytes = (Decimal(n) / 10**6).quantize(Decimal(1), rounding=ROUND_UP)
                owed[one["WorkGroup"]] += int(max(megabytes, Decimal(10)) * 5)
    return dict(owed)


def price_of(execution):
    """What one query owes."""
    scanned = execution.get("Statistics", {}).get("DataScannedInBytes", 0)
    free = (
        execution["Status"]["State"] not in ("SUCCEEDED", "CANCELLED")
        or execution.get("StatementType") == "DDL"
        or execution.get("ResultReuseInformation", {}).get("ReusedPreviousResult", False)
        or not scanned
    )
    return 0 if free else max(10, -(-scanned // 10**6)) * 5


def usual(executions, price=price_of, groups=lambda executions: executions):
    owed = {}
    for one in executions:
        if price(one) or one in groups(executions):
            owed[one["WorkGroup"]] = owed.get(one["WorkGroup"], 0) + price(one)
    return owed


@wrong("no minimum for a query")
def no_minimum(executions):
    return usual(
        executions, lambda one: price_of(one) and -(-one["Statistics"]["DataScannedInBytes"] // 10**6) * 5
    )


@wrong("the minimum is taken once, for the sum of a workgroup")
def minimum_of_sum(executions):
    sums = {}
    for one in executions:
        scanned = one["Statistics"]["DataScannedInBytes"] if price_of(one) else 0
        sums[one["WorkGroup"]] = sums.get(one["WorkGroup"], 0) + scanned
    return {group: n and max(10, -(-n // 10**6)) * 5 for group, n in sums.items()}


@wrong("rounded to the nearest MB", passes_examples=False)
def nearest(executions):
    return usual(
        executions,
        lambda one: price_of(one) and max(10, round(one["Statistics"]["DataScannedInBytes"] / 10**6)) * 5,
    )


@wrong("cancelled queries are free", passes_examples=True)
def cancelled_free(executions):
    return usual(executions, lambda one: 0 if one["Status"]["State"] == "CANCELLED" else price_of(one))


@wrong("failed queries pay what they scanned", passes_examples=True)
def failed_pay(executions):
    def price(one):
        paid = {**one, "Status": {"State": "SUCCEEDED"}} if one["Status"]["State"] == "FAILED" else one
        return price_of(paid)

    return usual(executions, price)


@wrong("a query that scanned nothing pays the minimum", passes_examples=True)
def nothing_pays(executions):
    def price(one):
        if one["Status"]["State"] not in ("SUCCEEDED", "CANCELLED") or one.get("StatementType") == "DDL":
            return 0
        return price_of(one) or 50

    return usual(executions, price)


@wrong("a reused result is paid again", passes_examples=True)
def reused_pays(executions):
    return usual(
        executions, lambda one: price_of({k: v for k, v in one.items() if k != "ResultReuseInformation"})
    )


@wrong("only DML is billed: SHOW and EXPLAIN ANALYZE are forgotten", passes_examples=True)
def only_dml(executions):
    return usual(executions, lambda one: price_of(one) if one.get("StatementType") == "DML" else 0)


@wrong("a workgroup that owes nothing is missing")
def no_zero(executions):
    return {group: owed for group, owed in solve(executions).items() if owed}


NOTES = """
**Why it holds**: money in whole millionths. One MB costs exactly five of them, so nothing is ever rounded but the bytes, and the sum of a million queries is exact.

**Pitfall**: the minimum belongs to a query. Forty tiny queries of a dashboard cost as much as one of 400 MB, each time it is opened.

**Alternative**: the bill itself, which knows discounts and reserved capacity, but comes a day late and has no statement texts; tags on the workgroup join the two.

**At work**: run it over `list_query_executions` each night, grouped by the statement without its literals as well. A fifth of the texts make most of the bill, and the cancelled ones tell who waits too long.
"""
