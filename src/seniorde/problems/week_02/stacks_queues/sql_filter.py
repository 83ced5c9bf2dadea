"""# Evaluate a WHERE clause

A small engine keeps a filter as a list of tokens: column names, `"AND"`, `"OR"`, `"NOT"`, `"("` and `")"`.
You get the tokens and one row: a dict from column to `True`, `False` or `None`, where `None` stands for SQL's NULL.
Return the value of the filter for that row: `True`, `False` or `None`.

- `NOT` binds tighter than `AND`, `AND` binds tighter than `OR`.
- `NOT NULL` is NULL.
- `AND` is `False` when one side is `False`, else NULL when one side is NULL, else `True`.
- `OR` is `True` when one side is `True`, else NULL when one side is NULL, else `False`.

>>> solve(["paid", "OR", "late", "AND", "NOT", "big"], {"paid": True, "late": False, "big": True})
True
>>> solve(["(", "paid", "OR", "late", ")", "AND", "big"], {"paid": True, "late": False, "big": False})
False
>>> solve(["paid", "AND", "late"], {"paid": True, "late": None}) is None
True

Limits: 1 to 100,000 tokens, always a well-formed filter whose columns are all in the row; parentheses and `NOT`s may be nested deeper than Python can recurse.
Column names are letters and digits, and none is `AND`, `OR` or `NOT`; leave the input as it is.
"""

import re
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-sql-filter",
    pattern="two stacks: operators and values",
    difficulty="hard",
    minutes=45,
    points=4,
    order=10,
    classic="basic calculator; shunting yard",
    growth="n",
    growth_size=30,
    idea=(
        "values that wait for an operator, and operators that wait for their right side",
        "waiting operators bind tighter from bottom to top, up to the nearest open parenthesis",
        "the one value that is left",
    ),
    hints=(
        "You have read `a OR b` and the next token is `AND`. May you compute the `OR` already? And if the next is `OR`?",
        "Keep values on one stack and waiting operators on another. A new operator first lets those be computed that bind at least as tightly.",
        "An open parenthesis waits too, and nothing under it may be computed before its partner comes.",
        "`NOT` has no left side, so it computes nothing when it comes; it waits for its right side. Mind `NOT NOT a`.",
    ),
)


def solve(tokens: list[str], row: dict[str, bool | None]) -> bool | None:
    binds = {"OR": 1, "AND": 2, "NOT": 3}
    values: list[bool | None] = []
    waiting: list[str] = []

    def compute() -> None:
        operator, right = waiting.pop(), values.pop()
        if operator == "NOT":
            values.append(None if right is None else not right)
            return
        sides = (values.pop(), right)
        decides = operator == "OR"
        values.append(decides if decides in sides else None if None in sides else not decides)

    for token in tokens:
        if token in ("(", "NOT"):
            waiting.append(token)
        elif token == ")":
            while waiting[-1] != "(":
                compute()
            waiting.pop()
        elif token in binds:
            while waiting and binds.get(waiting[-1], 0) >= binds[token]:
                compute()
            waiting.append(token)
        else:
            values.append(row[token])
    while waiting:
        compute()
    return values[0]


SIGNS = {"AND": "&", "OR": "|", "NOT": "-", "(": "(", ")": ")"}


def oracle(tokens, row):
    """Rewrite the text: T, F and U for the values, the innermost parentheses first."""
    text = "".join(SIGNS.get(token) or {True: "T", False: "F", None: "U"}[row[token]] for token in tokens)

    def flat(found):
        inner = found[1]
        while "-" in inner:
            inner = inner.replace("--", "").replace("-T", "F").replace("-F", "T").replace("-U", "U")
        terms = [min(term.split("&"), key="FUT".index) for term in inner.split("|")]
        return max(terms, key="FUT".index)

    while "(" in text:
        text = re.sub(r"\(([^()]*)\)", flat, text)
    return {"T": True, "F": False, "U": None}[flat([None, text])]


