"""# Split the sheet without loss

A partner delivers one wide table `sheet`, a row for each order line; no value is missing.
These rules hold for every delivery, and no others but what follows from them:

| | determines |
| :-- | :-- |
| `order_id` | `ordered_at`, `customer_id` |
| `customer_id` | `email`, `country` |
| `email` | `customer_id` |
| `country` | `currency` |
| `product_id` | `title`, `seller_id` |
| `seller_id` | `seller_name` |
| `order_id`, `line_number` | `product_id`, `quantity`, `unit_price_cents` |

Write a DuckDB script that makes tables from `sheet` and fills them. Each column keeps its name; names of tables are yours. Judged in order:

1. The script runs, every column is in a table, and the natural join of your tables is `sheet` again, on two deliveries.
2. That is so for *every* delivery that obeys the rules.
3. Each rule is guarded: for each column that it determines, some table has this one and the left ones, and these are declared `PRIMARY KEY` or `UNIQUE` there, or have a unique index.
4. Nothing is kept twice: in no table of yours do some columns determine another one unless they determine the whole row; and no table has only columns of another one.

```sql
CREATE TABLE sellers (seller_id integer PRIMARY KEY, seller_name varchar);
INSERT INTO sellers SELECT DISTINCT seller_id, seller_name FROM sheet;
```

Foreign keys are welcome and not judged. Write the script as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from itertools import combinations
from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-modelling-split-the-sheet",
    pattern="normal forms",
    difficulty="medium",
    minutes=25,
    points=4,
    order=1,
    hints={
        "The rows": (
            "Begin with the rules: each left side is the key of a table that holds its right side.",
            "`SELECT DISTINCT` the columns of each table from `sheet`; what must be left over to join them again?",
        ),
        "Every delivery": (
            "Two tables join without loss when what they share is a key of one of them.",
            "Follow it from the table of lines: it must reach every other table over columns that are the other one's key.",
        ),
        "A key for each rule": (
            "A rule that no key guards is broken by the first wrong row, and nobody notices.",
            "`email` determines the customer, too: `email varchar UNIQUE`.",
        ),
        "Nothing twice": (
            "Look for a column that depends on a column that is no key: it says the same in many rows.",
            "`currency` depends on `country`; `seller_name` on `seller_id`. Each needs a table of its own.",
        ),
    },
)

SOLVE = r"""
CREATE TABLE countries (country varchar PRIMARY KEY, currency varchar);
CREATE TABLE customers (
    customer_id integer PRIMARY KEY,
    email varchar UNIQUE,
    country varchar REFERENCES countries
);
CREATE TABLE sellers (seller_id integer PRIMARY KEY, seller_name varchar);
CREATE TABLE products (
    product_id integer PRIMARY KEY,
    title varchar,
    seller_id integer REFERENCES sellers
);
CREATE TABLE orders (
    order_id integer PRIMARY KEY,
    ordered_at timestamp,
    customer_id integer REFERENCES customers
);
CREATE TABLE lines (
    order_id integer REFERENCES orders,
    line_number integer,
    product_id integer REFERENCES products,
    quantity integer,
    unit_price_cents integer,
    PRIMARY KEY (order_id, line_number)
);
INSERT INTO countries SELECT DISTINCT country, currency FROM sheet;
INSERT INTO customers SELECT DISTINCT customer_id, email, country FROM sheet;
INSERT INTO sellers SELECT DISTINCT seller_id, seller_name FROM sheet;
INSERT INTO products SELECT DISTINCT product_id, title, seller_id FROM sheet;
INSERT INTO orders SELECT DISTINCT order_id, ordered_at, customer_id FROM sheet;
INSERT INTO lines
    SELECT order_id, line_number, product_id, quantity, unit_price_cents FROM sheet;
