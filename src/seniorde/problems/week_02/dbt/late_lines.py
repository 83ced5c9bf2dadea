"""# Late lines in a daily mart

The view `stg_lines` holds every order line once: `line_id`, `seller_id`, `sold_on` (a date), `cents`, `loaded_at` (a timestamp: when the line came into the lake). A line comes on its day, or days, or months later. Lines are never changed or taken away.

Write the model `models/marts/seller_days.sql`, *incremental*, with one row for each seller and day:

| sold_on | seller_id | lines | cents | loaded_at |
| :-- | :-- | :-- | :-- | :-- |
| 2025-06-01 | 7 | 2 | 500 | the latest of its lines |

`dbt run` builds it at any time, and as often as you like. After each run the table must be what `--full-refresh` would make of the present `stg_lines`:

- late lines are in it, however late;
- a second run changes nothing;
- in one run two loads may have come, or half of one: its other half comes later *with the same* `loaded_at`;
- the first runs may find no line at all.

And it must be incremental: the row of a day for which nothing came since the last run (nothing with the newest `loaded_at` that the table knows, or a later one) is not written again. The check puts a mark into such a row, and looks for it after the run.

Write the file as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from functools import lru_cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dbt-late-lines",
    pattern="incremental model",
    difficulty="hard",
    minutes=30,
    points=4,
    order=4,
    hints={
        "First build": (
            "The `SELECT` without `is_incremental()` is the whole table; the columns in the statement's order.",
            "`{{ config(materialized='incremental', unique_key=['sold_on', 'seller_id'], incremental_strategy='delete+insert') }}`; `loaded_at` is `max(loaded_at)`.",
        ),
        "Late, and again": (
            "What is new is told by when it was *loaded*, not by when it was sold.",
            "A sum cannot be mended from the new lines alone: find the days that new lines touch, and read all the lines of these days.",
        ),
        "The same load, no load": (
            "Two traps: `>` and `>=`, and the maximum of an empty table.",
            "`loaded_at >= (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})`.",
        ),
        "Only what changed": (
            "Which rows does your `SELECT` return in an incremental run? These are the rows that are written.",
            "`where sold_on in (select sold_on from {{ ref('stg_lines') }} where loaded_at >= …)`.",
        ),
    },
)

COLUMNS = "line_id integer, seller_id integer, sold_on date, cents integer, loaded_at timestamp"


@lru_cache(maxsize=1)
def project():
    from seniorde.problems.week_02.dbt._project import Project

    return Project(
        **{
            "models/sources.yml": "sources: [{name: lake, schema: main, tables: [{name: lines}]}]",
            "models/staging/stg_lines.sql": "select * from {{ source('lake', 'lines') }}",
        }
    )


def line(number, seller, sold, cents, loaded):
    """A line that was sold on a day of June and loaded on a day of June, at 4 o'clock."""
    return f"({number}, {seller}, '2025-06-{sold:02}', {cents}, '2025-06-{loaded:02} 04:00')"


FIRST = [line(1, 7, 1, 200, 2), line(2, 7, 1, 300, 2), line(3, 8, 1, 50, 2), line(4, 7, 2, 900, 3)]
SECOND = [line(5, 7, 20, 10, 21), line(6, 7, 1, 1, 21), line(7, 9, 1, 70, 21)]  # two of the 1st come late
VERY_LATE = [line(8, 7, 28, 5, 29), line(9, 8, 1, 500, 29)]
FULL = """
    SELECT sold_on, seller_id, count(*) AS lines, sum(cents) AS cents, max(loaded_at) AS loaded_at
    FROM main.lines GROUP BY ALL ORDER BY ALL
"""
WANTED = ["sold_on", "seller_id", "lines", "cents", "loaded_at"]


@lru_cache(maxsize=1)
def parsed(model):
    shop = project()
    shop.write("models/marts/seller_days.sql", model)
    manifest = shop.parse()
    node = manifest.nodes["model.shop.seller_days"]
    if node.config.materialized != "incremental":
        raise Refused(
            "materialized", f"The model is materialized as {node.config.materialized}, not incremental."
        )
    if set(node.depends_on.nodes) != {"model.shop.stg_lines"}:
        raise Refused("edges", "The model reads `stg_lines` by `ref`, and nothing else.")
    return shop


def begin(model):
    shop = parsed(model)
    shop.fresh(f"CREATE TABLE main.lines ({COLUMNS})")
    shop.sql("CREATE SCHEMA shop; CREATE VIEW shop.stg_lines AS FROM main.lines")
    return shop


