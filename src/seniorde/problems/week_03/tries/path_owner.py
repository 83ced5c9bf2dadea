"""# Who owns this path?

Owners are given by folder, and the deepest folder on a path decides.

- `give(folder, owner)` gives the folder an owner, a string, in place of an earlier one.
  The owner may be `None`: from this folder on the path belongs to nobody.
- `release(folder)` takes back what was given for exactly this folder, if anything was; the folders above decide again.
- `owner(path)` returns the owner by the deepest folder given on the way to the path, the path itself included, or `None` when there is none.

Folders and paths are names with a `/` between them, such as `lake/sales`, and only whole names count.

>>> lake = solve()
>>> lake.give("lake", "platform"); lake.give("lake/sales", "anna"); lake.give("lake/sales/tmp", None)
>>> lake.owner("lake/sales/2026/a.parquet"), lake.owner("lake/salesforce/b")
('anna', 'platform')
>>> lake.owner("lake/sales/tmp/x"), lake.owner("logs")
(None, None)
>>> lake.release("lake/sales"); lake.owner("lake/sales"), lake.owner("lake/sales/tmp/x")
('platform', None)

Limits: up to 100,000 calls; paths of up to 1,024 characters, no name is empty.
The work of a call may grow with the length of its path, not with the number of folders.
"""

from bisect import bisect_right
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-path-owner",
    pattern="longest prefix match",
    difficulty="medium",
    minutes=25,
    points=3,
    order=3,
    classic="longest prefix match of a routing table",
    growth="n",
    growth_size=90,
    idea=(
        "a tree of names, and the last owner seen on the walk",
        "that owner stands at the deepest given folder among those passed so far",
        "what was seen last when the path ends or leaves the tree",
    ),
    hints=(
        "Which folders can decide for a path of five names? How many are they?",
        "Cut the path into names and walk a tree of names; remember the last owner that you passed.",
        "A folder that was given to nobody is not the same as a folder that was not given: `None` cannot mean both.",
        "Release takes away the owner of a node; the nodes below it stay.",
    ),
)


class solve:
    def __init__(self) -> None:
        self.root: dict = {}

    def give(self, folder: str, owner: str | None) -> None:
        node = self.root
        for name in folder.split("/"):
            node = node.setdefault(name, {})
        node["/"] = owner  # no name holds a slash

    def release(self, folder: str) -> None:
        node = self.root
        for name in folder.split("/"):
            if name not in node:
                return
            node = node[name]
        node.pop("/", None)

    def owner(self, path: str) -> str | None:
        node, last = self.root, None
        for name in path.split("/"):
            if name not in node:
                break
            node = node[name]
            last = node.get("/", last)
        return last


def call(answer, steps=()):
    """What each question returned."""
    lake, returned = answer(), []
    for name, *arguments in steps:
        result = getattr(lake, name)(*arguments)
        if name == "owner":
            returned.append(result)
    return returned


def oracle(steps=()):
    """Look at every folder for each question."""
    given, returned = {}, []
    for name, path, *rest in steps:
        if name == "give":
            given[path] = rest[0]
        elif name == "release":
            given.pop(path, None)
        else:
            on_the_way = [folder for folder in given if (path + "/").startswith(folder + "/")]
            returned.append(given[max(on_the_way, key=len)] if on_the_way else None)
    return returned


def _ask(*paths):
    return [("owner", path) for path in paths]


