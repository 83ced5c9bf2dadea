"""# How well is it clustered?

`flight_log` holds the flights of JFK in the order in which they lie on disk: `position` counts from 0, and a page takes 60 of them (positions 0 to 59 are page 0). The cell above makes it of `flights`.

For a column as key, walk through the rows in the order of the key, rows with the same key by `position`, and note the page of each.
`visits` is the number of pages opened on that walk: the first row opens one, and every row on another page than the row before it opens one more.
Rows whose key is NULL are not part of the walk.

Return `key`, `rows` and `visits` for the keys `carrier`, `dest`, `month` and `tailnum`: the column's name, the rows of its walk, the pages opened.
Each key has its row, with 0 and 0 where there is nothing to walk.
Any order of rows is right.

For example, `visits` is 3 where the first value lies on positions 0, 1, 61 and 62 and the second on position 2: pages 0, 0, 1, 1, then 0 again.

The plan may read `flight_log` once.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, unchanged

PROBLEM = SqlProblem(
    id="w3-clustering-pages-visited",
    engine="duckdb",
    pattern="clustering factor with lag",
    difficulty="medium",
    minutes=25,
    points=3,
    plan=PlanBudget(scans={"flight_log": 1}),
    hints={
        "Rows": (
            "For one key first: which page had the row before, in which order? The first row has none.",
            "`lag(position // 60) OVER (ORDER BY key, position)` differs, or is NULL: count those rows.",
            "Leave out the rows whose key is NULL, and order `month` as a number, or as a text of two digits: `'10'` stands before `'2'`. "
            "A key without rows keeps its row if you begin, for example, with the four names, `LEFT JOIN` the walk and count one of its columns, not `*`.",
        ),
        "Plan": (
            "How often does `flight_log` stand behind a `FROM` in your query? Each time can be one more scan.",
            "For all keys in one pass turn columns into rows, `UNPIVOT` or a cross join with the names, and partition the window by the name.",
            "`UNPIVOT (…) ON carrier, dest, month, tailnum INTO NAME key VALUE value` takes columns of one type: "
            "make a text of `month` first that sorts like the number. Or put four `lag` columns side by side in one `SELECT`.",
        ),
    },
)

SETUP = """
CREATE TABLE flight_log AS
    SELECT (row_number() OVER (ORDER BY time_hour, carrier, flight) - 1)::INTEGER AS position,
        time_hour, carrier, flight, tailnum, dest, month
    FROM flights WHERE origin = 'JFK' ORDER BY position;
