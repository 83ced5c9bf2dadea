"""# A star that refuses wrong rows

Write the PostgreSQL 18 DDL of a small star: `dim_product`, `dim_customer`, `fact_order_lines`, with these columns; keys are given by the loader.

| table | columns |
| :-- | :-- |
| `dim_product` | `product_key` integer, `product_id` integer, `title` text |
| `dim_customer` | `customer_key` integer, `customer_id` integer, `segment` text, `valid_from` and `valid_to` timestamptz |
| `fact_order_lines` | `order_id` bigint, `line_number` integer, `ordered_at` timestamptz, `customer_key`, `product_key`, `quantity` integer, `amount_cents` integer |

- The grain of the fact: one row for each line of an order. A line is there once; an order may have the same product on two lines.
- No column of the fact and none of `dim_product` may be missing. A `quantity` is at least 1; an amount may be 0 or negative.
- Every line points to a product and a customer version that are there, and they cannot be deleted while it does.
- `dim_product` shows the present: one row for each `product_id`.
- `dim_customer` is a history: a version is valid from `valid_from` up to, not including, `valid_to`; `valid_to` NULL: still valid. Versions of one `customer_id` never overlap, they may touch, and none is empty. `segment` may be missing, `valid_from` not.
- The unknown customer is a row like others, but its `customer_id` is NULL; there may be several such rows.

Only SQL, without transaction commands; no schema names. The extension `btree_gist` is there. Rows are tried one by one, in a transaction that is taken back.
Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from contextlib import contextmanager

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-modelling-declare-the-star",
    pattern="star schema with constraints",
    difficulty="medium",
    minutes=25,
    points=4,
    order=2,
    hints={
        "Good rows": (
            "What the statement allows must pass: the unknown customer, a version that begins when the last one ends, two lines with one product.",
            "A primary key forbids NULL: the surrogate key is one, `customer_id` cannot be part of it.",
        ),
        "The grain": (
            "The grain is a key: which columns say that a row is there already?",
            "`PRIMARY KEY (order_id, line_number)`; `NOT NULL` and `CHECK` for the rest.",
        ),
        "The references": (
            "A surrogate key is worth what its foreign key refuses.",
            "`customer_key integer NOT NULL REFERENCES dim_customer`.",
        ),
        "The history": (
            "At most one *current* version is not enough: two closed versions may overlap, too.",
            "A range: `tstzrange(valid_from, valid_to)`; NULL as its end means without end, and `'[)'` is the default.",
            "`EXCLUDE USING gist (customer_id WITH =, tstzrange(valid_from, valid_to) WITH &&)`, and a `CHECK` that `valid_from < valid_to`.",
        ),
    },
)

SOLVE = r"""
CREATE TABLE dim_product (
    product_key integer PRIMARY KEY,
    product_id integer NOT NULL UNIQUE,
    title text NOT NULL
);