EDGES = {
    "nothing given": (_ask("a", "a/b"),),
    "the folder itself": ([("give", "a/b", "x"), *_ask("a", "a/b", "a/b/c", "a/bc", "b")],),
    "the deeper one first": ([("give", "a/b", "x"), ("give", "a", "y"), *_ask("a", "a/b", "a/c")],),
    "a name that begins alike": ([("give", "a/sales", "x"), *_ask("a/salesforce", "a/sal", "a/sales/1")],),
    "a folder far above": ([("give", "a", "x"), ("give", "a/b/c/d", "y"), *_ask("a/b/c/e", "a/b/c/d/e")],),
    "given again": ([("give", "a", "x"), ("give", "a", "y"), *_ask("a")],),
    "given to nobody": ([("give", "a", "x"), ("give", "a/b", None), *_ask("a/b", "a/b/c", "a/c")],),
    "given to nobody, then released": (
        [("give", "a", "x"), ("give", "a/b", None), ("release", "a/b"), *_ask("a/b", "a/b/c")],
    ),
    "somebody below nobody": ([("give", "a", None), ("give", "a/b", "x"), *_ask("a", "a/b", "a/c")],),
    "release keeps what lies below": (
        [("give", "a", "x"), ("give", "a/b/c", "y"), ("release", "a"), *_ask("a", "a/b", "a/b/c")],
    ),
    "release of a folder above what is given": ([("give", "a/b", "x"), ("release", "a"), *_ask("a/b")],),
    "release what was never given": (
        [("release", "a/b"), ("give", "a", "x"), ("release", "a/b"), ("release", "b"), *_ask("a/b")],
    ),
    "released twice, given again": (
        [("give", "a", "x"), ("release", "a"), ("release", "a"), *_ask("a"), ("give", "a", "y"), *_ask("a")],
    ),
    "names that look like words of the code": (
        [("give", "owner", "x"), ("give", "None/ /.", "y"), *_ask("owner/owner", "None/ /./a", "None")],
    ),
    "an empty owner": ([("give", "a", "x"), ("give", "a/b", ""), *_ask("a/b/c")],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = ["a", "b", "ab", *map(str, range(size // 4))]

    def path():
        return "/".join(rng.choices(names, k=rng.randrange(1, 5)))

    steps = []
    for turn in range(size):
        steps.append(("give", path(), rng.choice(("x", "y", "z", None))))
        steps += [("owner", rng.choice((path(), f"{steps[-1][1]}/{path()}"))) for _ in range(2)]
        if turn % 3 == 0:
            steps.append(("release", rng.choice([step[1] for step in steps[-12:] if step[0] == "give"])))
    yield (steps,)


@variant
class shorter_and_shorter:
    """A hash table of folders; the path loses its last name until it is found."""

    def __init__(self):
        self.owners = {}

    def give(self, folder, owner):
        self.owners[folder] = owner

    def release(self, folder):
        self.owners.pop(folder, None)

    def owner(self, path):
        while path not in self.owners:
            path, slash, _ = path.rpartition("/")
            if not slash:
                return None
        return self.owners[path]


@variant
class longer_and_longer:
    """The same table, from the first name on."""

    def __init__(self):
        self.owners = {}

    def give(self, folder, owner):
        self.owners[folder] = (owner,)

    def release(self, folder):
        self.owners[folder] = ()

    def owner(self, path):
        found, way = (None,), ""
        for name in path.split("/"):
            way += name
            found = self.owners.get(way) or found
            way += "/"
        return found[0]


@variant
class character_by_character:
    """A trie of characters; a folder ends with a slash."""

    def __init__(self):
        self.root = {}

    def give(self, folder, owner):
        node = self.root
        for character in folder + "/":
            node = node.setdefault(character, {})
        node["owner"] = owner

    def release(self, folder):
        node = self.root
        for character in folder + "/":
            node = node.get(character, {})
        node.pop("owner", None)

    def owner(self, path):
        node, last = self.root, None
        for character in path + "/":
            node = node.get(character)
            if node is None:
                return last
            if character == "/":
                last = node.get("owner", last)
        return last


@variant
class prunes:
    """Takes away the nodes that nothing needs any more."""

    def __init__(self):
        self.names, self.given = {}, []

    def _way(self, folder):
        way = [self]
        for name in folder.split("/"):
            if name not in way[-1].names:
                break
            way.append(way[-1].names[name])
        return way

    def give(self, folder, owner):
        node = self
        for name in folder.split("/"):
            node = node.names.setdefault(name, prunes.answer())
        node.given = [owner]

    def release(self, folder):
        way, names = self._way(folder), folder.split("/")
        if len(way) <= len(names):
            return
        way[-1].given = []
        for name, above, node in zip(reversed(names), way[-2::-1], way[:0:-1]):
            if node.given or node.names:
                break
            del above.names[name]

    def owner(self, path):
        return next((node.given[0] for node in reversed(self._way(path)) if node.given), None)


@wrong("compares characters, not whole names", passes_examples=True)
class any_beginning(solve):
    def __init__(self):
        self.owners = {}

    def give(self, folder, owner):
        self.owners[folder] = owner

    def release(self, folder):
        self.owners.pop(folder, None)

    def owner(self, path):
        for end in range(len(path), 0, -1):
            if path[:end] in self.owners:
                return self.owners[path[:end]]
        return None


@wrong("takes a folder given to nobody for one that was not given", passes_examples=True)
class nobody_is_missing(solve):
    def owner(self, path):
        node, last = self.root, None
        for name in path.split("/"):
            if name not in node:
                break
            node = node[name]
            last = node.get("/") or last
        return last


@wrong("releases everything below the folder as well", passes_examples=True)
class releases_the_branch(solve):
    def release(self, folder):
        *above, last = folder.split("/")
        node = self.root
        for name in above:
            node = node.get(name, {})
        node.pop(last, None)


@wrong("returns the owner of the first folder on the way", passes_examples=True)
class the_first(solve):
    def owner(self, path):
        node = self.root
        for name in path.split("/"):
            if name not in node:
                break
            node = node[name]
            if "/" in node:
                return node["/"]
        return None


@wrong("needs the path itself to be in the tree", passes_examples=True)
class exact_only(solve):
    def owner(self, path):
        node, last = self.root, None
        for name in path.split("/"):
            if name not in node:
                return None
            node = node[name]
            last = node.get("/", last)
        return last


@wrong("writes the release as an owner: nobody", passes_examples=True)
class release_gives_nobody(solve):
    def release(self, folder):
        self.give(folder, None)


@wrong("copies the owner down when a folder is made", passes_examples=True)
class inherits_at_once(solve):
    def give(self, folder, owner):
        node = self.root
        for name in folder.split("/"):
            above = node
            node = node.setdefault(name, {})
            if "/" in above:
                node.setdefault("/", above["/"])
        node["/"] = owner


@wrong("raises for a folder that was never given", fails="error", passes_examples=True)
class cannot_release(solve):
    def release(self, folder):
        node = self.root
        for name in folder.split("/"):
            node = node[name]
        del node["/"]


@wrong("looks at every folder for each question", fails="growth", passes_examples=True)
class looks_at_all:
    def __init__(self):
        self.owners = {}

    def give(self, folder, owner):
        self.owners[folder] = owner

    def release(self, folder):
        self.owners.pop(folder, None)

    def owner(self, path):
        best, found = -1, None
        for folder, owner in self.owners.items():
            if len(folder) > best and (path + "/").startswith(folder + "/"):
                best, found = len(folder), owner
        return found


@wrong("copies the folders and sorts them for each question", fails="growth", passes_examples=True)
class sorts_for_each:
    def __init__(self):
        self.owners = {}

    def give(self, folder, owner):
        self.owners[folder[:] + "/"] = owner

    def release(self, folder):
        self.owners.pop(folder[:] + "/", None)

    def owner(self, path):
        in_order, rest = sorted(self.owners), path[:] + "/"
        while rest:
            at = bisect_right(in_order, rest) - 1
            if at >= 0 and in_order[at] == rest:
                return self.owners[rest]
            rest = rest[: rest.rfind("/", 0, -1) + 1]
        return None


NOTES = """
**Complexity**: O(names of the path) a call.

**Pitfall**: two kinds of nothing.
A folder without a rule asks the folder above, a folder whose rule says *nobody* does not; with one `None` for both, a quarantine folder belongs to the team above it.
And `lake/sales` is no beginning of `lake/salesforce`, though its characters are: cut at the separator or keep it in the key.

**Alternative**: a hash table of folders, and a path that loses its last name until it is found.
With five names that is five look-ups and no tree; the walk of the tree wins when paths are long and most leave it at once.

**In an engine**: a router decides in this way for each packet, by bits instead of names (Linux keeps IPv4 routes in a compressed trie, `fib_trie`).
A `CODEOWNERS` file knows it too, but there the *last* rule that matches decides, not the longest: read the manual before you move rules from one to the other.
"""