def accepts(tokens, row):
    """Columns and operators take turns, and parentheses fit."""
    depth, complete = 0, False
    for token in tokens:
        if token in ("AND", "OR", ")"):
            if not complete:
                return False
            complete, depth = token == ")", depth - (token == ")")
        elif complete or (token not in ("NOT", "(") and token not in row):
            return False
        else:
            complete, depth = token not in ("NOT", "("), depth + (token == "(")
        if depth < 0:
            return False
    return complete and depth == 0


ROW = {"t": True, "f": False, "u": None}


def filter_of(text):
    return text.split(), dict(ROW)


EDGES = {
    "one column": filter_of("u"),
    "one column in parentheses": filter_of("( ( t ) )"),
    "NULL and false": filter_of("u AND f"),
    "false and NULL": filter_of("f AND u"),
    "NULL or true": filter_of("u OR t"),
    "NULL or false": filter_of("f OR u"),
    "not NULL": filter_of("NOT u"),
    "twice not": filter_of("NOT NOT f"),
    "not three times": filter_of("NOT NOT NOT f"),
    "not binds first": filter_of("NOT f AND f"),
    "not of parentheses": filter_of("NOT ( t AND f )"),
    "not behind an operator": filter_of("t AND NOT f OR f"),
    "not not behind an operator": filter_of("f OR NOT NOT t AND t"),
    "and before or, at the end": filter_of("t OR t AND f"),
    "and before or, in front": filter_of("f AND t OR t"),
    "or of two ands": filter_of("t AND f OR t AND t"),
    "parentheses change it": filter_of("( t OR t ) AND f"),
    "parentheses on the right": filter_of("f AND ( f OR t )"),
    "parentheses in parentheses": filter_of("NOT ( f OR ( t AND NOT ( f OR t ) ) )"),
    "a name like an operator": (["NOTE", "AND", "ORDER"], {"NOTE": True, "ORDER": False}),
    "lower case is a name": (["and", "OR", "not"], {"and": False, "not": True}),
}


def random_filter(rng: Random, size: int) -> list[str]:
    """A filter of about `size` columns."""
    if size <= 1:
        return [*["NOT"] * rng.choice((0, 0, 1, 2)), rng.choice("tfu")]
    left = rng.randint(1, size - 1)
    tokens = [*random_filter(rng, left), rng.choice(("AND", "OR")), *random_filter(rng, size - left)]
    return [*["NOT"] * rng.choice((0, 1)), "(", *tokens, ")"] if rng.random() < 0.4 else tokens


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield random_filter(rng, min(size, 12)), dict(ROW)
    yield random_filter(rng, min(size, 6)), dict(ROW)
    flat = [token for _ in range(size) for token in (rng.choice("tfu"), rng.choice(("AND", "OR")))]
    yield [*flat, "u"], dict(ROW)
    yield [*["(", "u", "OR", "NOT"] * size, "f", *[")"] * size], dict(ROW)


@variant
def by_levels(tokens, row):
    """For each open parenthesis one entry: the ORs and ANDs collected so far, and the NOTs that wait."""
    number = {True: 2, None: 1, False: 0}
    levels, any_, all_, flips = [], 0, 2, 0
    for token in [*tokens, "OR"]:
        if token == "NOT":
            flips += 1
        elif token == "(":
            levels.append((any_, all_, flips))
            any_, all_, flips = 0, 2, 0
        elif token == "OR":
            any_, all_ = max(any_, all_), 2
        elif token != "AND":
            if token == ")":
                value = max(any_, all_)
                any_, all_, flips = levels.pop()
            else:
                value = number[row[token]]
            all_, flips = min(all_, 2 - value if flips % 2 else value), 0
    return {2: True, 1: None, 0: False}[any_]


