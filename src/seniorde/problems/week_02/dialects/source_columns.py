"""# Where a column comes from

Before a column of the lake is dropped, somebody asks which marts read it.
You get a query in PostgreSQL's dialect, the `schema` of the tables (table → column → type), and the name of one column of the query's result.
Return the columns of tables that this column's *value* is computed from, as a sorted list of texts `table.column`.

>>> schema = {"orders": {"order_id": "bigint", "total_cents": "int", "currency": "text"}}
>>> solve("SELECT o.total_cents / 100.0 AS total FROM orders AS o WHERE o.currency = 'EUR'", schema, "total")
['orders.total_cents']
>>> solve("WITH o AS (SELECT * FROM orders) SELECT count(*) AS orders FROM o", schema, "orders")
[]

What stands in `WHERE`, `JOIN … ON` or `GROUP BY` only does not count; a condition of `CASE` does, and so do `PARTITION BY` and `ORDER BY` of a window.
Queries have CTEs, subqueries in `FROM`, joins, `UNION ALL` and `SELECT *`; a column may be written without its table.
Raise `ValueError` if the result has no such column.
`sqlglot` is installed, and has a module for this.
"""

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dialects-source-columns",
    pattern="column lineage",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The examples": (
            '`lineage(column, sql, schema=schema, dialect="postgres")` returns a node; `walk()` gives it and all nodes that it is computed from.',
            "A node that has reached a table has an `expression` that is an `exp.Table`; its own `name` ends with the column.",
        ),
        "Queries of a mart": (
            "An alias is not the table's name: take the name from the `exp.Table`, not from the text before the dot.",
            "The same column reached on two ways counts once: collect into a set, sort at the end.",
        ),
        "No such column": (
            "`sqlglot` raises its own error for a column that the result lacks: turn it into a `ValueError`.",
        ),
    },
)

SCHEMA = {
    "orders": {
        "order_id": "bigint",
        "customer_id": "int",
        "total_cents": "int",
        "currency": "text",
        "channel": "text",
    },
    "order_items": {"order_id": "bigint", "quantity": "int", "unit_price_cents": "int"},
    "customers": {"customer_id": "int", "country": "text", "segment": "text"},
    "refunds": {"order_id": "bigint", "total_cents": "int"},
}

# The query, a column of its result, and the columns that its value is computed from, found by reading.
QUERIES = [
    (
        "SELECT c.country, sum(o.total_cents) AS cents FROM orders AS o "
        "JOIN customers AS c USING (customer_id) GROUP BY c.country",
        {"country": ["customers.country"], "cents": ["orders.total_cents"]},
    ),
    (
        "WITH paid AS (SELECT order_id, sum(quantity * unit_price_cents) AS cents FROM order_items GROUP BY 1), "
        "named AS (SELECT p.order_id, p.cents AS paid, o.currency FROM paid p JOIN orders o ON o.order_id = p.order_id) "
        "SELECT currency, max(paid) AS largest, count(*) AS orders FROM named GROUP BY currency",
        {
            "currency": ["orders.currency"],
            "largest": ["order_items.quantity", "order_items.unit_price_cents"],
            "orders": [],
        },
    ),
    (
        "SELECT order_id, total_cents FROM orders UNION ALL SELECT order_id, -total_cents FROM refunds",
        {
            "order_id": ["orders.order_id", "refunds.order_id"],
            "total_cents": ["orders.total_cents", "refunds.total_cents"],
        },
    ),
    (
        "SELECT * FROM (SELECT o.*, c.segment FROM orders AS o "
        "LEFT JOIN customers AS c ON c.customer_id = o.customer_id) AS wide",
        {"segment": ["customers.segment"], "channel": ["orders.channel"]},
    ),
    (
        "SELECT CASE WHEN channel = 'app' THEN total_cents ELSE 0 END AS app_cents, "
        "row_number() OVER (PARTITION BY customer_id ORDER BY total_cents) AS place, 'EUR' AS unit FROM orders",
        {
            "app_cents": ["orders.channel", "orders.total_cents"],
            "place": ["orders.customer_id", "orders.total_cents"],
            "unit": [],
        },
    ),
    (
        "SELECT o.order_id, o.total_cents - coalesce(r.total_cents, 0) - o.total_cents % 100 AS net "
        "FROM orders AS o LEFT JOIN refunds AS r ON r.order_id = o.order_id",
        {"net": ["orders.total_cents", "refunds.total_cents"], "order_id": ["orders.order_id"]},
    ),
    (
        "WITH orders AS (SELECT order_id, total_cents FROM refunds) SELECT total_cents AS cents FROM orders",
        {"cents": ["refunds.total_cents"]},
    ),
]


def solve(sql, schema, column):
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage

    try:
        node = lineage(column, sql, schema=schema, dialect="postgres")
    except (SqlglotError, ValueError) as error:
        raise ValueError(f"the result has no column {column}") from error
    leaves = [leaf for leaf in node.walk() if isinstance(leaf.expression, exp.Table)]
    return sorted({f"{leaf.expression.name}.{leaf.name.rpartition('.')[2]}" for leaf in leaves})