"""

COLUMNS = {
    "order_id": "integer",
    "line_number": "integer",
    "ordered_at": "timestamp",
    "customer_id": "integer",
    "email": "varchar",
    "country": "varchar",
    "currency": "varchar",
    "product_id": "integer",
    "title": "varchar",
    "seller_id": "integer",
    "seller_name": "varchar",
    "quantity": "integer",
    "unit_price_cents": "integer",
}
RULES = [
    ({"order_id"}, {"ordered_at", "customer_id"}),
    ({"customer_id"}, {"email", "country"}),
    ({"email"}, {"customer_id"}),
    ({"country"}, {"currency"}),
    ({"product_id"}, {"title", "seller_id"}),
    ({"seller_id"}, {"seller_name"}),
    ({"order_id", "line_number"}, {"product_id", "quantity", "unit_price_cents"}),
]


def delivery(number):
    """Rows that obey the rules; in the second one names, titles, times and prices repeat."""
    rng, alike = Random(number), number > 0
    customers = {key: (f"p{key}@mail.example", rng.choice(["DE", "AT", "SE", "PL"])) for key in range(1, 6)}
    currency = {"DE": "EUR", "AT": "EUR", "SE": "SEK", "PL": "PLN"}
    sellers = {key: "Nord" if alike else f"Shop {key}" for key in range(1, 4)}
    products = {
        key: (rng.choice(["lamp", "rug"]) if alike else f"thing {key}", rng.randrange(1, 4))
        for key in range(1, 7)
    }
    rows = []
    for order in range(1, 11):
        customer = rng.randrange(1, 6)
        at = f"2025-10-0{1 if alike else rng.randrange(1, 9)} 08:00:00"
        for line in range(1, rng.randrange(2, 5)):
            product = rng.randrange(1, 7)
            title, seller = products[product]
            price = rng.choice([990, 1990, 2490])
            email, country = customers[customer]
            rows.append(
                (order, line, at, customer, email, country, currency[country],
                 product, title, seller, sellers[seller], rng.randrange(1, 4), price)
            )  # fmt: skip
    return rows


def made(script, number):
    """The learner's tables: name → (columns, keys, rows), after the script ran on a delivery."""
    import duckdb

    from seniorde import labs

    with labs.duckdb() as con:
        con.execute(f"CREATE TABLE sheet ({', '.join(' '.join(pair) for pair in COLUMNS.items())})")
        con.executemany(f"INSERT INTO sheet VALUES ({', '.join('?' * len(COLUMNS))})", delivery(number))
        before = con.execute("FROM sheet ORDER BY ALL").fetchall()
        try:
            con.execute(script)
            changed = con.execute("FROM sheet ORDER BY ALL").fetchall() != before
        except duckdb.Error as error:
            raise Refused("sql", f"DuckDB says: {str(error).splitlines()[0][:300]}") from error
        if changed:
            raise Refused("sheet", "The script changed `sheet`.")
        names = [
            name
            for (name,) in con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE table_name <> 'sheet' ORDER BY table_name"
            ).fetchall()
        ]
        tables = {}
        for name in names:
            rows = con.execute(f'FROM "{name}"')
            columns = [column[0] for column in rows.description]
            keys = con.execute(
                "SELECT constraint_column_names FROM duckdb_constraints() "
                "WHERE table_name = ? AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')",
                [name],
            ).fetchall()
            keys += con.execute(
                "SELECT string_split(trim(expressions, '[]'), ', ') FROM duckdb_indexes() "
                "WHERE table_name = ? AND is_unique",
                [name],
            ).fetchall()
            tables[name] = (columns, [set(key) for (key,) in keys], rows_of(con, name))
    return tables, before


def rows_of(con, name):
    return con.execute(f'FROM "{name}"').fetchall()


def joined(tables):
    """The natural join: a table that shares columns with what is there comes next, if there is one."""
    waiting = dict(tables)
    result, have = [{}], set()
    while waiting:
        name = min(waiting, key=lambda name: (not have & set(waiting[name][0]), name))
        columns, _, rows = waiting.pop(name)
        shared = sorted(have & set(columns))
        index = {}
        for row in rows:
            row = dict(zip(columns, row, strict=True))
            index.setdefault(tuple(row[c] for c in shared), []).append(row)
        result = [{**left, **row} for left in result for row in index.get(tuple(left[c] for c in shared), [])]
        have |= set(columns)
        if len(result) > 200_000:
            raise Refused("rows", "The natural join of your tables has more than 200,000 rows.")
    return result


def closure(columns):
    found = set(columns)
    while any(left <= found and not right <= found for left, right in RULES):
        found |= set().union(*(right for left, right in RULES if left <= found))
    return found


def rows(script):
    for number in (0, 1):
        tables, before = made(script, number)
        if not tables:
            raise Refused("tables", "The script makes no table.")
        for name, (columns, _, _) in tables.items():
            if strange := sorted(set(columns) - set(COLUMNS)):
                raise Refused("tables", f"`{name}` has a column that `sheet` has not: {strange[0]}.")
        lost = sorted(set(COLUMNS) - set().union(*(columns for columns, _, _ in tables.values())))
        if lost:
            raise Refused("tables", f"No table has the column {lost[0]}.")
        again = sorted((tuple(row[c] for c in COLUMNS) for row in joined(tables)), key=repr)
        if again != sorted(before, key=repr):
            missing = len([row for row in before if row not in again])
            raise Refused(
                "rows",
                f"The natural join of your tables is not `sheet`: {len(again)} rows instead of {len(before)}, "
                f"{missing} of its rows are missing.",
                delivery=f"the {('first', 'second')[number]} one",
            )
    return "On both deliveries the natural join is the sheet again."


