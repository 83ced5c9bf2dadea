"""# The shortest id that still says which run

A run's id has up to 64 hexadecimal digits; in a chat nobody writes more than needed.
For each id of the list return its shortest beginning that no *other* id begins with, but at least `least` digits.

An id that another id begins with has no such beginning; neither has one that is shorter than `least`: return it whole.

>>> solve(["9f31c2aa", "9f30b7d1", "c0ffee11"], 2)
['9f31', '9f30', 'c0']
>>> solve(["ab12", "ab1234"], 4)
['ab12', 'ab123']

In the second example `ab12` is returned whole, and `ab1234` needs one digit more than it.

Limits: up to 100,000 ids, all different, none empty; `least` is from 1 up.
The result has the order of the ids.
The work may grow with the digits of all ids; it may not compare each id with every other.
"""

from collections import Counter
from collections.abc import Iterator
from os.path import commonprefix
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-short-ids",
    pattern="how many pass a node",
    difficulty="easy",
    minutes=20,
    points=2,
    order=2,
    classic="shortest unique prefix",
    growth="n",
    growth_size=12,
    idea=(
        "at every node the number of ids that pass it",
        "one id is alone from the first node on that only one passes",
        "the way to that node, or the whole id",
    ),
    hints=(
        "When does a beginning stop being shared? What would you have to know of it?",
        "Put all ids into a trie first, and count at each node how many pass it.",
        "Then walk each id again and stop at the first node with a count of 1, not before `least` digits.",
    ),
)


def solve(ids: list[str], least: int) -> list[str]:
    root: dict = {}
    for run in ids:
        node = root
        for digit in run:
            node = node.setdefault(digit, {"passed": 0})
            node["passed"] += 1
    short = []
    for run in ids:
        node, length = root, 0
        for digit in run:
            node, length = node[digit], length + 1
            if node["passed"] == 1 and length >= least:
                break
        short.append(run[:length])
    return short


def oracle(ids, least):
    """Try every length, and look at every other id."""
    short = []
    for run in ids:
        lengths = [n for n in range(least, len(run)) if sum(i.startswith(run[:n]) for i in ids) == 1]
        short.append(run[: min(lengths)] if lengths else run)
    return short


