"""Python in many shapes, for the copy of an answer to do as well."""
# ruff: noqa

from __future__ import annotations


def formats(xs, numbers, queue, table, text):
    return f"{xs[0]:>{3 + 1}} {text!r:.3} {{}}", "%s-%d" % (text[:2], 3), "{}".format(xs[1])


def matches(xs, numbers, queue, table, text):
    match xs:
        case [0, *rest]:
            match len(rest):
                case 1 + 2j | -1:
                    return 0
            return rest


def shares_an_iterator(xs, numbers, queue, table, text):
    them = iter(xs)
    for x in them:
        if x == 3:
            break
    return [*zip(them, them)], next(them, None)


def generates(xs, numbers, queue, table, text):
    def each():
        got = yield from queue
        yield got

    return list(each()), sum(each for each in range(3)), max((x for x in []), default=7)


def names_on_the_way(xs, numbers, queue, table, text):
    return [y for x in xs if (y := x % 3) in {1, 2}], (n := len(xs)) + n


def reaches_outside(xs, numbers, queue, table, text):
    total = 0

    def add(x):
        nonlocal total
        total += x

    [add(x) for x in xs]
    return total


def has_a_class(xs, numbers, queue, table, text):
    class Stack:
        __kept = 2

        def __init__(self):
            super().__init__()
            self.__items = [*xs]

        @property
        def top(self):
            return self.__items[-1], self.__kept

    return Stack().top


def annotates(xs, numbers, queue, table, text):
    found: Missing[int] = []

    def same(x: Missing) -> Missing:
        return x

    return same(found)


def assigns(xs, numbers, queue, table, text):
    first, *rest = queue
    table["a"], xs[0] = 1, 2
    xs[1:3], rest[::2] = "ab", [0] * len(rest[::2])
    xs[5:7] += ["c"]
    xs[::2] = [9] * len(xs[::2])
    return first, rest, xs, table


def calls(xs, numbers, queue, table, text):
    return sorted(xs, key=lambda x: -x)[:2], dict(a=1, **{"b": 2}), max(*xs, 3), print(end="")


def deletes(xs, numbers, queue, table, text):
    del xs[0], xs[-3:], table[1], queue[2], numbers
    return xs, table, queue


def loops(xs, numbers, queue, table, text):
    for x in xs:
        if x > 5:
            break
    else:
        x = -1
    while x:
        x -= 1
    else:
        x = "end"
    return x
