"""# What a mart must not say

A pull request with new marts is read by a machine first.
You get the text of one `SELECT` in PostgreSQL's dialect.
Return the names of the rules that it breaks, as a sorted list of texts:

- `star`: the outermost `SELECT` (of a union: any of its branches) has a `*` or `t.*`, so a new column of the source changes the mart. `count(*)` is no such star, and a star in a CTE or a subquery is allowed.
- `ordinal`: an `ORDER BY` or `GROUP BY`, anywhere, names a column by its number.
- `unordered limit`: a `LIMIT`, anywhere, whose own query has no `ORDER BY`.
- `cross join`: tables joined by a comma or by `CROSS JOIN`, anywhere. `CROSS JOIN LATERAL` and `CROSS JOIN unnest(…)` are allowed, and so is the comma before them.

>>> solve("SELECT * FROM orders, customers LIMIT 10")
['cross join', 'star', 'unordered limit']
>>> solve("SELECT currency, count(*) AS n FROM orders GROUP BY 1")
['ordinal']
>>> solve("WITH o AS (SELECT * FROM orders) SELECT order_id FROM o ORDER BY order_id LIMIT 5")
[]

Text in quotes and comments breaks no rule.
Raise `ValueError` for a text that does not parse.
"""

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dialects-mart-rules",
    pattern="syntax tree",
    difficulty="medium",
    minutes=25,
    points=3,
    hints={
        "The examples": (
            '`sqlglot.parse_one(sql, read="postgres")` gives a tree; `find_all(exp.Limit)` walks all of it, `selects` holds what the outermost query selects.',
            "An `exp.Star` may be a selected expression itself, or the `this` of a column: `t.*`. `selected.is_star` knows both.",
        ),
        "Traps": (
            "The tree holds no comments, and a text in quotes is a literal: work on the tree only.",
            "A limit belongs to `limit.parent`: ask that one for its `order`.",
            "A number in `ORDER BY` is an `exp.Literal` with `is_int`; an expression like `a + 1` holds one too, and is allowed.",
        ),
        "Joins": (
            "A comma is an `exp.Join` without `on`, `using`, `kind` or `side`; `CROSS JOIN` has the kind `CROSS`.",
            "What is joined tells the rest: `exp.Lateral` and `exp.Unnest` may be joined so. NATURAL is a `method`.",
        ),
        "Unions and broken text": (
            "Of a union, look at both sides: `tree.left` and `tree.right`, until they are selects; `tree.is_star` does.",
            "Parsing raises two errors, of the tokens and of the tree; `sqlglot.errors.SqlglotError` is both.",
        ),
    },
)


def solve(sql):
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, read="postgres")
    except SqlglotError as error:
        raise ValueError("this does not parse") from error
    broken = set()
    if tree.is_star:  # of a union: of any branch
        broken.add("star")
    for clause in tree.find_all(exp.Order, exp.Group):
        keys = [key.this if isinstance(key, exp.Ordered) else key for key in clause.expressions]
        if any(isinstance(key, exp.Literal) and key.is_int for key in keys):
            broken.add("ordinal")
    for limit in tree.find_all(exp.Limit, exp.Fetch):
        if not limit.parent.args.get("order"):
            broken.add("unordered limit")
    for join in tree.find_all(exp.Join):
        plain = not (join.args.get("on") or join.args.get("using") or join.side or join.method)
        if plain and join.kind in ("", "CROSS") and not isinstance(join.this, exp.Lateral | exp.Unnest):
            broken.add("cross join")
    return sorted(broken)


def expect(function, sql, *expected):
    got = call(function, sql, lines=4_000_000)
    if got != sorted(expected):
        raise Refused("result", f"Wrong for: {sql}", expected=repr(sorted(expected)), got=repr(got))


def examples(function):
    expect(function, "SELECT * FROM orders, customers LIMIT 10", "cross join", "star", "unordered limit")
    expect(function, "SELECT currency, count(*) AS n FROM orders GROUP BY 1", "ordinal")
    expect(function, "WITH o AS (SELECT * FROM orders) SELECT order_id FROM o ORDER BY order_id LIMIT 5")
    return "The three queries of the statement."