"""

SOLVE = """
WITH keyed AS (
    SELECT position, unnest([
        {'key': 'carrier', 'value': carrier}, {'key': 'dest', 'value': dest},
        {'key': 'month', 'value': lpad(month::VARCHAR, 2, '0')}, {'key': 'tailnum', 'value': tailnum}
    ], recursive := true)
    FROM flight_log
), walked AS (
    SELECT key, position // 60 AS page,
        lag(position // 60) OVER (PARTITION BY key ORDER BY value, position) AS before
    FROM keyed WHERE value IS NOT NULL
)
SELECT key, count(page) AS rows, count(page) FILTER (WHERE page IS DISTINCT FROM before) AS visits
FROM (VALUES ('carrier'), ('dest'), ('month'), ('tailnum')) AS keys (key) LEFT JOIN walked USING (key)
GROUP BY key
"""

KEYS = ("carrier", "dest", "month", "tailnum")


def oracle(flights):
    log = (
        flights[flights["origin"] == "JFK"]
        .sort_values(["time_hour", "carrier", "flight"], kind="stable")
        .reset_index(drop=True)
    )
    rows = []
    for key in KEYS:
        walk = log[log[key].notna()].assign(position=lambda found: found.index)
        pages = walk.sort_values([key, "position"])["position"] // 60
        rows.append((key, len(pages), int((pages != pages.shift()).sum())))
    return pd.DataFrame(rows, columns=["key", "rows", "visits"])


def log(*rows):
    """A trap: 150 flights, one a minute, with the values of these rows again and again."""

    def change(frames):
        blank, made = frames["flights"].iloc[0], []
        for number in range(150):
            at = pd.Timestamp("2013-05-01", tz="UTC") + pd.Timedelta(hours=number)
            values = dict(zip(KEYS, rows[number % len(rows)], strict=True))
            made.append({**blank, "origin": "JFK", "flight": number, "time_hour": at, **values})
        found = pd.DataFrame(made, columns=frames["flights"].columns)
        return frames | {"flights": found.astype(frames["flights"].dtypes.to_dict())}

    return change


TRAPS = {
    "every key in its place": log(("AA", "BOS", 1, "N1")),
    "two values in turns": log(("AA", "BOS", 1, "N1"), ("UA", "BOS", 2, "N1")),
    "a value on three pages": log(("AA", "BOS", 10, "N1"), ("UA", "LAX", 9, "N2"), ("AA", "MIA", 2, "N3")),
    "keys that are NULL": log(
        ("AA", "BOS", 1, None), ("UA", None, 1, "N2"), (None, "BOS", None, "N2"), ("AA", "LAX", 1, "N2")
    ),
    "a key that is always NULL": log(("AA", "BOS", 1, None), ("UA", "LAX", 1, None)),
    "the small sample, ties": together(tie("flights", "dest", rows=20), null("flights", "tailnum", rows=5)),
    "the small sample": unchanged(),
    "no flights at all": empty("flights"),
}

UNPIVOTED = variant("""
WITH keyed AS (
    UNPIVOT (SELECT position, carrier, dest, tailnum, strftime(make_date(2013, month, 1), '%m') AS month FROM flight_log)
    ON carrier, dest, month, tailnum INTO NAME key VALUE value
), walked AS (
    SELECT key, position // 60 <> lag(position // 60, 1, -1) OVER (PARTITION BY key ORDER BY value, position) AS opens
    FROM keyed
)
SELECT keys.key, count(opens) AS rows, count_if(coalesce(opens, false))::BIGINT AS visits
FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN walked USING (key)
GROUP BY keys.key
""")

FOUR_WINDOWS = variant("""
WITH walked AS (
    SELECT carrier, dest, month, tailnum, position // 60 AS page,
        lag(position // 60) OVER (PARTITION BY carrier IS NULL ORDER BY carrier, position) AS c,
        lag(position // 60) OVER (PARTITION BY dest IS NULL ORDER BY dest, position) AS d,
        lag(position // 60) OVER (PARTITION BY month IS NULL ORDER BY month, position) AS m,
        lag(position // 60) OVER (PARTITION BY tailnum IS NULL ORDER BY tailnum, position) AS t
    FROM flight_log
), counted AS (
    SELECT count(carrier) AS n1, count(carrier) FILTER (page IS DISTINCT FROM c) AS v1,
        count(dest) AS n2, count(dest) FILTER (page IS DISTINCT FROM d) AS v2,
        count(month) AS n3, count(month) FILTER (page IS DISTINCT FROM m) AS v3,
        count(tailnum) AS n4, count(tailnum) FILTER (page IS DISTINCT FROM t) AS v4
    FROM walked
)
SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key, unnest([n1, n2, n3, n4]) AS rows,
    unnest([v1, v2, v3, v4]) AS visits
FROM counted
""")

FOUR_SCANS = wrong(
    "right rows, but the log is read once for each key",
    """
    WITH walked AS (
        SELECT 'carrier' AS key, carrier IS NOT NULL AS there, position // 60 AS page, lag(position // 60)
            OVER (PARTITION BY carrier IS NULL ORDER BY carrier, position) AS before FROM flight_log
        UNION ALL SELECT 'dest', dest IS NOT NULL, position // 60, lag(position // 60)
            OVER (PARTITION BY dest IS NULL ORDER BY dest, position) FROM flight_log
        UNION ALL SELECT 'month', month IS NOT NULL, position // 60, lag(position // 60)
            OVER (PARTITION BY month IS NULL ORDER BY month, position) FROM flight_log
        UNION ALL SELECT 'tailnum', tailnum IS NOT NULL, position // 60, lag(position // 60)
            OVER (PARTITION BY tailnum IS NULL ORDER BY tailnum, position) FROM flight_log
    )
    SELECT key, count(page) FILTER (there) AS rows,
        count(page) FILTER (there AND page IS DISTINCT FROM before) AS visits
    FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN walked USING (key)
    GROUP BY key
    """,
    fails="plan",
    passes_given_data=True,
)

DIFFERENT_PAGES = wrong(
    "the different pages of each value are counted; where one value ends and the next begins on the same page, nothing is opened",
    """
    WITH keyed AS (
        UNPIVOT (SELECT position, carrier, dest, tailnum, month::VARCHAR AS month FROM flight_log)
        ON carrier, dest, month, tailnum INTO NAME key VALUE value
    ), pages AS (SELECT key, value, count(*) AS n, count(DISTINCT position // 60) AS p FROM keyed GROUP BY key, value)
    SELECT key, coalesce(sum(n), 0)::BIGINT AS rows, coalesce(sum(p), 0)::BIGINT AS visits
    FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN pages USING (key)
    GROUP BY key
    """,
)

FIRST_IS_FREE = wrong(
    "the first row of a walk has no row before it, and its page is not counted",
    """
    WITH keyed AS (
        UNPIVOT (SELECT position, carrier, dest, tailnum, lpad(month::VARCHAR, 2, '0') AS month FROM flight_log)
        ON carrier, dest, month, tailnum INTO NAME key VALUE value
    ), walked AS (
        SELECT key, position // 60 AS page,
            lag(position // 60) OVER (PARTITION BY key ORDER BY value, position) AS before FROM keyed
    )
    SELECT key, count(page) AS rows, count(page) FILTER (WHERE page <> before) AS visits
    FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN walked USING (key)
    GROUP BY key
    """,
)

NULLS_WALK = wrong(
    "rows without a key are walked too",
    """
    WITH keyed AS (
        UNPIVOT (SELECT position, coalesce(carrier, '~') AS carrier, coalesce(dest, '~') AS dest, coalesce(tailnum, '~') AS tailnum,
            coalesce(lpad(month::VARCHAR, 2, '0'), '~') AS month FROM flight_log)
        ON carrier, dest, month, tailnum INTO NAME key VALUE value
    ), walked AS (
        SELECT key, position // 60 AS page,
            lag(position // 60) OVER (PARTITION BY key ORDER BY value, position) AS before FROM keyed
    )
    SELECT key, count(page) AS rows, count(page) FILTER (WHERE page IS DISTINCT FROM before) AS visits
    FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN walked USING (key)
    GROUP BY key
    """,
)

MONTHS_AS_TEXT = wrong(
    "as texts, month 10 comes before month 2",
    """
    WITH keyed AS (
        UNPIVOT (SELECT position, carrier, dest, tailnum, month::VARCHAR AS month FROM flight_log)
        ON carrier, dest, month, tailnum INTO NAME key VALUE value
    ), walked AS (
        SELECT key, position // 60 AS page,
            lag(position // 60) OVER (PARTITION BY key ORDER BY value, position) AS before FROM keyed
    )
    SELECT key, count(page) AS rows, count(page) FILTER (WHERE page IS DISTINCT FROM before) AS visits
    FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN walked USING (key)
    GROUP BY key
    """,
)

KEY_LOST = wrong(
    "a key without a row is missing from the result",
    """
    WITH keyed AS (
        UNPIVOT (SELECT position, carrier, dest, tailnum, lpad(month::VARCHAR, 2, '0') AS month FROM flight_log)
        ON carrier, dest, month, tailnum INTO NAME key VALUE value
    ), walked AS (
        SELECT key, position // 60 AS page,
            lag(position // 60) OVER (PARTITION BY key ORDER BY value, position) AS before FROM keyed
    )
    SELECT key, count(*) AS rows, count(*) FILTER (WHERE page IS DISTINCT FROM before) AS visits
    FROM walked GROUP BY key
    """,
    fails="trap: a key that is always NULL",
    passes_given_data=True,
)

ANY_ORDER = wrong(
    "rows of one value in no order jump between pages without need",
    """
    WITH keyed AS (
        UNPIVOT (SELECT position, carrier, dest, tailnum, lpad(month::VARCHAR, 2, '0') AS month FROM flight_log)
        ON carrier, dest, month, tailnum INTO NAME key VALUE value
    ), walked AS (
        SELECT key, position // 60 AS page,
            lag(position // 60) OVER (PARTITION BY key ORDER BY value, hash(position)) AS before FROM keyed
    )
    SELECT key, count(page) AS rows, count(page) FILTER (WHERE page IS DISTINCT FROM before) AS visits
    FROM (SELECT unnest(['carrier', 'dest', 'month', 'tailnum']) AS key) AS keys LEFT JOIN walked USING (key)
    GROUP BY key
    """,
)

NOTES = """
**What the figure says**: between the number of pages (perfectly clustered) and the number of rows (every row on another page).
Oracle keeps it in its catalog as the *clustering factor* of an index; PostgreSQL keeps a correlation from −1 to 1 instead and interpolates between the two ends.

**Pitfall**: the first row has no row before it: compare with `IS DISTINCT FROM`, or give `lag` a default. And numbers that are compared as texts stand in another order.

**Alternative**: four windows side by side over one scan, one sort a key. Unpivoted it is one window over four times the rows: DuckDB partitions it by the key's name.

**At work**: choose the one column that the table is clustered by: the key with many visits now that the most expensive queries filter by. The others get worse by it, so compute their visits for the new order as well before you rewrite a terabyte.
"""
