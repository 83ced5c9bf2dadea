"""# A history of the customers

The customer system delivers its whole table each morning; the model `customers` always shows the newest delivery:

| column | |
| :-- | :-- |
| `shop`, `customer_id` | together the key: two shops number their customers from 1 |
| `city`, `segment` | may be missing |
| `last_seen_at` | timestamp, moves at every visit |
| `changed_at` | timestamp; the web form sets it, the support team's corrections do not |
| `delivered_at` | timestamp of the delivery, the same in all rows |

Write `snapshots/customer_history.yml`: a snapshot with the name `customer_history` over this model. After each delivery `dbt snapshot` runs once, or twice after a crash. Then the history must say:

- a new version begins when city or segment changed (also from or to missing), and at nothing else;
- a version is valid from the delivery that brought it, and ends with the delivery that brought the next one: a history that is built again in a year says the same;
- a customer who is missing from a delivery has no current version (`dbt_valid_to` is set; *when* is not judged) and stays in the history; who comes back gets a new one, as of that delivery.

| shop | customer_id | city | delivered | dbt_valid_from | dbt_valid_to |
| :-- | :-- | :-- | :-- | :-- | :-- |
| de | 1 | Lund | 1 June | 1 June | 2 June |
| de | 1 | Graz | 2 June | 2 June | NULL |

Keep dbt's own names of the `dbt_` columns.
Write the file as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from functools import lru_cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dbt-snapshot-customers",
    pattern="snapshot",
    difficulty="medium",
    minutes=20,
    points=4,
    order=3,
    hints={
        "A change": (
            "`snapshots: [{name: …, relation: ref('customers'), config: {…}}]`. Which strategy sees a change that no column announces?",
            "`strategy: check` with `check_cols`; and what it writes as the time is the run's clock, unless `updated_at` names a column.",
        ),
        "No change": (
            "Which columns move although nothing happened?",
            "`check_cols: [city, segment]`; `all` would take a visit, and even the delivery itself, for a change.",
        ),
        "Two shops": (
            "What is the key of a customer?",
            "`unique_key: [shop, customer_id]`: it takes a list.",
        ),
        "Gone and back": (
            "By default a missing row is ignored.",
            "`hard_deletes: invalidate` ends its version; `new_record` would add one that is current and says that it is deleted.",
        ),
    },
)

COLUMNS = (
    "shop varchar, customer_id integer, city varchar, segment varchar, "
    "last_seen_at timestamp, changed_at timestamp, delivered_at timestamp"
)


def people(day, *rows):
    """A delivery: shop, customer, city, segment, and whether the web form noted a change that day."""
    return [
        (shop, number, city, segment, f"2025-06-{day:02} 03:00", f"2025-06-{changed:02} 02:00", f"2025-06-{day:02} 04:00")
        for shop, number, city, segment, changed in rows
    ]  # fmt: skip


DAYS = 3
# Part → deliveries, one a day from 1 June; the versions: shop, customer, city, segment, from day, to day
# (None: current, 0: ended, no matter when). Each part has customers of its own.
STORIES = {
    "A change": (
        [
            people(1, ("de", 1, "Lund", "new", 1), ("de", 2, "Kiel", "vip", 1)),
            people(2, ("de", 1, "Graz", "new", 1), ("de", 2, "Kiel", "vip", 1)),
            people(3, ("de", 1, "Graz", "vip", 3), ("de", 2, "Kiel", "vip", 1)),
        ],
        [
            ("de", 1, "Lund", "new", 1, 2),
            ("de", 1, "Graz", "new", 2, 3),
            ("de", 1, "Graz", "vip", 3, None),
            ("de", 2, "Kiel", "vip", 1, None),
        ],
    ),
    "No change": (
        [
            people(1, ("de", 3, None, "new", 1)),
            people(2, ("de", 3, None, "new", 2)),
            people(3, ("de", 3, "Graz", None, 2)),
        ],
        [("de", 3, None, "new", 1, 3), ("de", 3, "Graz", None, 3, None)],
    ),
    "Two shops": (
        [
            people(1, ("de", 4, "Lund", "new", 1), ("se", 4, "Umeå", "new", 1)),
            people(2, ("de", 4, "Lund", "vip", 2), ("se", 4, "Umeå", "new", 1)),
            people(3, ("de", 4, "Lund", "vip", 2), ("se", 4, "Umeå", "new", 1)),
        ],
        [
            ("de", 4, "Lund", "new", 1, 2),
            ("de", 4, "Lund", "vip", 2, None),
            ("se", 4, "Umeå", "new", 1, None),
        ],
    ),
    "Gone and back": (
        [
            people(1, ("de", 5, "Lund", "new", 1), ("de", 6, "Kiel", "new", 1)),
            people(2),
            people(3, ("de", 5, "Lund", "new", 1)),
        ],
        [
            ("de", 5, "Lund", "new", 1, 0),
            ("de", 5, "Lund", "new", 3, None),
            ("de", 6, "Kiel", "new", 1, 0),
        ],
    ),
}
HISTORY = """
    SELECT shop, customer_id, city, segment, dbt_valid_from::varchar, dbt_valid_to::varchar
    FROM shop.customer_history ORDER BY shop, customer_id, dbt_valid_from, dbt_valid_to NULLS LAST
