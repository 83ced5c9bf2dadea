"""# A plan goes through a text column

A plan cache is a table with a text column.
Write a class that turns a plan into a string and back: `write(root)` returns the string, `read(text)` the tree, the same in shape and names.
The string is your own affair; but it is read by another process, on another day, so everything must be in it.

A plan is a binary tree: the value of a node is the name of an operator, any string, the empty one, line breaks and all kinds of quotes included.
A node may have a left child, a right one, both or none.
A `Tree` has `value`, `left` and `right`; `Tree.of` writes it level by level, `None` where no node is.
No plan is `None`.

>>> plan = Tree.of("join", "filter, a > 1", "scan b", "scan a")
>>> text = solve().write(plan)
>>> type(text)
<class 'str'>
>>> solve().read(text)
Tree.of('join', 'filter, a > 1', 'scan b', 'scan a')
>>> solve().read(solve().write(None)) is None
True

The check writes with one object and reads with another.

Limits: up to 100,000 operators, and as many levels.
"""

import json
from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.checks.trees import Tree
from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import deep, grown

PROBLEM = Problem(
    id="w3-trees-plan-codec",
    pattern="serialise a tree",
    difficulty="medium",
    minutes=30,
    points=3,
    order=7,
    classic="serialize and deserialize a binary tree",
    growth="n",
    growth_size=12,
    idea=(
        "the places that wait for a node, in the order of writing",
        "what was written so far is the nodes at the places taken, and says of each whether one is there",
        "the same tree, once no place waits",
    ),
    hints=(
        "Names alone do not tell the shape. What must the text say at a place without a node?",
        "Names may hold whatever you separate them with. Write the length before a name, or let a format such as JSON quote it; mind that nested JSON is as deep as the tree.",
        "Write node after node in a fixed order and note each missing child. When reading, keep the places that wait: a parent and a side.",
    ),
)


def call(answer, root=None):
    """Through a text, from one object to another."""
    text = answer().write(root)
    if not isinstance(text, str):
        return f"write returned an object of type {type(text).__name__}"
    return answer().read(text)


class solve:
    def write(self, root: Tree | None) -> str:
        parts, waiting = [], [root]
        while waiting:
            node = waiting.pop()
            if node is None:
                parts.append("-")
            else:
                parts.append(f"{len(node.value)}:{node.value}")
                waiting += [node.right, node.left]
        return "".join(parts)

    def read(self, text: str) -> Tree | None:
        front = Tree(None)
        waiting, at = [(front, "left")], 0
        while waiting:
            parent, side = waiting.pop()
            if text[at] == "-":
                at += 1
                continue
            begin = text.index(":", at) + 1
            at, length = begin, int(text[at : begin - 1])
            node = Tree(text[at : at + length])
            at += length
            setattr(parent, side, node)
            waiting += [(node, "right"), (node, "left")]
        return front.left


def oracle(root=None):
    """The tree itself."""
    return root