def traps(function):
    expect(function, "SELECT o.*, 1 AS one FROM orders AS o", "star")
    expect(function, "SELECT 'a * b, LIMIT 5 ORDER BY 1' AS note FROM orders -- SELECT * FROM a, b LIMIT 3")
    expect(function, "SELECT a * 2 AS twice FROM t ORDER BY a + 1")
    expect(function, "SELECT a FROM t ORDER BY 1 DESC", "ordinal")
    expect(function, "SELECT a FROM (SELECT a FROM t LIMIT 3) AS s ORDER BY a", "unordered limit")
    expect(function, "SELECT a FROM (SELECT a FROM t ORDER BY a) AS s LIMIT 3", "unordered limit")
    expect(function, "SELECT a FROM t ORDER BY a LIMIT 3")
    expect(function, "SELECT a, count(*) FROM t WHERE b IN (SELECT 1) GROUP BY a HAVING count(*) > 1")
    expect(function, "SELECT a FROM (SELECT a, count(*) FROM t GROUP BY 1) AS s", "ordinal")
    expect(function, "SELECT sum(x) OVER (ORDER BY y) AS s FROM t")
    return "Ten queries with stars, limits and numbers in odd places."


def joins(function):
    expect(function, "SELECT a FROM t CROSS JOIN u", "cross join")
    expect(function, "SELECT a FROM t, u WHERE t.x = u.x", "cross join")
    expect(function, "SELECT a FROM t JOIN u ON t.x = u.x LEFT JOIN v USING (y)")
    expect(function, "SELECT a FROM t NATURAL JOIN u")
    expect(function, "SELECT tag FROM t CROSS JOIN unnest(t.tags) AS u(tag)")
    expect(function, "SELECT tag FROM t, unnest(t.tags) AS u(tag)")
    expect(function, "SELECT n FROM t CROSS JOIN LATERAL (SELECT t.a + 1 AS n) AS l")
    expect(function, "SELECT n FROM t, LATERAL (SELECT t.a + 1 AS n) AS l")
    expect(function, "SELECT a FROM t WHERE EXISTS (SELECT b FROM u, v WHERE u.x = v.x)", "cross join")
    return "Nine ways to join."


def unions(function):
    expect(function, "SELECT a FROM t UNION ALL SELECT * FROM u", "star")
    expect(function, "SELECT a FROM t UNION ALL SELECT b FROM u UNION ALL SELECT * FROM v", "star")
    expect(function, "(SELECT a FROM t UNION ALL SELECT b FROM u) ORDER BY a LIMIT 3")
    expect(function, "SELECT a FROM t UNION ALL SELECT b FROM u LIMIT 3", "unordered limit")
    for text in ("SELECT FROM WHERE (", "SELECT 'EUR AS currency FROM orders"):
        try:
            got = call(function, text, lines=4_000_000)
        except Refused as refused:
            if "ValueError" not in str(refused):
                raise
        else:
            raise Refused("result", f"`{text}` does not parse.", expected="ValueError", got=repr(got))
    return "Four unions, and two texts that do not parse."


PARTS = {"The examples": examples, "Traps": traps, "Joins": joins, "Unions and broken text": unions}


@variant
def by_visiting(sql):
    from sqlglot import exp, parse_one
    from sqlglot.errors import ParseError, TokenError

    try:
        tree = parse_one(sql, dialect="postgres")
    except (ParseError, TokenError):
        raise ValueError(sql) from None
    rules = []
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, exp.Subquery):
            todo.append(node.this)
        elif isinstance(node, exp.Union | exp.Intersect | exp.Except):
            todo += [node.this, node.expression]
        elif isinstance(node, exp.Select):
            for item in node.expressions:
                if isinstance(item, exp.Star) or (
                    isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
                ):
                    rules.append("star")
    for node in tree.walk():
        if isinstance(node, exp.Ordered | exp.Group):
            for key in [node.this] if isinstance(node, exp.Ordered) else node.expressions:
                if isinstance(key, exp.Literal) and not key.is_string:
                    rules.append("ordinal")
        if isinstance(node, exp.Query) and node.args.get("limit") and node.args.get("order") is None:
            rules.append("unordered limit")
        if isinstance(node, exp.Join):
            bare = node.args.get("kind") in (None, "CROSS") and not any(
                node.args.get(k) for k in ("on", "using", "side", "method")
            )
            if bare and not isinstance(node.this, (exp.Lateral, exp.Unnest)):
                rules.append("cross join")
    return sorted(set(rules))