@variant
def to_postfix_first(tokens, row):
    """First the tokens in postfix order, then the values."""
    output, waiting = [], []
    for token in tokens:
        if token == "(" or token == "NOT":
            waiting.append(token)
        elif token == ")":
            while (operator := waiting.pop()) != "(":
                output.append(operator)
        elif token == "AND" or token == "OR":
            stops = ("(",) if token == "OR" else ("(", "OR")
            while waiting and waiting[-1] not in stops:
                output.append(waiting.pop())
            waiting.append(token)
        else:
            output.append(token)
    values = []
    for token in output + waiting[::-1]:
        if token == "NOT":
            values.append({True: False, False: True, None: None}[values.pop()])
        elif token == "AND" or token == "OR":
            pair = [values.pop(), values.pop()]
            order = [False, None, True] if token == "AND" else [True, None, False]
            values.append(min(pair, key=order.index))
        else:
            values.append(row[token])
    return values.pop()


@variant
def by_stacks_of_lists(tokens, row):
    """A list for each open parenthesis; at its end the list is computed flat."""

    def flat(items):
        values, negate = [], False
        for item in items:
            if item == "NOT":
                negate = not negate
            elif item in ("AND", "OR"):
                values.append(item)
            else:
                values.append(2 - item if negate else item)
                negate = False
        best, term = 0, 2
        for value in [*values, "OR"]:
            if value == "OR":
                best, term = max(best, term), 2
            elif value != "AND":
                term = min(term, value)
        return best

    number = {True: 2, None: 1, False: 0}
    lists = [[]]
    for token in tokens:
        if token == "(":
            lists.append([])
        elif token == ")":
            value = flat(lists.pop())
            lists[-1].append(value)
        else:
            lists[-1].append(token if token in ("AND", "OR", "NOT") else number[row[token]])
    return {2: True, 1: None, 0: False}[flat(lists[0])]


@wrong("reads from left to right, AND and OR alike")
def no_precedence(tokens, row):
    values, waiting = [], []

    def settle():
        while waiting and waiting[-1] != "(":
            operator, right = waiting.pop(), values.pop()
            if operator == "NOT":
                values.append(None if right is None else not right)
            else:
                pair = (values.pop(), right)
                first = operator == "OR"
                values.append(first if first in pair else None if None in pair else not first)

    for token in tokens:
        if token in ("(", "NOT"):
            waiting.append(token)
        elif token == ")":
            settle()
            waiting.pop()
        elif token in ("AND", "OR"):
            settle()
            waiting.append(token)
        else:
            values.append(row[token])
    settle()
    return values[0]


@wrong("asks Python, for which None is as good as False", passes_examples=True)
def asks_python(tokens, row):
    words = {"AND": "and", "OR": "or", "NOT": "not"}
    text = " ".join(words.get(t) or (t if t in "()" else repr(row[t])) for t in tokens)
    return eval(text)


@wrong("asks Python, and returns NULL wherever a NULL is", passes_examples=True)
def null_wins(tokens, row):
    used = [row[token] for token in tokens if token in row]
    return None if None in used else asks_python.answer(tokens, row)


@wrong(
    "asks Python with an operator for each, whose parser gives up at deep nesting",
    fails="error",
    passes_examples=True,
)
def asks_the_parser(tokens, row):
    class Value:
        def __init__(self, n):
            self.n = n

        def __and__(self, other):
            return Value(min(self.n, other.n))

        def __or__(self, other):
            return Value(max(self.n, other.n))

        def __invert__(self):
            return Value(2 - self.n)

    number = {True: Value(2), None: Value(1), False: Value(0)}
    words = {"AND": "&", "OR": "|", "NOT": "~", "(": "(", ")": ")"}
    names = {f"v{i}": number[value] for i, value in enumerate(row.values())}
    columns = {column: f"v{i}" for i, column in enumerate(row)}
    text = " ".join(words.get(token) or columns[token] for token in tokens)
    return {2: True, 1: None, 0: False}[eval(text, names).n]


