"""One test for each thing that a SQL check can say, on both engines."""

import time

import pytest

from seniorde.checks import parts, sql
from seniorde.problems import load

ID = "w1-antijoin-idle-planes"
LINE = "SELECT tailnum FROM planes ORDER BY 1"
pytestmark = pytest.mark.usefixtures("postgres")

DUCK = '''"""# Delays

Mean arrival delay by carrier.
"""
from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, unchanged, value

PROBLEM = SqlProblem(
    id="w7-testing-delays", engine="duckdb", pattern="aggregate", difficulty="easy", minutes=5, points=2,
    hints={"Rows": ("First hint.",)}, ordered=("mean",),
)

SOLVE = "SELECT carrier, avg(arr_delay) AS mean FROM flights GROUP BY carrier ORDER BY mean"


def oracle(flights):
    means = flights.groupby("carrier", as_index=False)["arr_delay"].mean()
    return means.rename(columns={"arr_delay": "mean"}).sort_values("mean")


TRAPS = {
    "as it is": unchanged(),
    "arr_delay NULL": null("flights", "arr_delay", rows=5),
    "rows twice": twice("flights"),
    "equal delays": together(tie("flights", "arr_delay"), value("flights", "carrier", "ZZ")),
    "no flights": empty("flights"),
}

VARIANT = variant("""
FROM flights SELECT carrier, sum(arr_delay) / count(arr_delay) AS mean GROUP BY ALL ORDER BY 2;
""")
ZERO = wrong(
    "takes NULL for 0",
    "SELECT carrier, avg(coalesce(arr_delay, 0)) AS mean FROM flights GROUP BY 1 ORDER BY 2",
)
MISS = wrong(
    "loses small carriers",
    "SELECT carrier, avg(arr_delay) AS mean FROM flights GROUP BY 1 HAVING count(*) > 9 ORDER BY 2",
    passes_given_data=True,
)
NOTES = "**Plan**: one scan."
'''


@pytest.fixture(autouse=True)
def first_attempt():
    parts.attempts.clear()


@pytest.fixture(scope="module")
def planes():
    return load(ID)


@pytest.fixture(scope="module")
def delays(make):
    return make(source=DUCK, slug="delays")


def judge(problem, answer, reason, *words, points=0.0):
    """The score, after asserting its reason, points and words."""
    score = sql.judge(problem, answer)
    assert (score.reason, float(score)) == (reason, points), score.text
    for word in words:
        assert word in score.text, score.text
    return score


def test_right_with_comments_semicolon_and_percent(planes):
    answer = f"-- 100 % mine; really\n/* and; this */ {planes.solve.strip()} ; -- done; %s\n"
    assert judge(planes, answer, "", "785 rows, all right", "Within the budget", points=3).passed


@pytest.mark.parametrize("answer", [..., None, "", " ;\n", "...", "-- still thinking", "/* later */ ;"])
def test_blank_scores_zero_without_an_error(planes, answer):
    assert not judge(planes, answer, "blank", "no answer yet").hint


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (3, "type", "of type `int`: write the query as a string"),
        (LINE + "; SELECT 1", "statement", "holds 2 statements"),
        ("DROP TABLE planes", "statement", "not DROP"),
        ("insert into planes values (1)", "statement", "not INSERT"),
        ("SELEC 1", "error", 'syntax error at or near "SELEC"'),
        ("SELECT *\nFROM planes\nWHERE tailnun = ''", "error", "WHERE tailnun = ''\n              ^"),
        ("SELECT tailnum || 'x FROM planes", "error", "unterminated quoted string"),
        ("SELECT '\0'", "error", "NUL character"),
        ("SELECT '\\d' WHERE 1 = 1/0", "error", "division by zero"),
        ("WITH gone AS (DELETE FROM planes RETURNING 1) SELECT * FROM gone", "error", "data-modifying"),
        ("SELECT tailnum FROM planes FOR UPDATE", "refused", "may only read"),
        ("SELECT nextval('nothing')", "error", "does not exist"),
        ("SELECT pg_read_file('/etc/passwd')", "refused", "may only read"),
        ("SELECT 1 AS tailnum INTO mine", "error", "INTO"),
        ("SELECT * FROM planes, flights", "rows", "far too many"),
        ("SELECT tailnum, 1 FROM planes", "rows", "2 columns, expected: tailnum; yours: tailnum, ?column?"),
        ("SELECT tailnum AS plane FROM planes", "rows", "named otherwise"),
        ("SELECT tailnum FROM planes WHERE false", "rows", "no row; 785 expected"),
        (LINE, "rows", "2,537 surplus"),
    ],
)
def test_verdicts(planes, answer, reason, words):
    judge(planes, answer, reason, words)


def test_percent_is_no_placeholder(planes):
    judge(
        planes,
        "SELECT tailnum FROM planes WHERE tailnum LIKE 'N1%' AND 7 % 2 = 1 ORDER BY 1",
        "rows",
        "missing",
    )