"""


@lru_cache(maxsize=1)
def project():
    from seniorde.problems.week_02.dbt._project import Project

    return Project(
        **{
            "models/sources.yml": "sources: [{name: crm, schema: main, tables: [{name: delivered}]}]",
            "models/customers.sql": "select * from {{ source('crm', 'delivered') }}",
        }
    )


@lru_cache(maxsize=1)
def parsed(text):
    shop = project()
    shop.write("snapshots/customer_history.yml", text)
    shop.fresh()
    manifest = shop.parse()
    found = [node for node in manifest.nodes.values() if str(node.resource_type) == "snapshot"]
    if [node.name for node in found] != ["customer_history"]:
        raise Refused("name", "The file has to define one snapshot with the name `customer_history`.")
    if found[0].depends_on.nodes != ["model.shop.customers"]:
        raise Refused("edges", "The snapshot's `relation` is `ref('customers')`.")
    return shop


def load(rows):
    values = ", ".join("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in rows)
    return f"CREATE OR REPLACE TABLE main.delivered ({COLUMNS}); INSERT INTO main.delivered VALUES {values}"


@lru_cache(maxsize=16)
def history(text):
    """The history after all days; every part has customers of its own in the same deliveries."""
    shop = parsed(text)
    days = [[row for deliveries, _ in STORIES.values() for row in deliveries[day]] for day in range(DAYS)]
    shop.sql("CREATE SCHEMA shop")
    shop.sql(load(days[0]))
    shop.sql("CREATE VIEW shop.customers AS FROM main.delivered")
    for day, rows in enumerate(days, 1):
        shop.sql(load(rows))
        for _ in range(1 + (day == 2)):  # a crash on the second day
            shop.run("snapshot")
    try:
        return shop.sql(HISTORY)
    except Exception as error:
        raise Refused("columns", "The history cannot be read.", message=str(error).splitlines()[0]) from None


def story(text, name):
    deliveries, expected = STORIES[name]
    ours = {row[1] for rows in deliveries for row in rows}
    found = [row for row in history(text) if row[1] in ours]
    wanted = [(*row[:4], moment(row[4]), moment(row[5])) for row in expected]
    if not agree(found, wanted):
        raise Refused(
            "versions", "After these deliveries the history is another one.",
            deliveries="\n".join(f"{day} June: " + ("; ".join(" ".join(map(str, row[:4])) for row in rows) or "–")
                                 for day, rows in enumerate(deliveries, 1)),
            expected=told(wanted), got=told(found),
        )  # fmt: skip
    return f"{DAYS} deliveries, {len(expected)} versions."


def moment(day):
    return {None: None, 0: "ended"}.get(day, f"2025-06-{day:02} 04:00:00" if day else None)


def agree(found, wanted):
    return len(found) == len(wanted) and all(
        got[:5] == want[:5] and (got[5] is not None if want[5] == "ended" else got[5] == want[5])
        for got, want in zip(found, wanted, strict=True)
    )


def told(rows):
    """The versions; a time that is no delivery's is the clock of a run, and is not shown."""

    def shown(value):
        if value is None:
            return "NULL"
        text = str(value)
        return "the clock of the run" if text[:2] == "20" and not text.startswith("2025-06") else text

    return "\n".join(" | ".join(map(shown, row)) for row in rows[:8]) or "(no version)"


