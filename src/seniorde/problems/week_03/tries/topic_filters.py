"""# Which subscriptions get this message?

Devices publish under a *topic*, such as `plant/hall 2/press/heat`: levels with a `/` between them.
Consumers subscribe with a *filter*, in which

- `+` stands for exactly one level, whatever it holds, an empty one too;
- `#` stands only at the end, for any number of levels, none as well: `plant/#` matches `plant`, `plant/a`, `plant/a/b`;
- any other level stands for itself.

For each topic return the positions of the filters that match it, in rising order.

>>> solve(["plant/+/heat", "plant/#", "#", "plant/+", "plant/a/heat"], ["plant/a/heat", "plant", "lab/a"])
[[0, 1, 2, 4], [1, 2], [2]]

A level of a filter is a whole `+` or `#` or holds neither; topics hold neither.
The same filter may stand there twice.

Limits: up to 100,000 filters and as many topics, of at most 8 levels; a level may be empty.
A topic must not be compared with all filters, nor with all that begin alike.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-topic-filters",
    pattern="a set of nodes walks the trie",
    difficulty="medium",
    minutes=30,
    points=3,
    order=6,
    classic="search words with wildcards",
    growth="n",
    growth_size=16,
    idea=(
        "the nodes that can be reached with the levels read so far",
        "the ways to them are all beginnings of filters that match this beginning of the topic",
        "the filters that end at these nodes, and every `#` beside the way",
    ),
    hints=(
        "Put the filters, not the topics, into a trie of levels. How many ways can a level of the topic go from one node?",
        "From each node go on to the child of the same name and to the child `+`: keep the list of all nodes reached.",
        "A `#` below any node on the way matches whatever follows, nothing as well: collect it before you read the next level.",
    ),
)


def solve(filters: list[str], topics: list[str]) -> list[list[int]]:
    root: dict = {}
    for position, one in enumerate(filters):
        node = root
        for level in one.split("/"):
            node = node.setdefault(level, {})
        node.setdefault("/", []).append(position)  # no level holds a slash
    matches = []
    for topic in topics:
        nodes, found = [root], []
        for level in topic.split("/"):
            found += [position for node in nodes for position in node.get("#", {}).get("/", [])]
            nodes = [node[step] for node in nodes for step in (level, "+") if step in node]
        for node in nodes:
            found += node.get("/", []) + node.get("#", {}).get("/", [])
        matches.append(sorted(found))
    return matches


def oracle(filters, topics):
    """Compare every filter with every topic, level by level."""

    def fits(levels, names):
        if levels[:1] == ["#"]:
            return True
        if not levels or not names:
            return levels == names
        return levels[0] in ("+", names[0]) and fits(levels[1:], names[1:])

    return [
        [position for position, one in enumerate(filters) if fits(one.split("/"), topic.split("/"))]
        for topic in topics
    ]


def accepts(filters, topics):
    parts = [one.split("/") for one in filters]
    return all(
        level in ("+", "#") or not {"+", "#"} & set(level) for levels in parts for level in levels
    ) and not any("#" in levels[:-1] for levels in parts)


EDGES = {
    "no filter": ([], ["a", "a/b"]),
    "no topic": (["a", "#"], []),
    "one level": (["a", "+", "#", "b"], ["a", "b", "c"]),
    "everything": (["#"], ["", "a", "a/b/c", "/"]),
    "the level above `#`": (["a/#", "a/b/#"], ["a", "a/b", "a/b/c", "b"]),
    "`#` behind a `+`": (["+/#", "+/+/#"], ["a", "a/b", "a/b/c", ""]),
    "`+` is one level, not two, not none": (["a/+", "+/a", "+"], ["a", "a/a", "a/a/a"]),
    "`+` stands for an empty level": (["a/+", "+/b", "+"], ["a/", "/b", ""]),
    "an empty level stands for itself": (["a//b", "/", "", "a/"], ["a//b", "a/b", "/", "", "a/"]),
    "the `+` matches where the name does not": (["a/b/c", "a/+/d", "+/b/e"], ["a/b/c", "a/b/d", "a/b/e"]),
    "the same filter twice": (["a/+", "b", "a/+", "a/b"], ["a/b"]),
    "a filter that ends where another goes on": (["a", "a/b"], ["a", "a/b", "a/b/c"]),
    "levels that begin alike": (["sales/+", "sal/+"], ["salesforce/x", "sales/x", "sal/x"]),
    "all ways fit": (["a/b", "a/+", "+/b", "+/+", "a/#", "+/#", "#"], ["a/b"]),
    "points and stars are plain characters": (["a.c/*", "a*"], ["abc/x", "a.c/*", "ab"]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    rooms, kinds = [f"r{number}" for number in range(size // 3 + 1)], ["heat", "load", "x", ""]
    known = set(rooms)

    def one():
        levels = [rng.choice(rooms), rng.choice(rooms), rng.choice(kinds), rng.choice(kinds)]
        return levels[: rng.randrange(2, 5)]

    filters = []
    for _ in range(size):
        levels = ["+" if rng.random() < 0.2 else level for level in one()]
        if rng.random() < 0.15:
            levels[-1] = "#"
        if known & set(levels):
            filters.append("/".join(levels))
    topics = ["/".join(one()) for _ in range(size)]
    for at in range(0, min(size, len(filters)), 2):
        topics[at] = filters[at].replace("+", "x").replace("#", "load/heat")
    yield (filters, topics)
    few = [["a", "b", ""][rng.randrange(3)] for _ in range(12)]
    small = ["/".join(rng.choices([*few, "+"], k=rng.randrange(1, 4))) for _ in range(min(size, 12))]
    small = [one + rng.choice(("", "", "/#")) for one in small]
    yield (small, ["/".join(rng.choices(few, k=rng.randrange(1, 5))) for _ in range(min(size, 12))])


@variant
def by_recursion(filters, topics):
    """One way after the other, by recursion."""
    root = {}
    for position, one in enumerate(filters):
        node = root
        for level in one.split("/"):
            node = node.setdefault(level, {})
        node[None] = [*node.get(None, []), position]

    def walk(node, levels, at):
        found = node.get("#", {}).get(None, [])
        if at == len(levels):
            return found + node.get(None, [])
        for step in (levels[at], "+"):
            if step in node:
                found = found + walk(node[step], levels, at + 1)
        return found

    return [sorted(walk(root, topic.split("/"), 0)) for topic in topics]


@variant
def by_shape(filters, topics):
    """Filters with their wildcards at the same places share a hash table."""
    tables = defaultdict(lambda: defaultdict(list))
    for position, one in enumerate(filters):
        levels = one.split("/")
        fixed = tuple(at for at, level in enumerate(levels) if level not in ("+", "#"))
        shape = (len(levels) - (levels[-1] == "#"), levels[-1] == "#", fixed)
        tables[shape][tuple(levels[at] for at in fixed)].append(position)
    matches = []
    for topic in topics:
        names, found = topic.split("/"), []
        for (length, is_open, fixed), table in tables.items():
            if length == len(names) or is_open and length < len(names):
                found += table.get(tuple(names[at] for at in fixed), [])
        matches.append(sorted(found))
    return matches


@variant
def beginnings_in_a_table(filters, topics):
    """No nodes: the beginnings of all filters in a set, the filters in a dict."""
    ends, beginnings = defaultdict(list), {""}
    for position, one in enumerate(filters):
        ends["/" + one].append(position)
        way = ""
        for level in one.split("/"):
            way += "/" + level
            beginnings.add(way)
    matches = []
    for topic in topics:
        ways, found = [""], []
        for level in topic.split("/"):
            found += [position for way in ways for position in ends.get(way + "/#", ())]
            ways = [way for old in ways for way in (f"{old}/{level}", old + "/+") if way in beginnings]
        found += [position for way in ways for end in (way, way + "/#") for position in ends.get(end, ())]
        matches.append(sorted(found))
    return matches


def _fitting(topic):
    """All filters that match the topic."""
    ways, fitting = [""], {"#"}
    for level in topic.split("/"):
        ways = [f"{way}/{step}" for way in ways for step in (level, "+")]
        fitting |= {way[1:] + "/#" for way in ways}
    return fitting | {way[1:] for way in ways}


@variant
def filters_made_from_the_topic(filters, topics):
    """At most 8 levels: make every filter that would match, and look it up."""
    positions = defaultdict(list)
    for position, one in enumerate(filters):
        positions[one].append(position)
    return [sorted(at for one in _fitting(topic) for at in positions.get(one, ())) for topic in topics]


@wrong("goes the way of the name where there is one, and looks at `+` only else")
def name_first(filters, topics):
    root = {}
    for position, one in enumerate(filters):
        node = root
        for level in one.split("/"):
            node = node.setdefault(level, {})
        node.setdefault("/", []).append(position)
    matches = []
    for topic in topics:
        node, found = root, []
        for level in topic.split("/"):
            found += node.get("#", {}).get("/", [])
            node = node.get(level, node.get("+", {}))
        matches.append(sorted(found + node.get("/", []) + node.get("#", {}).get("/", [])))
    return matches


@wrong("wants at least one level for `#`")
def at_least_one(filters, topics):
    return [
        [at for at in positions if filters[at] != topic + "/#"]
        for topic, positions in zip(topics, solve(filters, topics))
    ]


@wrong("wants at least one level for `#`, behind a `+` too", passes_examples=True)
def at_least_one_behind_plus(filters, topics):
    def lengths(at, topic):
        return filters[at].endswith("+/#") and filters[at].count("/") > topic.count("/")

    return [
        [at for at in positions if not lengths(at, topic)]
        for topic, positions in zip(topics, solve(filters, topics))
    ]


@wrong("wants a character for `+`", passes_examples=True)
def not_empty(filters, topics):
    def regular(one):
        text = re.escape(one).replace(r"\+", "[^/]+").replace("/\\#", "(/.*)?").replace("\\#", ".*")
        return re.compile(text)

    patterns = [regular(one) for one in filters]
    return [[at for at, one in enumerate(patterns) if one.fullmatch(topic)] for topic in topics]


@wrong("lets `+` take several levels")
def plus_takes_more(filters, topics):
    def regular(one):
        return re.compile(re.escape(one).replace(r"\+", ".*").replace("/\\#", "(/.*)?").replace("\\#", ".*"))

    patterns = [regular(one) for one in filters]
    return [[at for at, one in enumerate(patterns) if one.fullmatch(topic)] for topic in topics]


@wrong("keeps one position for a filter that stands there twice", passes_examples=True)
def last_of_two(filters, topics):
    last = {one: position for position, one in enumerate(filters)}
    return [[at for at in positions if last[filters[at]] == at] for positions in solve(filters, topics)]


@wrong("returns a filter that goes on behind the end of the topic")
def beginnings_too(filters, topics):
    return [
        [
            at
            for at, one in enumerate(filters)
            if all(
                a in ("+", b) for a, b in zip(one.partition("#")[0].strip("/").split("/"), topic.split("/"))
            )
        ]
        for topic in topics
    ]


@wrong("returns the positions in the order of the walk")
def unsorted(filters, topics):
    return [sorted(found, key=lambda at: filters[at].count("/")) for found in solve(filters, topics)]


@wrong("compares every filter with every topic", fails="growth", passes_examples=True)
def all_pairs(filters, topics):
    return oracle(filters, topics)


@wrong("copies the filters into a set for each topic", fails="growth", passes_examples=True)
def a_set_for_each(filters, topics):
    positions = defaultdict(list)
    for position, one in enumerate(filters):
        positions[str(one)].append(position)
    return [
        sorted(position for one in set(map(str, filters)) & _fitting(topic) for position in positions[one])
        for topic in topics
    ]


NOTES = """
**Complexity**: O(levels of all filters) to build; a topic of d levels reaches at most 2^d nodes, and never more than there are beginnings of filters that fit.

**Pitfall**: to take the child of the same name and forget `+` where both are there.
On the way down both stay possible until the last level, so the state is a set of nodes.

**Alternative**: hash tables by shape: all filters with their wildcards at the same places share a table, keyed by their fixed levels.
With few shapes it needs fewer steps than the trie; somebody who subscribes with all shapes makes 2^d tables.

**In an engine**: MQTT's rules (version 5, section 4.7), but for topics that begin with `$`, which the wildcards at the first level skip.
Many brokers keep subscriptions in such a trie; RabbitMQ's topic exchange has one for its `*` and `#`.
"""
