"""# Which key fills the buckets evenly?

`flights` is going to be written in 16 buckets, numbered 0 to 15, and there are four candidates for the key: the columns `carrier`, `dest`, `tailnum`, and `flight`, a number.
`bucket(key)` returns the bucket of a key given as text; a key that is NULL goes to bucket 0.

Return `key`, `fullest`, `empty` and `skew`, one row for each of the four candidates:

- `key`: the column's name;
- `fullest`: the number of rows in its fullest bucket;
- `empty`: how many of the 16 buckets get no row;
- `skew`: `fullest` divided by the rows that each bucket would have if all had the same, unrounded.

If `flights` is empty there are still four rows: 0, 16 and NULL.
Any order of rows is right.

For example, 32 rows of which 8 fall into the fullest bucket have a skew of 4.

The plan must read `flights` once.
"""

from collections import Counter
from hashlib import md5

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, twice, unchanged, value

PROBLEM = SqlProblem(
    id="w3-bucketing-even-buckets",
    engine="duckdb",
    pattern="skew of a hash distribution",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"flights": 1}),
    hints={
        "Rows": (
            "Count rows by candidate and bucket first; everything else is a summary of at most 64 counts.",
            "You may turn the four columns into rows. Look what your way of doing so does with a NULL. "
            "`unnest` of a list keeps it, `UNPIVOT` needs `INCLUDE NULLS` for that.",
            "An empty bucket has no row to count: it is 16 less the buckets that are there. And a candidate without any row? "
            "Begin for example with the four names and `LEFT JOIN` the counts; `skew` is `max(filled) * 16 / sum(filled)`, as all 16 buckets share the rows.",
        ),
        "Plan": (
            "How often does `flights` stand behind a `FROM` in your query? Each time can be one more scan.",
            "One scan for four columns: turn them into rows.",
            "`unnest` of a list of the four names beside `unnest([carrier, dest, tailnum, flight::text])` makes four rows of each flight in one scan; "
            "`UNPIVOT INCLUDE NULLS` or a `histogram` of each column's buckets needs no more.",
        ),
    },
)

SETUP = """
CREATE OR REPLACE MACRO bucket(key) AS coalesce(('0x' || md5(key)[:4])::int % 16, 0);
"""

SOLVE = """
WITH counts AS (
    SELECT key, bucket(value) AS number, count(*) AS filled
    FROM (
        SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key,
            unnest([carrier, dest, tailnum, flight::text]) AS value
        FROM flights
    )
    GROUP BY key, number
)
SELECT key, coalesce(max(filled), 0) AS fullest, 16 - count(filled) AS empty,
    max(filled) * 16 / sum(filled) AS skew
FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key) LEFT JOIN counts USING (key)
GROUP BY key
"""


def oracle(flights):
    rows = []
    for key in ("carrier", "dest", "tailnum", "flight"):
        values = [None if pd.isna(v) else str(v) for v in flights[key]]
        numbers = Counter(0 if v is None else int(md5(v.encode()).hexdigest()[:4], 16) % 16 for v in values)
        fullest = max(numbers.values(), default=0)
        rows.append((key, fullest, 16 - len(numbers), fullest * 16 / len(values) if values else None))
    return pd.DataFrame(rows, columns=["key", "fullest", "empty", "skew"])


TRAPS = {
    "few rows": unchanged(),
    "tailnum NULL": null("flights", "tailnum", rows=30),
    "no key anywhere": together(
        *(null("flights", column, rows=48) for column in ("carrier", "dest", "tailnum", "flight"))
    ),
    "one carrier": value("flights", "carrier", "UA", rows=48),
    "every flight twice": twice("flights"),
    "no flights": empty("flights"),
}

UNPIVOTED = variant("""
WITH counts AS (
    SELECT key, bucket(value) AS number, count(*) AS filled
    FROM (SELECT carrier, dest, tailnum, flight::text AS flight FROM flights)
        UNPIVOT INCLUDE NULLS (value FOR key IN (carrier, dest, tailnum, flight))
    GROUP BY ALL
)
SELECT names.key, coalesce(max(filled), 0) AS fullest, 16 - count(DISTINCT number) AS empty,
    max(filled) / (sum(filled) / 16) AS skew
FROM (VALUES ('carrier'), ('dest'), ('tailnum'), ('flight')) AS names(key)
LEFT JOIN counts ON counts.key = names.key
GROUP BY names.key
""")

GRID = variant("""
WITH counts AS (
    SELECT key, number, count(*) AS n FROM (
        SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key,
            unnest([bucket(carrier), bucket(dest), bucket(tailnum), bucket(flight::text)]) AS number
        FROM flights) GROUP BY ALL
), grid AS (
    SELECT key, number, coalesce(n, 0) AS n
    FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key)
    CROSS JOIN (SELECT unnest(range(16)) AS number) LEFT JOIN counts USING (key, number)
)
SELECT key, max(n) AS fullest, count(*) FILTER (n = 0) AS empty,
    CASE WHEN sum(n) > 0 THEN max(n) / avg(n) END AS skew
FROM grid GROUP BY key
""")