@variant
def by_properties(sql):
    """`is_star` of a union asks both of its sides."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(sql, read="postgres")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError from error
    queries = list(tree.find_all(exp.Query))
    keys = [o.this for q in queries if (order := q.args.get("order")) for o in order.expressions]
    keys += [key for q in queries if (group := q.args.get("group")) for key in group.expressions]
    bare = [
        join.this
        for query in queries
        for join in query.args.get("joins") or []
        if not (join.args.get("on") or join.args.get("using") or join.method or join.side)
    ]
    broken = {
        "star": tree.is_star,
        "ordinal": any(key.is_int for key in keys),
        "unordered limit": any(q.args.get("limit") and not q.args.get("order") for q in queries),
        "cross join": any(not isinstance(table, exp.Lateral | exp.Unnest) for table in bare),
    }
    return sorted(rule for rule, found in broken.items() if found)


@wrong("catches the parser's error, not the tokenizer's", fails="error", passes_examples=True)
def parse_error_only(sql):
    import sqlglot

    try:
        sqlglot.parse_one(sql, read="postgres")
    except sqlglot.errors.ParseError as error:
        raise ValueError from error
    return solve(sql)


@wrong("searches the text instead of the tree", passes_examples=True)
def by_text(sql):
    import re

    body = sql[sql.rfind(") SELECT") + 1 :]
    broken = set()
    if re.search(r"SELECT\s+(\w+\.)?\*", body):
        broken.add("star")
    if re.search(r"(ORDER|GROUP) BY 1", sql):
        broken.add("ordinal")
    if "LIMIT" in sql and "ORDER BY" not in sql:
        broken.add("unordered limit")
    if re.search(r"FROM \w+, |CROSS JOIN", sql):
        broken.add("cross join")
    return sorted(broken)


@wrong("finds a star in CTEs and subqueries too")
def any_star(sql):
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="postgres")
    inner = any(s.is_star for select in tree.find_all(exp.Select) for s in select.selects)
    return sorted({*solve(sql), *(["star"] if inner else [])})


@wrong("takes any ORDER BY of the text for the limit's own", passes_examples=True)
def order_anywhere(sql):
    import sqlglot
    from sqlglot import exp

    broken = set(solve(sql))
    if sqlglot.parse_one(sql, read="postgres").find(exp.Order):
        broken.discard("unordered limit")
    return sorted(broken)


@wrong("takes any number below an ORDER BY for an ordinal", passes_examples=True)
def number_anywhere(sql):
    import sqlglot
    from sqlglot import exp

    broken = set(solve(sql))
    for clause in sqlglot.parse_one(sql, read="postgres").find_all(exp.Order, exp.Group):
        if any(literal.is_int for literal in clause.find_all(exp.Literal)):
            broken.add("ordinal")
    return sorted(broken)


@wrong("forbids unnest and LATERAL as well", passes_examples=True)
def no_laterals(sql):
    import sqlglot
    from sqlglot import exp

    broken = set(solve(sql))
    for join in sqlglot.parse_one(sql, read="postgres").find_all(exp.Join):
        if not (join.args.get("on") or join.args.get("using") or join.side or join.method):
            broken.add("cross join")
    return sorted(broken)


@wrong("looks at the first branch of a union only", passes_examples=True)
def first_branch(sql):
    import sqlglot
    from sqlglot import exp

    broken = set(solve(sql))
    tree = sqlglot.parse_one(sql, read="postgres")
    while isinstance(tree, exp.SetOperation):
        tree = tree.left
    if not any(s.is_star for s in tree.selects):
        broken.discard("star")
    return sorted(broken)


NOTES = """
**Why it holds**: a parser has already decided what is text, comment, alias and scope; each rule is then one question to one kind of node.

**Pitfall**: a rule on the text meets `'LIMIT 5'` in quotes and a comment on its first day, and is switched off on its second.

**Alternative**: `sqlfluff` ships such rules, with positions and repairs, and knows dbt's templates.
Write your own for what is true of *your* lake: every query on `events` names `dt`.

**At work**: let the rules warn for two weeks, repair what they find, then let them fail; a rule that fails from the first day on 400 old marts is removed, not obeyed.
"""