def refused(step):
    """The Refused of a step of a story, or None."""
    try:
        step()
    except Refused as why:
        return why
    return None


@lru_cache(maxsize=16)
def weeks(model):
    """What is wrong after each run of one story; it ends with the first that is."""
    shop = begin(model)

    def run(lines, when, **options):
        add(shop, lines)
        shop.run("run", "--select", "seller_days")
        same(shop, when, **options)

    def marked():
        shop.sql("UPDATE shop.seller_days SET cents = -1 WHERE sold_on = '2025-06-02'")
        run(VERY_LATE, "after a run with a line that is four weeks late", but="2025-06-02")

    steps = [
        lambda: run(FIRST, "after the first run"),
        lambda: run([], "after a second run with nothing new"),
        lambda: run(SECOND, "after a run with late lines of the 1st"),
        marked,
    ]
    found = []
    for step in steps:
        found.append(refused(step))
        if found[-1]:
            break
    return found, [] if found[-1] else shop.sql(
        "SELECT cents FROM shop.seller_days WHERE sold_on = '2025-06-02'"
    )


def add(shop, lines):
    if lines:
        shop.sql(f"INSERT INTO main.lines VALUES {', '.join(lines)}")


def same(shop, when, but=""):
    try:
        names = [row[0] for row in shop.sql("DESCRIBE shop.seller_days")]
        if names != WANTED:
            raise Refused("columns", "The columns are not those of the statement.",
                          expected=", ".join(WANTED), got=", ".join(names))  # fmt: skip
        found = shop.sql(f"FROM shop.seller_days WHERE sold_on::varchar <> '{but}' ORDER BY ALL")
    except Refused:
        raise
    except Exception as error:
        raise Refused(
            "error", f"The table cannot be read {when}.", message=str(error).splitlines()[0]
        ) from None
    wanted = [row for row in shop.sql(FULL) if str(row[0]) != but]
    if [plain(row) for row in found] != [plain(row) for row in wanted]:
        raise Refused(
            "rows", f"{when[0].upper()}{when[1:]} the table is not what a full refresh would make.",
            **{"rows that should be": told(set(map(plain, wanted)) - set(map(plain, found))),
               "rows that should not be": told(set(map(plain, found)) - set(map(plain, wanted))) or surplus(found)},
        )  # fmt: skip


def plain(row):
    return tuple(str(value) for value in row)


def told(rows):
    return "\n".join(" | ".join(row) for row in sorted(rows)[:5])


def surplus(found):
    return told({plain(row) for row in found if found.count(row) > 1}) or "(none)"


def first_build(model):
    found, _ = weeks(model)
    if found[0]:
        raise found[0]
    return "The first run builds the whole table."


def late(model):
    found, _ = weeks(model)
    if found[-1]:
        raise found[-1]
    return "Late lines are in it, and a second run changes nothing."


@lru_cache(maxsize=16)
def half_loads(model):
    shop = begin(model)
    for lines, when in (
        ([], "after a first run that finds no line"),
        (FIRST[:2], "after a run without a line and one with half of a load"),
        (FIRST[2:], "after the other half of that load, and the next load,"),
    ):
        add(shop, lines)
        shop.run("run", "--select", "seller_days")
        same(shop, when)
    return "Half a load and an empty one do no harm."


def only_changed(model):
    _, left = weeks(model)
    if left != [(-1,)]:
        raise Refused(
            "rewrites", "The row of 2 June was written again, though nothing came for it.",
            marked="sold_on 2025-06-02, loaded on 3 June; then came lines of 1 and 28 June, loaded on 29 June",
        )  # fmt: skip
    return "A day for which nothing came is left as it was."


PARTS = {
    "First build": first_build,
    "Late, and again": late,
    "The same load, no load": half_loads,
    "Only what changed": only_changed,
}

SOLVE = r"""
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['sold_on', 'seller_id'],
) }}

select
    sold_on,
    seller_id,
    count(*) as lines,
    sum(cents) as cents,
    max(loaded_at) as loaded_at
from {{ ref('stg_lines') }}
{% if is_incremental() %}
where sold_on in (
    select sold_on
    from {{ ref('stg_lines') }}
    where loaded_at >= (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
)
{% endif %}
group by sold_on, seller_id
"""