HISTOGRAMS = variant("""
WITH h AS (
    SELECT coalesce(histogram(bucket(carrier)), MAP {}) AS carrier, coalesce(histogram(bucket(dest)), MAP {}) AS dest,
        coalesce(histogram(bucket(tailnum)), MAP {}) AS tailnum,
        coalesce(histogram(bucket(flight::text)), MAP {}) AS flight
    FROM flights
), rows AS (
    SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key,
        unnest([map_values(carrier), map_values(dest), map_values(tailnum), map_values(flight)]) AS filled FROM h
)
SELECT key, coalesce(list_max(filled), 0) AS fullest, 16 - len(filled) AS empty,
    list_max(filled) * 16 / list_sum(filled) AS skew
FROM rows
""")

FILLED_ONLY = wrong(
    "compares with the mean of the buckets that are filled",
    """
    WITH counts AS (
        SELECT key, bucket(value) AS number, count(*) AS filled
        FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key,
                unnest([carrier, dest, tailnum, flight::text]) AS value FROM flights)
        GROUP BY ALL
    )
    SELECT key, coalesce(max(filled), 0) AS fullest, 16 - count(filled) AS empty,
        max(filled) / avg(filled) AS skew
    FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key) LEFT JOIN counts USING (key)
    GROUP BY key
    """,
)

NULLS_DROPPED = wrong(
    "UNPIVOT leaves out the rows whose key is NULL",
    """
    WITH counts AS (
        SELECT key, bucket(value) AS number, count(*) AS filled
        FROM (SELECT carrier, dest, tailnum, flight::text AS flight FROM flights)
            UNPIVOT (value FOR key IN (carrier, dest, tailnum, flight))
        GROUP BY ALL
    )
    SELECT key, coalesce(max(filled), 0) AS fullest, 16 - count(filled) AS empty,
        max(filled) * 16 / sum(filled) AS skew
    FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key) LEFT JOIN counts USING (key)
    GROUP BY key
    """,
)

KEYS_COUNTED = wrong(
    "spreads different keys, not rows: a large key counts like a small one",
    """
    WITH counts AS (
        SELECT key, bucket(value) AS number, count(DISTINCT coalesce(value, '')) AS filled
        FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key,
                unnest([carrier, dest, tailnum, flight::text]) AS value FROM flights)
        GROUP BY ALL
    )
    SELECT key, coalesce(max(filled), 0) AS fullest, 16 - count(filled) AS empty,
        max(filled) * 16 / sum(filled) AS skew
    FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key) LEFT JOIN counts USING (key)
    GROUP BY key
    """,
)

NOTHING_TO_SAY = wrong(
    "an empty table gives no row at all",
    """
    WITH counts AS (
        SELECT key, bucket(value) AS number, count(*) AS filled
        FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key,
                unnest([carrier, dest, tailnum, flight::text]) AS value FROM flights)
        GROUP BY ALL
    )
    SELECT key, max(filled) AS fullest, 16 - count(*) AS empty, max(filled) * 16 / sum(filled) AS skew
    FROM counts GROUP BY key
    """,
    fails="trap: no flights",
    passes_given_data=True,
)

FOUR_SCANS = wrong(
    "right, with a scan for each candidate",
    """
    WITH counts AS (
        SELECT 'carrier' AS key, bucket(carrier) AS number, count(*) AS filled FROM flights GROUP BY ALL
        UNION ALL SELECT 'dest', bucket(dest), count(*) FROM flights GROUP BY ALL
        UNION ALL SELECT 'tailnum', bucket(tailnum), count(*) FROM flights GROUP BY ALL
        UNION ALL SELECT 'flight', bucket(flight::text), count(*) FROM flights GROUP BY ALL
    )
    SELECT key, coalesce(max(filled), 0) AS fullest, 16 - count(filled) AS empty,
        max(filled) * 16 / sum(filled) AS skew
    FROM (SELECT unnest(['carrier', 'dest', 'tailnum', 'flight']) AS key) LEFT JOIN counts USING (key)
    GROUP BY key
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: one scan, the four columns turned into rows, at most 64 groups.

**Pitfall**: judging a key by its number of different values.
16 airlines in 16 buckets do not get one each: some buckets hold three, others none, and the largest airline fills its bucket whatever the hash.
A hash evens out *many keys of like size*; it cannot split one key.

**Alternative**: `histogram(bucket(carrier))` returns a map for each column in one row, and lists do the rest.

**At work**: before you choose a bucket, shuffle or shard key, measure `fullest / mean`: it is the factor by which the slowest task is slower than it should be.
NULL keys all meet in one bucket; an outer join on a mostly missing key is skewed by them alone.
"""