@wrong("calls itself for each parenthesis", fails="recursion", passes_examples=True)
def calls_itself(tokens, row):
    rest = iter([*tokens, ""])
    ahead = [next(rest)]

    def take():
        token = ahead[0]
        ahead[0] = next(rest, "")
        return token

    def factor():
        token = take()
        if token == "NOT":
            return 2 - factor()
        if token == "(":
            value = either()
            take()
            return value
        return {True: 2, None: 1, False: 0}[row[token]]

    def both():
        value = factor()
        while ahead[0] == "AND":
            take()
            value = min(value, factor())
        return value

    def either():
        value = both()
        while ahead[0] == "OR":
            take()
            value = max(value, both())
        return value

    return {2: True, 1: None, 0: False}[either()]


@wrong("negates everything behind a NOT", passes_examples=True)
def not_binds_last(tokens, row):
    values, waiting, binds = [], [], {"NOT": 1, "OR": 2, "AND": 3}

    def compute():
        operator, right = waiting.pop(), values.pop()
        if operator == "NOT":
            values.append(None if right is None else not right)
        else:
            pair, first = (values.pop(), right), operator == "OR"
            values.append(first if first in pair else None if None in pair else not first)

    for token in tokens:
        if token in ("(", "NOT"):
            waiting.append(token)
        elif token == ")":
            while waiting[-1] != "(":
                compute()
            waiting.pop()
        elif token in binds:
            while waiting and binds.get(waiting[-1], 0) >= binds[token]:
                compute()
            waiting.append(token)
        else:
            values.append(row[token])
    while waiting:
        compute()
    return values[0]


@wrong("remembers only whether the last token was NOT, so that two of them negate", passes_examples=True)
def one_not(tokens, row):
    short = [token for i, token in enumerate(tokens) if token != "NOT" or tokens[i + 1] != "NOT"]
    return solve(short, row)


@wrong(
    "takes the innermost parentheses out, over and over: grows with n²", fails="growth", passes_examples=True
)
def innermost_first(tokens, row):
    rest, row = list(tokens), {**row, "T": True, "F": False, "U": None}
    while "(" in rest:
        end = rest.index(")")
        start = max(i for i in range(end) if rest[i] == "(")
        value = solve(rest[start + 1 : end], row)
        rest[start : end + 1] = [{True: "T", False: "F", None: "U"}[value]]
    return solve(rest, row)


@wrong("takes each token from the front of a copy", fails="growth", passes_examples=True)
def from_the_front(tokens, row):
    number = {True: 2, None: 1, False: 0}
    levels, any_, all_, flips = [], 0, 2, 0
    rest = [f"{token}" for token in tokens] + ["OR"]
    while rest:
        token = rest.pop(0)
        if token == "NOT":
            flips += 1
        elif token == "(":
            levels.append((any_, all_, flips))
            any_, all_, flips = 0, 2, 0
        elif token == "OR":
            any_, all_ = max(any_, all_), 2
        elif token != "AND":
            if token == ")":
                value = max(any_, all_)
                any_, all_, flips = levels.pop()
            else:
                value = number[row[token]]
            all_, flips = min(all_, 2 - value if flips % 2 else value), 0
    return {2: True, 1: None, 0: False}[any_]


NOTES = """
**Complexity**: O(n) time: every token is put on a stack once and taken off once. The memory is the nesting.

**Pitfall**: Python's `and` and `or`.
`None and False` is `None`, and SQL says false: one false side is enough, whatever the other would have been.
With 0, 1 and 2 for false, NULL and true the three operators are `min`, `max` and `2 - x`.

**Alternative**: a function for each level of precedence, which calls the next (*recursive descent*): the clearest of all, until the nesting is deeper than the call stack.
A generated filter may be: an ORM that joins ten thousand conditions with `OR` makes a tree ten thousand deep.

**In an engine**: parsers are such stacks, generated from a grammar in PostgreSQL, written by hand in many others.
PostgreSQL checks its own depth against `max_stack_depth` and stops the query with an error instead of the server; SQLite limits the depth of an expression to 1,000 by default.
And the `WHERE` of an engine keeps a row only when the result is true: false and NULL are both dropped.
"""