BY_DAY = variant(r"""
{{ config(materialized='incremental', unique_key='sold_on') }}

{% set newest = none %}
{% if is_incremental() %}
    {% set newest = run_query("select max(loaded_at) from " ~ this).columns[0].values()[0] %}
{% endif %}

with lines as (select * from {{ ref('stg_lines') }}),

touched as (
    select distinct sold_on from lines
    {% if newest is not none %} where loaded_at >= timestamp '{{ newest }}' {% endif %}
)

select sold_on, seller_id, count(*) as lines, sum(cents) as cents, max(loaded_at) as loaded_at
from lines
semi join touched using (sold_on)
group by all
""")

ONLY_DIFFERENT = variant(r"""
{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key=['sold_on', 'seller_id'],
) }}

with whole as (
    select sold_on, seller_id, count(*) as lines, sum(cents) as cents, max(loaded_at) as loaded_at
    from {{ ref('stg_lines') }}
    group by 1, 2
)

select whole.*
from whole
{% if is_incremental() %}
left join {{ this }} as old
    on old.sold_on = whole.sold_on and old.seller_id = whole.seller_id
where old.lines is distinct from whole.lines or old.loaded_at is distinct from whole.loaded_at
{% endif %}
""")

BY_EVENT_DAY = wrong(
    "the newest day sold says nothing about what came late",
    SOLVE.replace("""where sold_on in (
    select sold_on
    from {{ ref('stg_lines') }}
    where loaded_at >= (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
)""", "where sold_on >= (select coalesce(max(sold_on), date '1970-01-01') from {{ this }})"),
    fails="rows",
    passes_examples=True,
)  # fmt: skip
LOOK_BACK = wrong(
    "three days of look back do not find what is four weeks late",
    SOLVE.replace("""where sold_on in (
    select sold_on
    from {{ ref('stg_lines') }}
    where loaded_at >= (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
)""", "where sold_on >= (select coalesce(max(sold_on), date '1970-01-01') - 3 from {{ this }})"),
    fails="rows",
    passes_examples=True,
)  # fmt: skip
NEW_LINES_ONLY = wrong(
    "the sums of the new lines alone replace the sums of all",
    SOLVE.replace("""where sold_on in (
    select sold_on
    from {{ ref('stg_lines') }}
    where loaded_at >= (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
)""", "where loaded_at > (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})"),
    fails="rows",
    passes_examples=True,
)  # fmt: skip
APPEND = wrong(
    "without a key every run adds the rows again",
    SOLVE.replace("'delete+insert'", "'append'").replace("    unique_key=['sold_on', 'seller_id'],\n", ""),
    fails="rows",
    passes_examples=True,
)
KEY_TOO_SMALL = wrong(
    "the key is the day, but only the seller with new lines is read again: the day's other sellers are deleted",
    SOLVE.replace("['sold_on', 'seller_id']", "'sold_on'").replace(
        "where sold_on in (\n    select sold_on\n", "where (sold_on, seller_id) in (\n    select (sold_on, seller_id)\n"
    ),
    fails="rows",
    passes_examples=True,
)  # fmt: skip
GREATER = wrong(
    "the other half of the newest load has the same loaded_at",
    SOLVE.replace("loaded_at >= (", "loaded_at > ("),
    fails="rows",
    passes_examples=True,
)
NULL_MAX = wrong(
    "the maximum of an empty table is NULL, and nothing is ever loaded",
    SOLVE.replace("coalesce(max(loaded_at), timestamp '1970-01-01')", "max(loaded_at)"),
    fails="rows",
    passes_examples=True,
)
EVERYTHING = wrong(
    "right rows, and every night all of them are written again",
    SOLVE.replace("{% if is_incremental() %}", "{% if false %}"),
    fails="rewrites",
    passes_examples=True,
)
TABLE = wrong(
    "a table is no incremental model",
    SOLVE.replace("""    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['sold_on', 'seller_id'],
""", "    materialized='table',\n"),
    fails="materialized",
)  # fmt: skip

NOTES = """
**Why it holds**: what is new is known by its arrival, what it touches by its day. Whole days are read again and replaced by key, so a run may be repeated; `>=` reads the newest load again, because half of it may still come.

**Pitfall**: a watermark with `>` on a value that repeats loses rows for ever, and no error says so. An aggregate cannot be mended from the new rows alone, unless it adds up and nothing is ever read twice.

**Alternative**: a look back of some days is cheaper where lateness has a bound and somebody compares with the source; `microbatch` (dbt 1.9) replaces whole days of a window, and loses what is later than its `lookback`.

**At work**: the column `loaded_at` in the lake is what makes this possible. Without an arrival time, nobody can tell a late row from an old one, and a full refresh is all that is left.
"""
