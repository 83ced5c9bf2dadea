"""The assertion: what keeps within the budget passes, what breaks it is told with the line that did."""

import pytest

from seniorde import plans
from seniorde.plans import PlanBudget, PlanError

ANTI = """
    SELECT p.tailnum FROM planes AS p
    WHERE NOT EXISTS (SELECT 1 FROM flights AS f WHERE f.tailnum = p.tailnum) ORDER BY 1
"""
NOT_IN = "SELECT tailnum FROM planes WHERE tailnum NOT IN (SELECT tailnum FROM flights) ORDER BY 1"
AGAIN = """
    SELECT p.tailnum FROM planes AS p
    WHERE (SELECT count(*) FROM flights AS f WHERE f.tailnum = p.tailnum) = 0 ORDER BY 1
"""
BUDGET = PlanBudget(wants=("Anti Join",), forbids=("SubPlan",), scans={"flights": 1, "planes": 1})


def messages(budget, plan):
    return [violation.message for violation in budget.violations(plan)]


def test_the_same_budget_holds_for_both_engines(flights):
    assert BUDGET.violations(plans.explain(flights, ANTI)) == []
    assert messages(BUDGET, plans.explain(flights, NOT_IN))[0] == (
        "The plan has no Anti Join, and this task asks for one."
    )


def test_a_budget_of_operators_needs_no_run(flights):
    assert BUDGET.violations(plans.explain(flights, ANTI, analyze=False)) == []
    with pytest.raises(PlanError, match="analyze=True"):
        PlanBudget(rows_read=1).violations(plans.explain(flights, ANTI, analyze=False))


def test_a_subplan_that_runs_again_for_every_plane(pg_toy):
    violations = BUDGET.violations(plans.explain(pg_toy, AGAIN))
    assert [violation.message for violation in violations] == [
        "The plan has no Anti Join, and this task asks for one.",
        "The plan uses SubPlan, and this task asks you to do without.",
        "The plan reads flights 60 times; once is enough.",
    ]
    assert violations[1].line.startswith("SubPlan 1: Aggregate")
    assert violations[2].line.startswith("Seq Scan on flights f  rows")
    assert str(violations[2]) == f"{violations[2].message}\n    {violations[2].line}"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Seq Scan", True),
        ("Seq Scan on flights", True),
        ("Seq Scan on flight", False),
        ("Scan on flights", True),
        ("Index Scan", False),
        ("Hash", True),
        ("Has", False),
    ],
)
def test_words_are_matched_whole(flights, words, found):
    plan = plans.explain(flights, "SELECT f.id FROM flights AS f JOIN planes AS p ON f.tailnum = p.tailnum")
    assert bool(PlanBudget(forbids=(words,)).violations(plan)) is found
    assert bool(PlanBudget(wants=(words,)).violations(plan)) is not found


def test_rows_read(flights):
    plan = plans.explain(flights, "SELECT count(*) FROM flights WHERE id < 100")
    assert PlanBudget(rows_read=5000).violations(plan) == []
    [violation] = PlanBudget(rows_read=4999).violations(plan)
    assert violation.message.startswith("The plan reads 5,000 rows from its tables; 4,999 are enough.")
    assert violation.line.startswith("Seq Scan on flights")


def test_pages(pg_toy, toy):
    plan = plans.explain(pg_toy, "SELECT count(*) FROM flights")
    assert PlanBudget(pages=plan.pages).violations(plan) == []
    [violation] = PlanBudget(pages=plan.pages - 1).violations(plan)
    assert violation.message.startswith(f"The plan touches {plan.pages} pages; {plan.pages - 1} are enough.")
    with pytest.raises(PlanError, match="DuckDB does not count pages"):
        PlanBudget(pages=10).violations(plans.explain(toy, "SELECT count(*) FROM flights"))


def test_rows_handed_on(flights):
    plan = plans.explain(flights, "SELECT count(*) FROM flights AS f JOIN flights AS g USING (tailnum)")
    assert PlanBudget(rows_handed_on=10**9).violations(plan) == []
    [violation] = PlanBudget(rows_handed_on=5000).violations(plan)
    assert violation.message.endswith("rows; 5,000 are the most that any needs to.")
    assert "Join" in violation.line


def test_misestimate(pg_toy):
    plan = plans.explain(pg_toy, "SELECT * FROM flights WHERE id % 1000 < 900")
    assert PlanBudget(misestimate=1000).violations(plan) == []
    [violation] = PlanBudget(misestimate=2).violations(plan)
    assert "a factor of 2 is allowed" in violation.message
    assert violation.line.startswith("Seq Scan on flights")


def test_spill(pg_toy):
    pg_toy.execute("SET LOCAL work_mem = '64kB'")
    plan = plans.explain(pg_toy, "SELECT * FROM flights ORDER BY tailnum, id")
    [violation] = PlanBudget(spill_bytes=0).violations(plan)
    assert violation.message.startswith("The plan writes")
    assert violation.message.endswith("it can do without.")
    assert violation.line.startswith("Sort")
    assert PlanBudget(spill_bytes=plan.spill_bytes).violations(plan) == []


def test_partitions(scratch):
    scratch.execute("""
        CREATE TABLE readings (day int, value int) PARTITION BY LIST (day);
        CREATE TABLE readings_1 PARTITION OF readings FOR VALUES IN (1);
        CREATE TABLE readings_2 PARTITION OF readings FOR VALUES IN (2);
        INSERT INTO readings VALUES (1, 1), (2, 2)
    """)
    one = PlanBudget(scans={"readings": 1})
    assert one.violations(plans.explain(scratch, "SELECT * FROM readings WHERE day = 2")) == []
    assert messages(one, plans.explain(scratch, "SELECT * FROM readings WHERE day + 0 = 2")) == [
        "The plan reads readings twice; once is enough."
    ]


def test_no_budget_no_violation(flights):
    assert PlanBudget().violations(plans.explain(flights, AGAIN)) == []