def every_delivery(script):
    """The chase: a row for each table, its own columns known; the rules make values equal."""
    tables = made(script, 0)[0]
    tableau = [
        {c: c if c in columns else f"{c} of {name}" for c in COLUMNS}
        for name, (columns, _, _) in tables.items()
    ]
    changed = True
    while changed:
        changed = False
        for left, right in RULES:
            for one, other in combinations(tableau, 2):
                if any(one[c] != other[c] for c in left):
                    continue
                for c in right:
                    if one[c] != other[c]:
                        kept, gone = (one[c], other[c]) if one[c] == c else (other[c], one[c])
                        for row in tableau:
                            row[c] = kept if row[c] == gone else row[c]
                        changed = True
    if not any(all(row[c] == c for c in COLUMNS) for row in tableau):
        best = max(tableau, key=lambda row: sum(row[c] == c for c in COLUMNS))
        lost = next(c for c in COLUMNS if best[c] != c)
        raise Refused(
            "lossy",
            "There is a delivery for which the join has rows that `sheet` has not: "
            f"no table reaches `{lost}` over keys together with all others.",
        )
    return "The rules force the join to be the sheet, whatever the rows."


def said(rule):
    return f"{', '.join(sorted(rule[0]))} → {', '.join(sorted(rule[1]))}"


def keys(script):
    tables = made(script, 0)[0]
    for left, right in RULES:
        for column in sorted(right):
            places = [
                (name, declared)
                for name, (columns, declared, _) in tables.items()
                if left | {column} <= set(columns)
            ]
            rule = said((left, {column}))
            if not places:
                raise Refused("key", f"No table has all columns of {rule}.")
            if not any(left in declared for _, declared in places):
                raise Refused("key", f"Nothing guards {rule} in `{places[0][0]}`.")
    return "Each rule is guarded by a declared key."


def nothing_twice(script):
    tables = made(script, 0)[0]
    for name, (columns, _, _) in tables.items():
        here = set(columns)
        for size in range(1, len(here)):
            for left in map(set, combinations(sorted(here), size)):
                more = (closure(left) & here) - left
                if more and not here <= closure(left):
                    raise Refused(
                        "twice",
                        f"In `{name}`, {said((left, more))}, and the left side is no key: it is kept again in each row.",
                    )
        for other, (wider, _, _) in tables.items():
            if name != other and here <= set(wider):
                raise Refused("twice", f"All columns of `{name}` are in `{other}` as well.")
    return "Every determinant is a key of its table (Boyce-Codd normal form)."


PARTS = {
    "The rows": rows,
    "Every delivery": every_delivery,
    "A key for each rule": keys,
    "Nothing twice": nothing_twice,
}

as_select = variant(
    r"""
CREATE TABLE c AS SELECT DISTINCT country, currency FROM sheet;
ALTER TABLE c ADD PRIMARY KEY (country);
CREATE TABLE p AS SELECT DISTINCT customer_id, email, country FROM sheet;
ALTER TABLE p ADD PRIMARY KEY (email);
CREATE UNIQUE INDEX of_customers ON p (customer_id);
CREATE TABLE s AS SELECT seller_id, min(seller_name) AS seller_name FROM sheet GROUP BY 1;
ALTER TABLE s ADD PRIMARY KEY (seller_id);
CREATE TABLE t AS SELECT product_id, any_value(title) AS title, any_value(seller_id) AS seller_id
    FROM sheet GROUP BY product_id;
ALTER TABLE t ADD PRIMARY KEY (product_id);
CREATE TABLE o AS SELECT DISTINCT order_id, ordered_at, customer_id FROM sheet;
ALTER TABLE o ADD PRIMARY KEY (order_id);
CREATE TABLE l AS SELECT line_number, order_id, unit_price_cents, quantity, product_id FROM sheet;
ALTER TABLE l ADD PRIMARY KEY (line_number, order_id);
"""
)

emails_apart = variant(
    SOLVE.replace("    email varchar UNIQUE,\n", "").replace(
        "customer_id, email, country", "customer_id, country"
    )
    + r"""
CREATE TABLE emails (customer_id integer PRIMARY KEY REFERENCES customers, email varchar UNIQUE);
INSERT INTO emails SELECT DISTINCT customer_id, email FROM sheet;
"""
)

