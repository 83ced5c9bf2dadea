"""# Undo a schema change, and redo it

A schema editor can take changes back. `solve()` makes a table without columns.

- `put(column, kind)` adds the column, or gives it another type.
- `drop(column)` takes the column away.
- `undo()` takes back the latest change that is not undone; `redo()` makes the latest undone change again. Both return `True`, or `False` when there is nothing to undo or redo.
- `schema()` returns a dict, column to type, which the caller may change as he likes.

After a new change nothing can be redone.
A call that changes nothing, to drop a column that is not there or to give a column the type it has, leaves no trace: it can not be undone, and what was undone can still be redone.

>>> table = solve()
>>> table.put("id", "int"); table.put("id", "bigint"); table.drop("id")
>>> table.undo(), table.undo(), table.schema()
(True, True, {'id': 'int'})
>>> table.redo(), table.schema()
(True, {'id': 'bigint'})
>>> table.put("city", "text"); table.redo()
False

Limits: up to 100,000 calls; columns and types are strings that are not empty.
Every call but `schema` takes a constant number of steps, on average, however many columns there are.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-undo-redo",
    pattern="two stacks of changes",
    difficulty="medium",
    minutes=25,
    points=3,
    order=5,
    classic="undo and redo of an editor; browser history",
    growth="n",
    idea=(
        "the changes done and the changes undone, each with what was there before and after",
        "the table is the empty one after all done changes; the undone ones follow in order from the top",
        "undo writes the before of the top, redo the after, and the change changes sides",
    ),
    hints=(
        "To take back a `drop` you need something that the call did not tell you. When is the last moment to write it down?",
        "Write each change down as (column, before, after), with `None` for no such column. What are undo and redo then?",
        "Two lists: done and undone. What must happen to the second when a new change comes, and what when a call changes nothing?",
    ),
)


class solve:
    def __init__(self) -> None:
        self.columns: dict[str, str | None] = {}  # None: dropped
        self.done: list[tuple[str, str | None, str | None]] = []
        self.undone: list[tuple[str, str | None, str | None]] = []

    def put(self, column: str, kind: str) -> None:
        if self.columns.get(column) != kind:
            self.done.append((column, self.columns.get(column), kind))
            self.undone.clear()
            self.columns[column] = kind

    def drop(self, column: str) -> None:
        if self.columns.get(column) is not None:
            self.done.append((column, self.columns[column], None))
            self.undone.clear()
            self.columns[column] = None

    def undo(self) -> bool:
        if not self.done:
            return False
        self.undone.append(self.done.pop())
        column, before, _ = self.undone[-1]
        self.columns[column] = before
        return True

    def redo(self) -> bool:
        if not self.undone:
            return False
        self.done.append(self.undone.pop())
        column, _, after = self.done[-1]
        self.columns[column] = after
        return True

    def schema(self) -> dict[str, str]:
        return {column: kind for column, kind in self.columns.items() if kind is not None}


def call(answer, steps=()):
    """What undo, redo and schema returned, and the schema at the end."""
    table, returned = answer(), []
    for name, *arguments in steps:
        result = getattr(table, name)(*arguments)
        if name in ("undo", "redo"):
            returned.append(result)
        elif name == "schema":
            returned.append(dict(result))
            result["caller"] = "was here"
    return returned, table.schema()


def oracle(steps=()):
    """Keep every state of the table."""
    states, at, returned = [{}], 0, []
    for name, *arguments in steps:
        if name == "undo":
            returned.append(at > 0)
            at -= at > 0
        elif name == "redo":
            returned.append(at < len(states) - 1)
            at += at < len(states) - 1
        elif name == "schema":
            returned.append(states[at])
        else:
            column, kind = (*arguments, None)[:2]
            after = {**states[at], column: kind}
            after = {key: value for key, value in after.items() if value is not None}
            if after != states[at]:
                states = [*states[: at + 1], after]
                at += 1
    return returned, states[at]


A, B = ("put", "a", "int"), ("put", "b", "text")
UNDO, REDO, SEE = ("undo",), ("redo",), ("schema",)

EDGES = {
    "nothing to undo, nothing to redo": ([UNDO, REDO, SEE],),
    "the example": (
        [("put", "id", "int"), ("put", "id", "bigint"), ("drop", "id"), UNDO, UNDO, SEE, REDO, SEE, B, REDO],
    ),
    "a new column is gone again": ([A, UNDO],),
    "a type comes back": ([A, ("put", "a", "bigint"), UNDO],),
    "a dropped column comes back": ([A, ("drop", "a"), UNDO],),
    "undone and redone": ([A, B, ("drop", "a"), UNDO, UNDO, UNDO, REDO, REDO, REDO, REDO],),
    "redone in order": ([A, B, UNDO, UNDO, REDO],),
    "a new change after an undo": ([A, UNDO, B, REDO, UNDO, UNDO],),
    "the same type again": ([A, A, UNDO, UNDO],),
    "the same type between undo and redo": ([A, B, UNDO, A, REDO],),
    "drop what is not there": ([A, ("drop", "b"), UNDO, SEE, UNDO],),
    "drop what is not there, then redo": ([A, UNDO, ("drop", "b"), REDO],),
    "dropped and put with another type": ([A, ("drop", "a"), ("put", "a", "text"), UNDO, UNDO],),
    "the caller changes what he got": ([A, SEE, SEE],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    steps = [("put", f"c{i}", "int") for i in range(size)]
    steps += [rng.choice((UNDO, REDO, UNDO, ("put", f"c{rng.randrange(size)}", "text"))) for _ in range(size)]
    yield (steps,)
    yield ([*(("put", f"c{i}", "int") for i in range(size)), *[UNDO] * size, *[REDO] * size],)
    for columns in ("ab", "abcde"):
        steps = []
        for _ in range(min(size, 40)):
            step = ("put", rng.choice(columns), rng.choice(("int", "text")))
            steps.append(rng.choice((step, step, step, step[::2], UNDO, UNDO, REDO, REDO, SEE)))
            if len(steps[-1]) == 2:
                steps[-1] = ("drop", step[1])
        yield (steps,)


@variant
class with_a_position:
    """One list of changes and a position in it."""

    def __init__(self):
        self.columns, self.changes, self.at = {}, [], 0

    def put(self, column, kind):
        before = self.columns.get(column)
        if before != kind:
            del self.changes[self.at :]
            self.changes.append((column, before, kind))
            self.redo()

    def drop(self, column):
        self.put(column, None)

    def move(self, column, kind):
        if kind is None:
            self.columns.pop(column)
        else:
            self.columns[column] = kind
        return True

    def undo(self):
        if self.at == 0:
            return False
        self.at -= 1
        return self.move(*self.changes[self.at][:2])

    def redo(self):
        if self.at == len(self.changes):
            return False
        self.at += 1
        return self.move(*self.changes[self.at - 1][::2])

    def schema(self):
        return self.columns.copy()


@variant
class with_functions:
    """The stacks hold pairs of functions: how to take back, how to make again."""

    def __init__(self):
        self.columns, self.done, self.undone = {}, [], []

    def put(self, column, kind):
        if column not in self.columns:
            self.make(lambda: self.columns.pop(column), lambda: self.columns.update({column: kind}))
        elif self.columns[column] != kind:
            before = self.columns[column]
            self.make(
                lambda: self.columns.update({column: before}), lambda: self.columns.update({column: kind})
            )

    def drop(self, column):
        if column in self.columns:
            before = self.columns[column]
            self.make(lambda: self.columns.update({column: before}), lambda: self.columns.pop(column))

    def make(self, back, again):
        again()
        self.done.append((back, again))
        self.undone = []

    def undo(self):
        if self.done:
            self.undone.append(self.done.pop())
            self.undone[-1][0]()
            return True
        return False

    def redo(self):
        if self.undone:
            self.done.append(self.undone.pop())
            self.done[-1][1]()
            return True
        return False

    def schema(self):
        return {**self.columns}


@variant
class with_changes_turned_round:
    """The stacks hold what to write; whoever writes gets back what was there."""

    def __init__(self):
        self.columns, self.done, self.undone = {}, [], []

    def write(self, column, kind):
        before = self.columns.pop(column, None)
        if kind is not None:
            self.columns[column] = kind
        return column, before

    def put(self, column, kind):
        if self.columns.get(column) != kind:
            self.done.append(self.write(column, kind))
            self.undone = []

    def drop(self, column):
        self.put(column, None)

    def undo(self):
        return bool(self.done) and (self.undone.append(self.write(*self.done.pop())) or True)

    def redo(self):
        return bool(self.undone) and (self.done.append(self.write(*self.undone.pop())) or True)

    def schema(self):
        return dict(self.columns)


@wrong("lets what was undone be redone after a new change", passes_examples=True)
class keeps_the_undone(solve):
    def put(self, column, kind):
        before = self.columns.get(column)
        if before != kind:
            self.done.append((column, before, kind))
            self.columns[column] = kind


@wrong("undoes a new type by dropping the column", passes_examples=True)
class forgets_the_type(solve):
    def undo(self):
        if not self.done:
            return False
        self.undone.append(self.done.pop())
        column, before, after = self.undone[-1]
        self.columns[column] = before if after is None else None
        return True


@wrong("writes a change down that changed nothing", passes_examples=True)
class empty_changes(solve):
    def put(self, column, kind):
        self.done.append((column, self.columns.get(column), kind))
        self.undone.clear()
        self.columns[column] = kind


@wrong("forgets what was undone at a call that changes nothing", passes_examples=True)
class forgets_too_early(solve):
    def put(self, column, kind):
        self.undone.clear()
        super().put(column, kind)


@wrong("redoes in the order of undoing: first undone, first redone", passes_examples=True)
class redoes_a_queue(solve):
    def redo(self):
        if not self.undone:
            return False
        self.done.append(self.undone.pop(0))
        column, _, after = self.done[-1]
        self.columns[column] = after
        return True


@wrong("can undo one change only", passes_examples=True)
class one_step(solve):
    def undo(self):
        return not self.undone and super().undo()


@wrong("hands its own dict out", passes_examples=True)
class own_dict(solve):
    def schema(self):
        self.columns = super().schema()
        return self.columns


@wrong("raises when there is nothing to undo", fails="error", passes_examples=True)
class nothing_to_undo(solve):
    def undo(self):
        self.undone.append(self.done.pop())
        column, before, _ = self.undone[-1]
        self.columns[column] = before
        return True


@wrong("keeps a copy of the whole table for each change", fails="growth", passes_examples=True)
class copies_the_table:
    def __init__(self):
        self.columns, self.done, self.undone = {}, [], []

    def put(self, column, kind):
        if self.columns.get(column) != kind:
            self.done.append(self.columns)
            self.columns = {**self.columns, column: kind}
            self.undone = []

    def drop(self, column):
        if column in self.columns:
            self.done.append(self.columns)
            self.columns = {key: kind for key, kind in self.columns.items() if key != column}
            self.undone = []

    def undo(self):
        if not self.done:
            return False
        self.undone.append(self.columns)
        self.columns = self.done.pop()
        return True

    def redo(self):
        if not self.undone:
            return False
        self.done.append(self.columns)
        self.columns = self.undone.pop()
        return True

    def schema(self):
        return dict(self.columns)


@wrong("makes all changes anew after each undo", fails="growth", passes_examples=True)
class plays_it_again(solve):
    def undo(self):
        if not self.done:
            return False
        self.undone.append(self.done.pop())
        self.columns = {}
        for column, _, after in self.done:
            self.columns[column] = after
        return True


NOTES = """
**Complexity**: O(1) a call on average; the memory grows with the number of changes, not with changes × columns.
Clearing the undone changes costs what was undone, and each of those was paid for by an undo.

**Pitfall**: a call does not say what it destroys. The `before` must be written down *before* the change is made.
And the undone changes are only valid after the state in which they were undone, so a new change ends them.

**Alternative**: one list of changes and a position. A state for each change is simplest and costs a copy each; with tables that share what did not change (persistent maps) it is cheap again.

**In an engine**: InnoDB writes what a change destroys to its undo log, and rolls back from the newest record to the oldest.
PostgreSQL writes no undo: the old row version stays in the table, and vacuum pays later.
Migration tools keep an *up* and a *down*; a *down* for a dropped column brings the column back, but not its data.
"""