def test_order(planes):
    judge(
        planes, planes.solve.replace("ORDER BY p.tailnum", "ORDER BY 1 DESC"), "rows", "order is not", "row 1"
    )


def test_a_trap_is_named(planes):
    query = next(a.answer for a in planes.wrongs if a.name == "JOIN_FIRST")
    words = ("a trap: planes without any flight", "4 missing", "N701UW")
    judge(planes, query, "trap: planes without any flight", *words, points=1)


def test_the_plan_line_is_shown(planes):
    query = next(a.answer for a in planes.wrongs if a.name == "NOT_IN_WITHOUT_NULL")
    judge(planes, query, "plan", "The rows are right. The plan has no Anti Join", "plan line:", points=2)


def test_timeout(planes, monkeypatch):
    monkeypatch.setattr(sql, "SECONDS", 1)
    judge(planes, "SELECT pg_sleep(60)::text AS tailnum", "timeout", "cancelled after 1 seconds")
    judge(planes, planes.solve, "", points=3)


def test_hints_come_one_by_one_for_what_failed(planes):
    rows, plan = planes.hints["Rows"], planes.hints["Plan"]
    dear = next(wrong.answer for wrong in planes.wrongs if wrong.fails == "plan")
    trapped = next(wrong.answer for wrong in planes.wrongs if wrong.fails.startswith("trap"))
    answers = ["SELECT 1", dear, trapped, dear, *["SELECT 1"] * len(rows)]
    hints = [sql.judge(planes, answer).hint for answer in answers]
    assert hints == [rows[0], plan[0], rows[1], plan[1], *rows[2:], rows[-1], rows[-1]]


def test_a_lost_connection_is_opened_again(planes):
    sql.judge(planes, "SELECT 1")
    sql._given("postgres", "flights").close()
    sql._bench("postgres", "flights").owner.close()
    judge(planes, planes.solve, "", points=3)


def test_once_the_engine_runs_a_check_is_quick(planes, quick):
    sql.judge(planes, planes.solve)
    assert quick(lambda: sql.judge(planes, planes.solve), seconds=3, clock=time.perf_counter)


# DuckDB ------------------------------------------------------------------------------------------


def test_duckdb_right(delays):
    judge(delays, delays.solve, "", "16 rows", "Right with each of 5 traps", points=2)
    judge(delays, delays.variants[0].answer, "", points=2)


def test_duckdb_wrong(delays):
    judge(delays, delays.wrongs[0].answer, "rows", "missing", "surplus", "First hint.")
    judge(delays, delays.wrongs[1].answer, "trap: as it is", points=1)


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        ("SELEC 1", "error", "DuckDB says"),
        ("SELECT carrier, foo AS mean FROM flights", "error", 'column "foo" not found'),
        ("CREATE TABLE mine AS SELECT 1", "statement", "not CREATE"),
        ("CHECKPOINT", "statement", "only reads"),
        ("SELECT 1; SELECT 2", "statement", "2 statements"),
        ("SELECT * FROM range(10000000)", "rows", "far too many"),
    ],
)
def test_duckdb_verdicts(delays, answer, reason, words):
    judge(delays, answer, reason, words)


def test_duckdb_timeout(delays, monkeypatch):
    monkeypatch.setattr(sql, "SECONDS", 1)
    judge(
        delays,
        "SELECT count(*) FROM flights a, flights b, flights c WHERE a.distance + b.distance = c.distance",
        "timeout",
    )
    judge(delays, delays.solve, "", points=2)


SETUP = '''
SETUP = """
CREATE TABLE arrivals AS SELECT carrier, arr_delay FROM flights WHERE arr_delay IS NOT NULL;
CREATE VIEW means AS SELECT carrier, avg(arr_delay)::float8 AS mean FROM arrivals GROUP BY carrier;
"""

PROBLEM = '''


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_a_setup_is_made_on_the_data_and_anew_with_every_trap(make, engine):
    problem = make(source=DUCK.replace("\nPROBLEM = ", SETUP).replace("duckdb", engine), slug="delays")
    query = "SELECT carrier, mean FROM means {} ORDER BY mean"
    for _ in range(2):
        judge(problem, query.format(""), "", "Right with each of 5 traps", points=2)
    judge(problem, query.format("WHERE carrier <> 'ZZ'"), "trap: equal delays", "ZZ", points=1)
    judge(problem, "INSERT INTO arrivals VALUES ('ZZ', 1)", "statement")
    with sql._open[engine, "flights", problem.setup] as con:
        assert con.execute("SELECT count(*) FROM arrivals").fetchone()[0] > 300_000


def test_a_setup_is_gone_for_a_problem_without_one(delays, planes):
    for problem in (delays, planes):
        judge(problem, "SELECT * FROM arrivals", "error", "arrivals")
        judge(problem, problem.solve, "", points=problem.points)