no_distinct = wrong("fills the tables with a row for each line", SOLVE.replace("DISTINCT ", ""), fails="sql")

no_way_to_the_customer = wrong(
    "leaves the customer out of the orders: nothing says who ordered",
    SOLVE.replace(
        "    ordered_at timestamp,\n    customer_id integer REFERENCES customers\n",
        "    ordered_at timestamp\n",
    ).replace("order_id, ordered_at, customer_id FROM", "order_id, ordered_at FROM"),
    fails="rows",
)

by_title = wrong(
    "makes the title the key of a product: two products may share it",
    SOLVE.replace(
        "    product_id integer PRIMARY KEY,\n    title varchar,",
        "    product_id integer,\n    title varchar PRIMARY KEY,",
    ).replace("product_id integer REFERENCES products", "product_id integer"),
    fails="sql",
)

price_of_the_product = wrong(
    "takes the price for a price of the product: it changes from order to order",
    SOLVE.replace(
        "    seller_id integer REFERENCES sellers\n", "    seller_id integer,\n    unit_price_cents integer\n"
    )
    .replace("product_id, title, seller_id FROM", "product_id, title, seller_id, min(unit_price_cents) FROM")
    .replace("min(unit_price_cents) FROM sheet", "min(unit_price_cents) FROM sheet GROUP BY ALL")
    .replace("    quantity integer,\n    unit_price_cents integer,", "    quantity integer,")
    .replace("product_id, quantity, unit_price_cents FROM", "product_id, quantity FROM"),
    fails="rows",
)

no_keys = wrong(
    "declares no keys",
    SOLVE.replace(" PRIMARY KEY", "")
    .replace(" UNIQUE", "")
    .replace(",\n    (order_id, line_number)", "")
    .replace(" REFERENCES countries", "")
    .replace(" REFERENCES customers", "")
    .replace(" REFERENCES sellers", "")
    .replace(" REFERENCES orders", "")
    .replace(" REFERENCES products", "")
    .replace("unit_price_cents integer,\n", "unit_price_cents integer\n"),
    fails="key",
    passes_examples=True,
)

email_unguarded = wrong(
    "lets two customers have one e-mail address",
    SOLVE.replace(" UNIQUE", ""),
    fails="key",
    passes_examples=True,
)

email_indexed = wrong(
    "indexes the e-mail address, and two customers may still have one",
    SOLVE.replace(" UNIQUE", "") + "CREATE INDEX by_email ON customers (email);",
    fails="key",
    passes_examples=True,
)

currency_kept = wrong(
    "keeps the currency with each customer, and guards the rule in a table of its own",
    SOLVE.replace(
        "    country varchar REFERENCES countries\n",
        "    country varchar REFERENCES countries,\n    currency varchar\n",
    ).replace("customer_id, email, country FROM", "customer_id, email, country, currency FROM"),
    fails="twice",
    passes_examples=True,
)

currency_unguarded = wrong(
    "keeps the currency with each customer",
    SOLVE.replace(
        "    country varchar REFERENCES countries\n", "    country varchar,\n    currency varchar\n"
    )
    .replace("customer_id, email, country FROM", "customer_id, email, country, currency FROM")
    .replace("CREATE TABLE countries (country varchar PRIMARY KEY, currency varchar);", "")
    .replace("INSERT INTO countries SELECT DISTINCT country, currency FROM sheet;", ""),
    fails="key",
    passes_examples=True,
)

sheet_again = wrong(
    "keeps a copy of the sheet beside the others",
    SOLVE
    + "CREATE TABLE everything AS FROM sheet; ALTER TABLE everything ADD PRIMARY KEY (order_id, line_number);",
    fails="twice",
    passes_examples=True,
)

NOTES = """
**Plan**: a table for each left side, with what it determines; a left side that determines another one's key (`email`) goes into the same table.
Here that gives Boyce-Codd normal form at once and keeps every rule; there are sets of rules for which no split does both, and third normal form is the compromise.

**Pitfall**: a split can be without loss on the rows of today and lossy in general.
Test the rules, not the rows: two tables join without loss when what they share is a key of one of them.

**Alternative**: none of the tables is wrong in a warehouse if it is *derived*: a dimension repeats the currency in each row on purpose, because one job writes it and nobody updates it by hand.
Normalise where rows are changed, repeat where they are read.

**At work**: the rule `email → customer_id` is a decision of the business. Two people who share an address end it, and a `UNIQUE` that must be dropped is better news than customers that were silently merged.
"""