CREATE TABLE dim_customer (
    customer_key integer PRIMARY KEY,
    customer_id integer,
    segment text,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    CHECK (valid_from < valid_to),
    EXCLUDE USING gist (customer_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);

CREATE TABLE fact_order_lines (
    order_id bigint NOT NULL,
    line_number integer NOT NULL,
    ordered_at timestamptz NOT NULL,
    customer_key integer NOT NULL REFERENCES dim_customer,
    product_key integer NOT NULL REFERENCES dim_product,
    quantity integer NOT NULL CHECK (quantity >= 1),
    amount_cents integer NOT NULL,
    PRIMARY KEY (order_id, line_number)
);
"""

ROWS = {
    "product": "INSERT INTO dim_product (product_key, product_id, title) VALUES ({})",
    "customer": "INSERT INTO dim_customer (customer_key, customer_id, segment, valid_from, valid_to) VALUES ({})",
    "line": (
        "INSERT INTO fact_order_lines (order_id, line_number, ordered_at, customer_key, product_key, quantity, amount_cents) "
        "VALUES ({})"
    ),
}
GOOD = [
    ("product", "1, 501, 'lamp'"),
    ("product", "2, 502, 'lamp'"),
    ("customer", "1, 7, 'new', '2025-10-01Z', '2025-10-09Z'"),
    ("customer", "2, 7, 'vip', '2025-10-09Z', NULL"),
    ("customer", "3, 8, NULL, '2025-10-02Z', NULL"),
    ("customer", "4, 9, 'new', '-infinity', '2025-10-03Z'"),
    ("customer", "5, 9, 'new', '2025-10-05Z', '2025-10-06Z'"),
    ("customer", "0, NULL, 'unknown', '-infinity', NULL"),
    ("customer", "-1, NULL, 'deleted', '-infinity', NULL"),
    ("line", "90, 1, '2025-10-09Z', 2, 1, 1, 990"),
    ("line", "90, 2, '2025-10-09Z', 2, 1, 3, 0"),
    ("line", "91, 1, '2025-10-10Z', 0, 2, 1, -500"),
    ("line", "5000000000, 1, '2025-10-10Z', 3, 2, 1, 5"),
]


@contextmanager
def made(script):
    """A connection inside a transaction in which the script ran and the good rows stand; all is taken back."""
    import psycopg

    from seniorde import labs

    con = labs.postgres(seed=1)  # an empty database of the check's own
    con.execute("BEGIN")
    try:
        con.execute("CREATE SCHEMA IF NOT EXISTS w3_star; SET LOCAL search_path = w3_star, public")
        con.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
        con.execute("SET LOCAL statement_timeout = '5s'; SET LOCAL timezone = 'UTC'")
        begun = con.execute("SELECT pg_current_xact_id()").fetchone()
        try:
            con.execute(script)
            ended = con.execute("SELECT pg_current_xact_id()").fetchone()
        except psycopg.Error as error:
            raise Refused("sql", f"PostgreSQL says: {str(error).splitlines()[0][:300]}") from error
        if begun != ended:
            raise Refused("transaction", "The script ends its transaction: leave COMMIT and ROLLBACK out.")
        for kind, values in GOOD:
            sentence = refused(con, ROWS[kind].format(values))
            if sentence:
                raise Refused(
                    "good row", f"A row that is allowed was refused: {kind} ({values}).", PostgreSQL=sentence
                )
        yield con
    finally:
        if con.info.transaction_status.name != "IDLE":
            con.execute("ROLLBACK")
        con.execute("DROP SCHEMA IF EXISTS w3_star CASCADE")  # only there if the script committed
        con.close()


def refused(con, statement):
    """What PostgreSQL says when it refuses the statement now or at the end of the transaction; else ""."""
    import psycopg

    con.execute("SAVEPOINT before")
    try:
        con.execute(statement)
        con.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        con.execute("ROLLBACK TO before")
        return str(error).splitlines()[0][:200]
    return ""


def must_refuse(con, cases, reason):
    for why, statement in cases:
        if not refused(con, statement):
            raise Refused(reason, f"{why}: this was accepted.", statement=statement)


def line(values):
    return ROWS["line"].format(values)


def customer(values):
    return ROWS["customer"].format(values)


def good_rows(script):
    with made(script):
        return f"{len(GOOD)} rows that are allowed are accepted."


def the_grain(script):
    product = ROWS["product"].format
    with made(script) as con:
        must_refuse(
            con,
            [
                ("A line that is there already", line("90, 1, '2025-10-11Z', 0, 2, 5, 7")),
                ("A line that is there already, unchanged", line("90, 1, '2025-10-09Z', 2, 1, 1, 990")),
                ("A quantity of 0", line("92, 1, '2025-10-09Z', 2, 1, 0, 990")),
                ("A line without amount", line("92, 1, '2025-10-09Z', 2, 1, 1, NULL")),
                ("A line without quantity", line("92, 1, '2025-10-09Z', 2, 1, NULL, 1")),
                ("A line without time", line("92, 1, NULL, 2, 1, 1, 1")),
                ("A line without number", line("92, NULL, '2025-10-09Z', 2, 1, 1, 1")),
                ("A line without order", line("NULL, 1, '2025-10-09Z', 2, 1, 1, 1")),
                ("A second row of a product", product("3, 501, 'lamp, new title'")),
                ("A product key for two products", product("1, 503, 'rug'")),
                ("A product without title", product("3, 503, NULL")),
                ("A product without its id", product("3, NULL, 'rug'")),
            ],
            "grain",
        )
    return "One row a line, one row a product, nothing missing."


def the_references(script):
    with made(script) as con:
        must_refuse(
            con,
            [
                ("A line of a product that is not there", line("92, 1, '2025-10-09Z', 2, 77, 1, 990")),
                (
                    "A line of a customer version that is not there",
                    line("92, 1, '2025-10-09Z', 77, 1, 1, 990"),
                ),
                ("A line without customer", line("92, 1, '2025-10-09Z', NULL, 1, 1, 990")),
                ("A line without product", line("92, 1, '2025-10-09Z', 2, NULL, 1, 990")),
                ("The natural key in place of the surrogate", line("92, 1, '2025-10-09Z', 7, 1, 1, 990")),
                (
                    "A version that lines point to is deleted",
                    "DELETE FROM dim_customer WHERE customer_key = 2",
                ),
                ("A product that lines point to is deleted", "DELETE FROM dim_product WHERE product_key = 1"),
            ],
            "reference",
        )
        if refused(con, "DELETE FROM dim_customer WHERE customer_key = 5"):
            raise Refused("reference", "A version that no line points to may be deleted, and was not.")
    return "Lines point to what is there, and it stays."


def the_history(script):
    with made(script) as con:
        must_refuse(
            con,
            [
                ("A second current version", customer("10, 7, 'new', '2025-10-20Z', NULL")),
                ("A version inside a closed one", customer("10, 7, 'new', '2025-10-03Z', '2025-10-04Z'")),
                ("A version over the border of two", customer("10, 7, 'new', '2025-10-08Z', '2025-10-10Z'")),
                ("The same version again", customer("10, 7, 'new', '2025-10-01Z', '2025-10-09Z'")),
                (
                    "A closed version behind an open beginning",
                    customer("10, 8, 'new', '2025-10-07Z', '2025-10-08Z'"),
                ),
                ("A version around a closed one", customer("10, 9, 'new', '2025-10-04Z', NULL")),
                ("An empty version", customer("10, 8, 'new', '2025-10-01Z', '2025-10-01Z'")),
                (
                    "A version that ends before it begins",
                    customer("10, 12, 'new', '2025-10-02Z', '2025-10-01Z'"),
                ),
                ("A version without beginning", customer("10, 12, 'new', NULL, NULL")),
                ("A key for two versions", customer("1, 12, 'new', '2025-10-02Z', NULL")),
                (
                    "Two versions made to overlap by an update",
                    "UPDATE dim_customer SET valid_to = '2025-10-12Z' WHERE customer_key = 1",
                ),
            ],
            "history",
        )
        fits = [
            customer("10, 9, 'vip', '2025-10-03Z', '2025-10-05Z'"),
            customer("11, 12, 'new', '2025-10-03Z', NULL"),
        ]
        for statement in fits:
            if sentence := refused(con, statement):
                raise Refused(
                    "history", "A version that fits was refused.", statement=statement, PostgreSQL=sentence
                )
    return "Versions touch, and never overlap."


PARTS = {
    "Good rows": good_rows,
    "The grain": the_grain,
    "The references": the_references,
    "The history": the_history,
}

without_overlaps = variant(
    SOLVE.replace(
        "    valid_to timestamptz,\n    CHECK (valid_from < valid_to),\n"
        "    EXCLUDE USING gist (customer_id WITH =, tstzrange(valid_from, valid_to) WITH &&)",
        "    valid_to timestamptz,\n    valid tstzrange GENERATED ALWAYS AS (tstzrange(valid_from, valid_to)) STORED,\n"
        "    CHECK (valid_from < valid_to),\n"
        "    UNIQUE (customer_id, valid WITHOUT OVERLAPS)",
    )
)

deferred_and_named = variant(
    r"""
CREATE TABLE dim_customer (
    customer_key int GENERATED BY DEFAULT AS IDENTITY,
    customer_id int, segment text, valid_from timestamptz, valid_to timestamptz
);
CREATE TABLE dim_product (product_key int, product_id int, title text);
CREATE TABLE fact_order_lines (
    order_id bigint, line_number int, ordered_at timestamptz, customer_key int, product_key int,
    quantity int, amount_cents int
);
ALTER TABLE dim_customer ADD CONSTRAINT customer_pk PRIMARY KEY (customer_key),
    ALTER valid_from SET NOT NULL,
    ADD CONSTRAINT not_empty CHECK (valid_to IS NULL OR valid_to > valid_from),
    ADD CONSTRAINT one_at_a_time EXCLUDE USING gist
        (customer_id WITH =, tstzrange(valid_from, coalesce(valid_to, 'infinity')) WITH &&)
        DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dim_product ADD PRIMARY KEY (product_key), ADD UNIQUE (product_id),
    ALTER product_id SET NOT NULL, ALTER title SET NOT NULL;
ALTER TABLE fact_order_lines ADD PRIMARY KEY (order_id, line_number),
    ALTER ordered_at SET NOT NULL, ALTER customer_key SET NOT NULL, ALTER product_key SET NOT NULL,
    ALTER quantity SET NOT NULL, ALTER amount_cents SET NOT NULL,
    ADD CHECK (quantity > 0),
    ADD FOREIGN KEY (customer_key) REFERENCES dim_customer (customer_key) DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (product_key) REFERENCES dim_product (product_key);
"""
)

columns_only = wrong(
    "declares columns and types",
    r"""
CREATE TABLE dim_product (product_key integer, product_id integer, title text);
CREATE TABLE dim_customer (
    customer_key integer, customer_id integer, segment text, valid_from timestamptz, valid_to timestamptz
);
CREATE TABLE fact_order_lines (
    order_id bigint, line_number integer, ordered_at timestamptz, customer_key integer, product_key integer,
    quantity integer, amount_cents integer
);
""",
    fails="grain",
    passes_examples=True,
)

grain_of_products = wrong(
    "takes order and product for the grain",
    SOLVE.replace("PRIMARY KEY (order_id, line_number)", "PRIMARY KEY (order_id, product_key)"),
    fails="good row",
)

surrogate_of_the_fact = wrong(
    "gives the fact a key of its own, and no key for its grain",
    SOLVE.replace(
        "    PRIMARY KEY (order_id, line_number)",
        "    line_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    ),
    fails="grain",
    passes_examples=True,
)

points_to_the_natural_key = wrong(
    "makes the customer unique by its natural key",
    SOLVE.replace("    customer_id integer,\n    segment", "    customer_id integer UNIQUE,\n    segment"),
    fails="good row",
)

no_unknown = wrong(
    "forbids the unknown customer",
    SOLVE.replace("    customer_id integer,\n    segment", "    customer_id integer NOT NULL,\n    segment"),
    fails="good row",
)

no_references = wrong(
    "declares no foreign keys",
    SOLVE.replace(" REFERENCES dim_customer", "").replace(" REFERENCES dim_product", ""),
    fails="reference",
    passes_examples=True,
)

cascades = wrong(
    "deletes the lines with the product",
    SOLVE.replace("REFERENCES dim_product", "REFERENCES dim_product ON DELETE CASCADE"),
    fails="reference",
    passes_examples=True,
)

one_current = wrong(
    "allows one current version, and closed ones as they come",
    SOLVE.replace(
        "    CHECK (valid_from < valid_to),\n"
        "    EXCLUDE USING gist (customer_id WITH =, tstzrange(valid_from, valid_to) WITH &&)",
        "    CHECK (valid_from < valid_to)",
    )
    + "CREATE UNIQUE INDEX ON dim_customer (customer_id) WHERE valid_to IS NULL;",
    fails="history",
    passes_examples=True,
)

one_beginning = wrong(
    "forbids only the same beginning twice",
    SOLVE.replace(
        "EXCLUDE USING gist (customer_id WITH =, tstzrange(valid_from, valid_to) WITH &&)",
        "UNIQUE (customer_id, valid_from)",
    ),
    fails="history",
    passes_examples=True,
)

closed_ranges = wrong(
    "counts the end as part of a version: versions cannot touch",
    SOLVE.replace("tstzrange(valid_from, valid_to)", "tstzrange(valid_from, valid_to, '[]')"),
    fails="good row",
)

empty_versions = wrong(
    "allows empty versions: an empty range overlaps nothing",
    SOLVE.replace("    CHECK (valid_from < valid_to),\n", ""),
    fails="history",
    passes_examples=True,
)

NOTES = """
**Design**: the grain is written down as a key; each sentence of the model is a constraint, or it is a hope.
`EXCLUDE` compares every new version with those of the same customer in one index look-up.

**Pitfall**: a surrogate key on the fact.
It makes each row unique by itself, so a batch that is loaded twice doubles the revenue, and every constraint holds.

**Alternative**: PostgreSQL 18 says the same with `UNIQUE (customer_id, valid WITHOUT OVERLAPS)` over a range column, and has foreign keys with `PERIOD`, which also demand that a version covers the time of the line.

**At work**: Redshift, BigQuery, Snowflake's standard tables and Databricks accept primary and foreign keys and do not enforce them; Delta enforces `NOT NULL` and `CHECK`.
There the sentences become tests that run after each load (`unique`, `relationships`, and a self join for overlaps), and a wrong row is seen afterwards, not refused.
"""