EDGES = {
    "no plan": (None,),
    "one operator": (Tree.of("scan"),),
    "an empty name": (Tree.of("", "", ""),),
    "names of digits": (Tree.of("12", "3", "4:5"),),
    "names that look like a missing child": (Tree.of("None", "null", "#", "-", None, "()", ""),),
    "separators in names": (Tree.of("a,b", "c;d", "e|f", "g h", "\n", "\t"),),
    "quotes and brackets": (Tree.of("'", '"', "\\", "[", "]", "{}", "(x)"),),
    "control characters": (Tree.of("\x00", "\x1f", "\x1e", "a\x00b"),),
    "not only ASCII": (Tree.of("größer", "訂單", "€"),),
    "left only": (Tree.of("a", "b", None, "c"),),
    "right only": (Tree.of("a", None, "b", None, "c"),),
    "equal names": (Tree.of("a", "a", None, "a", "a"),),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = ["join", "scan", "sort", "a,b", "", "3", "-", 'say "no"', "None", ":"]
    if size <= 100:
        yield (grown(rng, rng.choices(names, k=size)),)
    yield (deep(rng, rng.choices(names, k=size)),)


@variant
class flat_json:
    def write(self, root):
        names, waiting = [], [root]
        while waiting:
            node = waiting.pop()
            names.append(node and node.value)
            if node:
                waiting += [node.right, node.left]
        return json.dumps(names)

    def read(self, text):
        front = Tree(None)
        waiting = [(front, "left")]
        for name in json.loads(text):
            parent, side = waiting.pop()
            if name is not None:
                node = Tree(name)
                setattr(parent, side, node)
                waiting += [(node, "right"), (node, "left")]
        return front.left


@variant
class rows:
    """As a table: each node has a number, and names its children's."""

    def write(self, root):
        nodes = [root] if root else []
        for node in nodes:
            nodes += [child for child in (node.left, node.right) if child]
        number = {node: at for at, node in enumerate(nodes)}
        return json.dumps([(n.value, number.get(n.left), number.get(n.right)) for n in nodes])

    def read(self, text):
        found = json.loads(text)
        nodes = [Tree(name) for name, _, _ in found]
        for node, (_, left, right) in zip(nodes, found):
            node.left = None if left is None else nodes[left]
            node.right = None if right is None else nodes[right]
        return nodes[0] if nodes else None


@variant
class level_by_level:
    def write(self, root):
        parts, waiting = [], deque([root])
        while waiting:
            node = waiting.popleft()
            parts.append("" if node is None else "=" + node.value.encode().hex())
            if node:
                waiting += [node.left, node.right]
        return ",".join(parts)

    def read(self, text):
        names = iter(text.split(","))

        def following():
            part = next(names)
            return Tree(bytes.fromhex(part[1:]).decode()) if part else None

        root = following()
        waiting = deque([root] if root else [])
        while waiting:
            node = waiting.popleft()
            node.left, node.right = following(), following()
            waiting += [child for child in (node.left, node.right) if child]
        return root


@variant
class with_a_flag_for_each_child:
    """Before each name two letters say which children there are."""

    def write(self, root):
        parts, waiting = [], [root] if root else []
        while waiting:
            node = waiting.pop()
            parts.append([f"{'l' if node.left else '.'}{'r' if node.right else '.'}", node.value])
            waiting += [child for child in (node.right, node.left) if child]
        return json.dumps(parts)

    def read(self, text):
        front = Tree(None)
        waiting = [(front, "left")]
        for flags, name in json.loads(text):
            parent, side = waiting.pop()
            node = Tree(name)
            setattr(parent, side, node)
            if flags[1] == "r":
                waiting.append((node, "right"))
            if flags[0] == "l":
                waiting.append((node, "left"))
        return front.left


class _Marked:
    """Pre-order with a mark for no child, joined by a separator."""

    separator, missing = ",", "#"

    def write(self, root):
        parts, waiting = [], [root]
        while waiting:
            node = waiting.pop()
            parts.append(self.missing if node is None else node.value)
            if node is not None:
                waiting += [node.right, node.left]
        return self.separator.join(parts)

    def read(self, text):
        front = Tree(None)
        waiting = [(front, "left")]
        for part in text.split(self.separator):
            parent, side = waiting.pop()
            if part != self.missing:
                node = Tree(part)
                setattr(parent, side, node)
                waiting += [(node, "right"), (node, "left")]
        return front.left


@wrong("joins names with a comma, which a name may hold", fails="error", passes_examples=True)
class commas(_Marked):
    pass


@wrong("joins names with line breaks, which a name may hold", fails="error", passes_examples=True)
class lines(_Marked):
    separator = "\n"


@wrong("takes a name that looks like its mark for no node", fails="error", passes_examples=True)
class mark_is_a_name(_Marked):
    def write(self, root):
        names, waiting = [], [root]
        while waiting:
            node = waiting.pop()
            names.append("#" if node is None else node.value)
            if node is not None:
                waiting += [node.right, node.left]
        return json.dumps(names)

    def read(self, text):
        front = Tree(None)
        waiting = [(front, "left")]
        for name in json.loads(text):
            parent, side = waiting.pop()
            if name != "#":
                node = Tree(name)
                setattr(parent, side, node)
                waiting += [(node, "right"), (node, "left")]
        return front.left


@wrong("takes an empty name for no node", passes_examples=True)
class empty_is_missing(flat_json.answer):
    def write(self, root):
        names, waiting = [], [root]
        while waiting:
            node = waiting.pop()
            there = node is not None and node.value
            names.append(node.value if there else None)
            if there:
                waiting += [node.right, node.left]
        return json.dumps(names)


@wrong("keeps the tree in the object and writes a key", fails="error")
class keeps_it(solve):
    def write(self, root):
        self.kept = root
        return "the plan"

    def read(self, text):
        return self.kept


@wrong("does not say on which side an only child is", passes_examples=True)
class no_sides(with_a_flag_for_each_child.answer):
    def write(self, root):
        return super().write(root).replace('".r"', '"l."')


@wrong("returns the names in a list", fails="result", passes_examples=False)
class a_list(solve):
    def write(self, root):
        return [] if root is None else [root.value]


@wrong("nests one JSON object in another, as deep as the tree", fails="recursion", passes_examples=True)
class nested_json:
    def write(self, root):
        def plain(node):
            return node and [node.value, plain(node.left), plain(node.right)]

        return json.dumps(plain(root))

    def read(self, text):
        def tree(found):
            return found and Tree(found[0], tree(found[1]), tree(found[2]))

        return tree(json.loads(text))


@wrong("splits the whole text again for each node", fails="growth", passes_examples=True)
class splits_again(flat_json.answer):
    def write(self, root):
        return "\x1f".join(json.dumps(name) for name in json.loads(super().write(root)))

    def read(self, text):
        front = Tree(None)
        waiting, at = [(front, "left")], 0
        while waiting:
            parent, side = waiting.pop()
            name = json.loads(text.split("\x1f")[at])
            at += 1
            if name is not None:
                node = Tree(name)
                setattr(parent, side, node)
                waiting += [(node, "right"), (node, "left")]
        return front.left


@wrong("takes as many steps for a node as there are nodes before it", fails="growth", passes_examples=True)
class reads_from_the_start(flat_json.answer):
    def read(self, text):
        names, front = json.loads(text), Tree(None)
        waiting, count = [(front, "left")], 0
        while waiting:
            parent, side = waiting.pop()
            name = None
            for place, name in enumerate(names):
                if place == count:
                    break
            count += 1
            if name is not None:
                node = Tree(name)
                setattr(parent, side, node)
                waiting += [(node, "right"), (node, "left")]
        return front.left


NOTES = """
**Complexity**: O(n) time and memory; one mark for each missing child, and a tree of n nodes has n + 1 of these.

**Pitfall**: whatever character you choose as separator or as mark, some name will hold it.
Length first ("5:a,b-c") needs no escaping at all; JSON quotes for you, as long as you keep the list flat.

**Alternative**: write rows (name, number of the left child, number of the right one), as a table would; or two lists, of which one alone is not enough: pre-order and in-order give the shape only when all names differ.

**In an engine**: length first is how Parquet, Avro, Kafka's records and Protobuf write strings.
A nested form is mostly read by a function that calls itself, and readers guard against depth: Protobuf's for C++ and Java stop at 100 levels by default.
A generated filter with thousands of ORs, nested one in the other, passes that; Spark plans that grow in a loop end in a `StackOverflowError` for the same reason.
"""