EDGES = {
    "no id": ([], 4),
    "one id": (["9f31c2aa"], 1),
    "one id, four digits": (["9f31c2aa"], 4),
    "shorter than the least": (["9f", "ab12cd"], 4),
    "as long as the least": (["9f31", "ab12"], 4),
    "one begins with the other": (["ab12", "ab1234"], 2),
    "the longer one first": (["ab1234", "ab12"], 2),
    "three that begin with each other": (["a", "ab", "abc"], 1),
    "they differ in the last digit": (["abcd1", "abcd2"], 1),
    "the neighbours in order share less": (["a1", "b1", "a2"], 1),
    "the one before shares more than the one behind": (["aab1", "aab2", "ac00"], 1),
    "the one behind shares more": (["aa00", "abb1", "abb2"], 1),
    "they differ before the least": (["12345", "92345"], 3),
    "the same digits in the middle": (["1abc", "2abc"], 1),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    digits = "01" if size < 20 else "0123456789abcdef"
    ids = {"".join(rng.choice(digits) for _ in range(rng.randrange(1, 13))) for _ in range(size)}
    yield (rng.sample(sorted(ids), len(ids)), rng.randrange(1, 5))
    begin = "".join(rng.choice(digits) for _ in range(5))
    ids = {begin + "".join(rng.choice("0123456789") for _ in range(8)) for _ in range(size)}
    yield (rng.sample(sorted(ids), len(ids)), 4)


@variant
def by_neighbours(ids, least):
    """In sorted order nobody shares more with an id than one of its two neighbours."""

    def shared(one, other):
        return len(commonprefix([one, other]))

    in_order, short = sorted(ids), {}
    for at, run in enumerate(in_order):
        before = in_order[at - 1] if at else ""
        behind = in_order[at + 1] if at + 1 < len(in_order) else ""
        needed = max(shared(run, before), shared(run, behind)) + 1
        short[run] = run[: max(needed, least)]
    return [short[run] for run in ids]


@variant
def counts_of_beginnings(ids, least):
    """A counter with every beginning of every id."""
    passed = Counter(run[:length] for run in ids for length in range(1, len(run) + 1))
    return [next((run[:n] for n in range(least, len(run)) if passed[run[:n]] == 1), run) for run in ids]


@variant
def length_by_length(ids, least):
    """Group by a beginning; only who is not alone goes on to one digit more."""
    short, waiting, length = {}, [run for run in ids if len(run) > least], least
    while waiting:
        alike = Counter(run[:length] for run in ids if len(run) >= length and run not in short)
        short |= {run: run[:length] for run in waiting if alike[run[:length]] == 1}
        length += 1
        waiting = [run for run in waiting if run not in short and len(run) > length]
    return [short.get(run, run) for run in ids]


@wrong("compares with the next id in order only")
def one_neighbour(ids, least):
    in_order, short = sorted(ids), {}
    for run, other in zip(in_order, [*in_order[1:], ""]):
        short[run] = run[: max(len(commonprefix([run, other])) + 1, least)]
    return [short[run] for run in ids]


@wrong("compares with the neighbours in the list, not in order", passes_examples=True)
def neighbours_in_the_list(ids, least):
    short = []
    for at, run in enumerate(ids):
        others = ids[max(at - 1, 0) : at] + ids[at + 1 : at + 2]
        needed = max([len(commonprefix([run, other])) for other in others], default=0) + 1
        short.append(run[: max(needed, least)])
    return short


@wrong("returns what is shared, one digit too few")
def shared_only(ids, least):
    return [run[: max(len(one) - 1, least)] for run, one in zip(ids, solve(ids, 1))]


@wrong("forgets the least")
def forgets_the_least(ids, least):
    return solve(ids, 1)


@wrong("gives all ids the length that the worst one needs")
def one_length_for_all(ids, least):
    found = solve(ids, least)
    length = max(map(len, found), default=0)
    return [run[:length] for run in ids]


@wrong("gives an id up that another one begins with, and the other one as well")
def none_where_one_begins(ids, least):
    short = solve(ids, least)
    return [
        one if all(i == run or not run.startswith(i) for i in ids) else run for run, one in zip(ids, short)
    ]


@wrong("puts one id after the other and shortens it against those before it only")
def only_those_before(ids, least):
    seen, short = set(), []
    for run in ids:
        length = least
        while length < len(run) and run[:length] in seen:
            length += 1
        short.append(run[:length])
        seen |= {run[:n] for n in range(1, len(run) + 1)}
    return short


@wrong("compares each id with all others", fails="growth", passes_examples=True)
def all_pairs(ids, least):
    return oracle(ids, least)


@wrong("looks for each beginning in one long text", fails="growth", passes_examples=True)
def in_one_text(ids, least):
    text, short = "|" + "|".join(ids), []
    for run in ids:
        length = least
        while length < len(run) and text.count("|" + run[:length]) > 1:
            length += 1
        short.append(run[:length])
    return short


NOTES = """
**Complexity**: O(digits of all ids) time and memory.

**Pitfall**: to shorten an id against the ids that came before it.
The next id may share more, and what was unique yesterday is not today; a short id is a promise about one moment only.

**Alternative**: sort, and compare each id with its two neighbours; nobody else shares more.
It needs no nodes, O(n log n) comparisons, and the ids may lie on disk; once sorted, a new id changes at most two answers.

**In an engine**: Git looks for the neighbours of an object's id in the sorted index of each pack (`find_abbrev_len_for_pack` in `object-name.c`), and takes at least `core.abbrev` digits.
By default it chooses that number by the number of objects, so that what it printed once stays unique for a while.
"""