def expect(function, sql, schema, column, expected):
    got = call(function, sql, schema, column, lines=4_000_000)
    if got != expected:
        raise Refused(
            "result",
            f"Column `{column}` of this query is not right: {sql}",
            expected=repr(expected),
            got=repr(got),
        )


def examples(function):
    schema = {"orders": {"order_id": "bigint", "total_cents": "int", "currency": "text"}}
    query = "SELECT o.total_cents / 100.0 AS total FROM orders AS o WHERE o.currency = 'EUR'"
    expect(function, query, schema, "total", ["orders.total_cents"])
    expect(
        function, "WITH o AS (SELECT * FROM orders) SELECT count(*) AS orders FROM o", schema, "orders", []
    )
    return "Both queries of the statement."


def marts(function):
    asked = 0
    for sql, columns in QUERIES:
        for column, expected in columns.items():
            expect(function, sql, SCHEMA, column, expected)
            asked += 1
    return f"{asked} columns of {len(QUERIES)} queries."


def missing(function):
    try:
        got = call(function, "SELECT order_id FROM orders", SCHEMA, "revenue", lines=4_000_000)
    except Refused as refused:
        if "ValueError" in str(refused):
            return "It says so with a ValueError."
        raise
    raise Refused(
        "result", "A column that the result lacks raises no error.", expected="ValueError", got=repr(got)
    )


PARTS = {"The examples": examples, "Queries of a mart": marts, "No such column": missing}


@variant
def by_leaves(sql, schema, column):
    import sqlglot
    from sqlglot import exp
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify

    tree = qualify(sqlglot.parse_one(sql, read="postgres"), schema=schema, dialect="postgres")
    if column not in tree.named_selects:
        raise ValueError(column)
    found, todo = set(), [lineage(column, sql, schema=schema, dialect="postgres")]
    while todo:
        node = todo.pop()
        todo += node.downstream
        if not node.downstream and isinstance(node.source, exp.Table):
            found.add(node.source.name + "." + node.name.split(".")[-1])
    return sorted(found)


@variant
def by_scopes(sql, schema, column):
    """Follows the column by hand, from scope to scope."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    tree = qualify(sqlglot.parse_one(sql, read="postgres"), schema=schema, dialect="postgres")
    if column not in tree.named_selects:
        raise ValueError(column)

    def trace(scope, place):
        if scope.set_operation_scopes:
            return set().union(*(trace(side, place) for side in scope.set_operation_scopes))
        found = set()
        for read in scope.expression.selects[place].find_all(exp.Column):
            source = scope.sources[read.table]
            if isinstance(source, exp.Table):
                found.add(f"{source.name}.{read.name}")
            else:
                found |= trace(source, source.expression.named_selects.index(read.name))
        return found

    return sorted(trace(build_scope(tree), tree.named_selects.index(column)))


@wrong("counts every column that the query names, also in WHERE and ON")
def every_column(sql, schema, column):
    import sqlglot
    from sqlglot import exp

    names = {c.name for c in sqlglot.parse_one(sql, read="postgres").find_all(exp.Column)}
    return sorted(f"{t}.{c}" for t, columns in schema.items() for c in columns if c in names)


@wrong("takes the alias for the table")
def by_alias(sql, schema, column):
    from sqlglot import exp
    from sqlglot.lineage import lineage

    node = lineage(column, sql, schema=schema, dialect="postgres")
    return sorted({leaf.name for leaf in node.walk() if isinstance(leaf.expression, exp.Table)})


@wrong("looks at the outermost SELECT only", passes_examples=True)
def one_level(sql, schema, column):
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="postgres")
    tables = {t.alias_or_name: t.name for t in tree.find_all(exp.Table)}
    for selected in tree.selects:
        if selected.alias_or_name == column:
            columns = list(selected.find_all(exp.Column))
            only = next(iter(tables.values()))
            return sorted({f"{tables.get(c.table, only)}.{c.name}" for c in columns})
    raise ValueError(column)


@wrong("gives an empty list for a column that is not there", passes_examples=True)
def never_complains(sql, schema, column):
    try:
        return solve(sql, schema, column)
    except ValueError:
        return []


@wrong("follows the first branch of a UNION ALL only", passes_examples=True)
def first_branch(sql, schema, column):
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="postgres")
    return solve(tree.left.sql("postgres") if isinstance(tree, exp.SetOperation) else sql, schema, column)


NOTES = """
**Why it holds**: `lineage` qualifies the query (stars, missing tables, aliases) with the schema and then follows one output column through CTEs, subqueries and unions until it reaches a table.

**Pitfall**: values only. A column that stands in a filter or a join decides *which* rows are counted, and no value leads to it.
Before you drop a column, look for both.

**Alternative**: dbt's manifest knows models, not columns; OpenLineage events carry column lineage that an engine has reported, also for code that no parser reads.

**At work**: run it over all marts of a repository in CI, and a pull request that drops a column lists the dashboards it breaks.
"""