def part(name):
    return lambda text: story(text, name)


PARTS = {name: part(name) for name in STORIES}

SOLVE = r"""
snapshots:
  - name: customer_history
    relation: ref('customers')
    config:
      unique_key: [shop, customer_id]
      strategy: check
      check_cols: [city, segment]
      updated_at: delivered_at
      hard_deletes: invalidate
"""

OTHER_WORDS = variant(r"""
version: 2
snapshots:
  - name: customer_history
    description: One row for each state of a customer that a delivery has shown.
    relation: ref("customers")
    config:
      strategy: check
      unique_key: ["shop", "customer_id"]
      check_cols: ["segment", "city"]
      updated_at: "cast(delivered_at as timestamp)"
      hard_deletes: invalidate
      tags: [history]
    columns:
      - name: customer_id
        data_tests: [not_null]
""")

BY_TIME = wrong(
    "timestamp trusts a column that corrections do not move",
    r"""
snapshots:
  - name: customer_history
    relation: ref('customers')
    config:
      unique_key: [shop, customer_id]
      strategy: timestamp
      updated_at: changed_at
      hard_deletes: invalidate
""",
    fails="versions",
)
CLOCK = wrong(
    "without updated_at the versions begin at the clock of the run",
    SOLVE.replace("      updated_at: delivered_at\n", ""),
    fails="versions",
)
DELIVERY_TIME = wrong(
    "timestamp by the delivery makes a version of every customer each day",
    SOLVE.replace("strategy: check\n      check_cols: [city, segment]", "strategy: timestamp"),
    fails="versions",
)
ALL = wrong(
    "with all columns every visit is a change",
    SOLVE.replace("[city, segment]", "all"),
    fails="versions",
)
ONE_KEY = wrong(
    "the number alone is not the key: two shops become one customer",
    SOLVE.replace("[shop, customer_id]", "customer_id"),
    fails="versions",
    passes_examples=True,
)
IGNORED = wrong(
    "by default who is gone stays current",
    SOLVE.replace("      hard_deletes: invalidate\n", ""),
    fails="versions",
    passes_examples=True,
)
NEW_RECORD = wrong(
    "new_record adds a version that is current and says deleted: gone customers have a current version",
    SOLVE.replace("invalidate", "new_record"),
    fails="versions",
    passes_examples=True,
)
ONLY_CITY = wrong(
    "a change of the segment is a change",
    SOLVE.replace("[city, segment]", "[city]"),
    fails="versions",
)

NOTES = """
**Why it holds**: `check` compares the columns that matter with the current version, NULL included; `updated_at` makes the delivery, not the run, the time of the version; a second run finds nothing to do.

**Pitfall**: `check_cols: all` here makes a version a day of everybody, for `delivered_at` moves: 2,400 customers are 876,000 versions a year. And `unique_key: customer_id` lets two shops fight over one row.

**Alternative**: `timestamp` compares one column and is cheaper, where every writer moves it. Change events (CDC) also keep what changed twice between two deliveries, and the true time of a deletion: `invalidate` writes the clock of the run.

**At work**: guard the delivery before the snapshot. With `invalidate`, half a file ends half of the customers; a test on its row count, `error_if` it shrank, comes first. And back the history up: it is the one table that cannot be built again.
"""
