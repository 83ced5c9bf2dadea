"""# The nearest node, and the farthest

A store places each block by its number, and a copy of it as far away as it can.
Nodes have numbers, too, and the *distance* of two numbers is their bitwise exclusive or, `a ^ b`, read as a number.
`solve()` starts without nodes.

- `join(node)`: the node is there from now on; `leave(node)`: it is gone. No node that is there joins, and none leaves that is not there; one that left may come back.
- `nearest(block)` and `farthest(block)` return the node with the least and with the greatest distance to the block, or `None` when no node is there.

>>> store = solve()
>>> store.nearest(5) is None
True
>>> for node in (4, 9, 14): store.join(node)
>>> store.nearest(5), store.farthest(5), store.nearest(13)
(4, 9, 14)
>>> store.leave(4); store.nearest(5)
14

The distances of block 5 are 1, 12 and 11: as numbers 9 is nearer to 5 than 14 is, by distance it is farther.

Limits: up to 100,000 calls; all numbers are from 0 to 2**16 - 1.
The work of a call may grow with the 16 bits, not with the number of nodes.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-block-placement",
    pattern="a trie of bits",
    difficulty="medium",
    minutes=30,
    points=3,
    order=7,
    classic="maximum XOR of two numbers",
    growth="n",
    growth_size=8,
    idea=(
        "at every node of a trie of bits how many numbers pass it now",
        "numbers that agree with the block in a higher bit are nearer, whatever comes below",
        "bit by bit the same side while somebody is there, for the farthest the other side",
    ),
    hints=(
        "Two distances differ first at some bit. Which of the two numbers is nearer to the block, then?",
        "Walk from bit 15 down. For the nearest take the block's own bit, if a node is there; for the farthest the other one.",
        "A node that leaves stays on the way of others: count how many pass each place of the trie, and treat 0 as not there.",
        "A way is known by its height and its bits: `node >> height` names it.",
    ),
)


class solve:
    def __init__(self) -> None:
        self.passing: dict[tuple[int, int], int] = {}  # (height, bits from there up) → nodes

    def _count(self, node: int, change: int) -> None:
        """A place for what join and leave share; use it, change it or drop it."""
        for height in range(16, -1, -1):
            way = (height, node >> height)
            self.passing[way] = self.passing.get(way, 0) + change

    def join(self, node: int) -> None:
        self._count(node, 1)

    def leave(self, node: int) -> None:
        self._count(node, -1)

    def nearest(self, block: int) -> int | None:
        if not self.passing.get((16, 0)):
            return None
        way = 0
        for height in range(15, -1, -1):
            way = way << 1 | block >> height & 1
            if not self.passing.get((height, way)):
                way ^= 1
        return way

    def farthest(self, block: int) -> int | None:
        return self.nearest(block ^ (1 << 16) - 1)


def call(answer, steps=()):
    """What each question returned."""
    store, returned = answer(), []
    for name, number in steps:
        result = getattr(store, name)(number)
        if name in ("nearest", "farthest"):
            returned.append(result)
    return returned


def oracle(steps=()):
    """Look at every node for each question."""
    nodes, returned = set(), []
    for name, number in steps:
        if name == "join":
            nodes.add(number)
        elif name == "leave":
            nodes.remove(number)
        else:
            choose = min if name == "nearest" else max
            returned.append(choose(nodes, key=lambda node: node ^ number, default=None))
    return returned


def accepts(steps=()):
    there = set()
    for name, number in steps:
        if (name == "join" and number in there) or (name == "leave" and number not in there):
            return False
        there ^= {number} if name in ("join", "leave") else set()
    return True


def _ask(*blocks):
    return [(name, block) for block in blocks for name in ("nearest", "farthest")]


def _join(*nodes):
    return [("join", node) for node in nodes]


TOP = 2**16 - 1

EDGES = {
    "no node": (_ask(0, 5, TOP),),
    "one node": ([*_join(9), *_ask(0, 9, TOP)],),
    "node 0": ([*_join(0), *_ask(0, 5, TOP)],),
    "the greatest number": ([*_join(TOP, 0), *_ask(0, TOP, 1, TOP - 1)],),
    "the highest bit decides": ([*_join(2**15, 2**15 - 1), *_ask(0, 2**15, TOP)],),
    "the lowest bit decides": ([*_join(6, 7), *_ask(6, 7, 0, 8)],),
    "nearer as a number, farther by distance": ([*_join(4, 9, 14), *_ask(5, 8, 7, 13)],),
    "the only one left": ([*_join(4), ("leave", 4), *_ask(4, 0)],),
    "left and came back": ([*_join(4), ("leave", 4), *_join(4), *_ask(4, 0)],),
    "left, and its neighbour stays": ([*_join(4, 5), ("leave", 4), *_ask(4, 5, 2**14)],),
    "left from below a shared way": ([*_join(8, 12, 13), ("leave", 12), *_ask(12, 13, 8, 0)],),
    "the block is a node": ([*_join(1, 2, 3), *_ask(1, 2, 3)],),
    "seldom one side of a bit": ([*_join(0b1010, 0b1011, 0b1110), *_ask(0b0101, 0b1111, 0)],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for bits in (16, 4)[: 1 if size > 50 else 2]:
        steps, there, known = [], [], set()
        for turn in range(size):
            number = rng.randrange(2**bits)
            if there and rng.random() < 0.2:
                at = rng.randrange(len(there))
                there[at], there[-1] = there[-1], there[at]
                known.remove(there[-1])
                steps.append(("leave", there.pop()))
            elif number not in known:
                known.add(number)
                there.append(number)
                steps.append(("join", number))
            steps.append((("nearest", "farthest")[turn % 2], rng.randrange(2**bits)))
        yield (steps,)


@variant
class with_nodes:
    """Nodes of [zero, one]; what nobody needs is cut off when the last one leaves."""

    def __init__(self):
        self.root = [None, None]

    def join(self, number):
        node = self.root
        for height in range(15, -1, -1):
            bit = number >> height & 1
            if node[bit] is None:
                node[bit] = [None, None]
            node = node[bit]

    def leave(self, number):
        way, node = [], self.root
        for height in range(15, -1, -1):
            bit = number >> height & 1
            way.append((node, bit))
            node = node[bit]
        for node, bit in reversed(way):
            node[bit] = None
            if node[1 - bit] is not None:
                break

    def walk(self, wanted):
        node, number = self.root, 0
        if node == [None, None]:
            return None
        for height in range(15, -1, -1):
            bit = wanted >> height & 1
            if node[bit] is None:
                bit = 1 - bit
            node, number = node[bit], 2 * number + bit
        return number

    def nearest(self, block):
        return self.walk(block)

    def farthest(self, block):
        return self.walk(TOP - block)


@variant
class sorted_numbers:
    """Numbers with the same first bits stand side by side: narrow the range bit by bit."""

    def __init__(self):
        self.nodes = []

    def join(self, node):
        insort(self.nodes, node)

    def leave(self, node):
        del self.nodes[bisect_left(self.nodes, node)]

    def walk(self, wanted):
        low, high, way = 0, len(self.nodes), 0
        if low == high:
            return None
        for height in range(15, -1, -1):
            border = bisect_left(self.nodes, way + (1 << height), low, high)
            one = wanted >> height & 1
            one = one if (border < high if one else low < border) else 1 - one
            low, high = (border, high) if one else (low, border)
            way += one << height
        return way

    def nearest(self, block):
        return self.walk(block)

    def farthest(self, block):
        return self.walk(~block & TOP)


@variant
class strings_of_bits:
    """A counter of all beginnings, written as text."""

    def __init__(self):
        self.passing = Counter()

    def join(self, node):
        text = f"{node:016b}"
        self.passing.update(text[:length] for length in range(17))

    def leave(self, node):
        text = f"{node:016b}"
        self.passing.subtract(text[:length] for length in range(17))

    def nearest(self, block):
        if not self.passing[""]:
            return None
        way = ""
        for bit in f"{block:016b}":
            way += bit if self.passing[way + bit] else "10"[int(bit)]
        return int(way, 2)

    def farthest(self, block):
        return self.nearest(TOP - block)


@wrong("takes the difference of the numbers for the distance", passes_examples=True)
class by_difference(solve):
    def __init__(self):
        self.nodes = set()

    def join(self, node):
        self.nodes.add(node)

    def leave(self, node):
        self.nodes.remove(node)

    def nearest(self, block):
        return min(self.nodes, key=lambda node: abs(node - block), default=None)

    def farthest(self, block):
        return max(self.nodes, key=lambda node: abs(node - block), default=None)


@wrong("leaves the way of a node that left", passes_examples=True)
class never_leaves(solve):
    def leave(self, node):
        self.passing[0, node] -= 1


@wrong("cuts off the whole way of a node that leaves", passes_examples=True)
class cuts_the_way(solve):
    def leave(self, node):
        for height in range(16):
            self.passing.pop((height, node >> height), None)


@wrong("starts below the highest bit", passes_examples=True)
class one_bit_too_few(solve):
    def nearest(self, block):
        return super().nearest(block & 2**15 - 1)


@wrong("takes a number of 0 for no node", passes_examples=True)
class zero_is_none(solve):
    def nearest(self, block):
        return super().nearest(block) or None


@wrong("turns only the bits that the block has", passes_examples=True)
class short_complement(solve):
    def farthest(self, block):
        return self.nearest(block ^ (1 << block.bit_length()) - 1)


@wrong("takes the least or the greatest number for the farthest", passes_examples=True)
class one_of_the_ends(sorted_numbers.answer):
    def farthest(self, block):
        ends = self.nodes[:1] + self.nodes[-1:]
        return max(ends, key=lambda node: node ^ block, default=None)


@wrong("returns a number when no node is there", passes_examples=True)
class never_none(solve):
    def nearest(self, block):
        found = super().nearest(block)
        return 0 if found is None and block else found


@wrong("looks at every node for each question", fails="growth", passes_examples=True)
class looks_at_all(solve):
    def __init__(self):
        self.nodes = set()

    def join(self, node):
        self.nodes.add(node)

    def leave(self, node):
        self.nodes.remove(node)

    def nearest(self, block):
        return min(self.nodes, key=lambda node: node ^ block, default=None)

    def farthest(self, block):
        return max(self.nodes, key=lambda node: node ^ block, default=None)


@wrong("computes all distances in C", fails="growth", passes_examples=True)
class all_distances:
    def __init__(self):
        self.nodes = set()

    def join(self, node):
        self.nodes.add(node)

    def leave(self, node):
        self.nodes.remove(node)

    def nearest(self, block):
        return min(map(int(block).__xor__, self.nodes), default=block) ^ block if self.nodes else None

    def farthest(self, block):
        return max(map(int(block).__xor__, self.nodes), default=block) ^ block if self.nodes else None


NOTES = """
**Complexity**: 16 steps a call, and up to 17 entries for each node that is there.

**Pitfall**: to take a difference for a distance.
Exclusive or compares the highest bit first, so all numbers with the block's first bit are nearer than any without it: that is why the walk may decide bit by bit and never goes back.
A `leave` that only marks the last place leaves a way behind that ends nowhere.

**Alternative**: sorted numbers are the same trie: those that agree in their first bits stand side by side, and a binary search finds the border of a bit.
For the nearest even the two neighbours of the block are enough; for the farthest they are not.

**In an engine**: Kademlia, the directory of many peer-to-peer systems, measures in this way, because each of the steps halves who may be the nearest, and a node needs to know only some others for each bit.
Rendezvous hashing answers the same question, who holds this block, with a hash for each node.
"""
