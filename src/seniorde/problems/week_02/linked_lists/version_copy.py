"""# Copy a history with its returns

A dashboard's history is a list of versions, the oldest first.
A version that someone went back to an older one for remembers which: `base` is that version, of the same history, or `None`.
A team wants a copy of the whole history to go on with, and nothing that they change may show in the original.

Return the first version of a copy: new versions with the same names, linked by `next` and `base` as the originals are.
The original stays as it is.
`copy.deepcopy` could do it; write what it does.

`Version.of` makes a history from pairs of a name and the position of its base:

>>> copy = solve(Version.of(("draft", None), ("red", None), ("back", 0)))
>>> copy
Version.of(('draft', None), ('red', None), ('back', 0))
>>> copy.next.next.base is copy
True
>>> solve(None) is None
True

Limits: up to a million versions; names may be equal; a base is any version of the history, later ones and the version itself included.
No history is `None`.
"""

from collections.abc import Iterator
from copy import deepcopy
from random import Random

from seniorde.checks.linked import Linked, nodes
from seniorde.problems import Problem, variant, wrong


class Version(Linked):
    """A version: its `name`, the `next` one or None, and its `base` or None."""

    __slots__ = ("base", "name", "next")

    def __init__(self, name, next=None, base=None):
        self.name, self.next, self.base = name, next, base

    @classmethod
    def of(cls, *pairs):
        versions = [cls(name) for name, _ in pairs]
        for version, follower, (_, base) in zip(versions, [*versions[1:], None], pairs):
            version.next = follower
            version.base = None if base is None else versions[base]
        return versions[0] if versions else None

    def __repr__(self):
        place, version = {}, self
        while version and version not in place:
            place[version] = len(place)
            version = version.next
        pairs = (f"({v.name!r}, {v.base and place.get(v.base, 'elsewhere')!r})" for v in place)
        return f"Version.of({', '.join(pairs)})"


PROBLEM = Problem(
    id="w2-linked-lists-version-copy",
    pattern="copy with second pointers",
    difficulty="medium",
    minutes=25,
    points=3,
    order=7,
    classic="copy list with random pointer; clone graph",
    growth="n",
    growth_size=15,
    idea=(
        "the copy that belongs to each original",
        "each original has exactly one copy, however many links lead to it",
        "the links of the originals, carried over to the copies",
    ),
    hints=(
        "A base may be a version that comes later. What must exist before you can set `base` in the copy?",
        "Two walks: first the versions, then their links. What must the second be able to ask?",
        "Names may be equal, so ask by the version itself: a version can be the key of a dict.",
    ),
)


def call(answer, head):
    """The copy; what belongs to the original is marked in it."""
    originals = set(nodes(head)) if head else set()
    result = answer(head)
    if not isinstance(result, Linked) or originals.isdisjoint(nodes(result)):
        return result
    marked = deepcopy(result)
    for version, twin in zip(nodes(result), nodes(marked)):
        twin.name = f"{version.name} of the original" if version in originals else version.name
    return marked


def solve(head: Version | None) -> Version | None:
    twin = {None: None}
    version = head
    while version:
        twin[version] = Version(version.name)
        version = version.next
    for version, copy in twin.items():
        if version:
            copy.next, copy.base = twin[version.next], twin[version.base]
    return twin[head]


def oracle(head):
    """Write the history down as pairs, and read it again."""
    place = {}
    while head:
        place[head] = len(place)
        head = head.next
    return Version.of(*((version.name, place.get(version.base)) for version in place))


EDGES = {
    "one version": (Version.of(("a", None)),),
    "its own base": (Version.of(("a", 0)),),
    "equal names": (Version.of(("a", 1), ("a", 2), ("a", 0)),),
    "a base that comes later": (Version.of(("a", 2), ("b", None), ("c", None)),),
    "two with the same base": (Version.of(("a", None), ("b", 0), ("c", 0)),),
    "an empty name": (Version.of(("", 1), ("", None)),),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = rng.randint(1, size)
    yield (
        Version.of(
            *((f"v{rng.randrange(names)}", rng.choice((None, rng.randrange(size)))) for _ in range(size))
        ),
    )


@variant
def made_when_met(head):
    twin = {}

    def copy_of(version):
        if version is None:
            return None
        if version not in twin:
            twin[version] = Version(version.name)
        return twin[version]

    version = head
    while version:
        copy = copy_of(version)
        copy.next, copy.base = copy_of(version.next), copy_of(version.base)
        version = version.next
    return copy_of(head)


@variant
def woven_in(head):
    """Each copy goes behind its original for a while; no memory is needed besides."""
    version = head
    while version:
        version.next = Version(version.name, version.next)
        version = version.next.next
    version = head
    while version:
        version.next.base = version.base and version.base.next
        version = version.next.next
    first, version = head and head.next, head
    while version:
        copy = version.next
        version.next = copy.next
        copy.next = copy.next and copy.next.next
        version = version.next
    return first


@variant
def by_position(head):
    place, copies = {}, []
    version = head
    while version:
        place[version] = len(copies)
        copies.append(Version(version.name))
        version = version.next
    for version, at in place.items():
        copies[at].next = copies[at + 1] if version.next else None
        copies[at].base = copies[place[version.base]] if version.base else None
    return copies[0] if copies else None


@wrong("copies the versions, and lets their bases be those of the original")
def bases_shared(head):
    first = copy = Version(None)
    while head:
        copy.next = Version(head.name, None, head.base)
        copy, head = copy.next, head.next
    return first.next


@wrong("returns the original")
def the_original(head):
    return head


@wrong("asks by name, and finds another version of the same name", passes_examples=True)
def asks_by_name(head):
    twin, first, copy = {}, Version(None), None
    version, copy = head, first
    while version:
        copy.next = copy = twin[version.name] = Version(version.name)
        version = version.next
    copy, version = first.next, head
    first = copy
    while version:
        copy.base = version.base and twin[version.base.name]
        copy, version = copy.next, version.next
    return first


@wrong("knows only the copies made so far, so a base that comes later is lost", passes_examples=True)
def only_backwards(head):
    twin, start = {}, Version(None)
    copy = start
    while head:
        copy.next = twin[head] = Version(head.name)
        copy = copy.next
        copy.base = twin.get(head.base)
        head = head.next
    return start.next


@wrong("copies what a link leads to once for each link")
def once_a_link(head):
    start = copy = Version(None)
    while head:
        copy.next = Version(head.name, None, head.base and Version(head.base.name))
        copy, head = copy.next, head.next
    return start.next


@wrong("weaves the copies in and leaves them there", fails="mutation")
def left_woven(head):
    version = head
    while version:
        version.next = Version(version.name, version.next)
        version = version.next.next
    copies = solve(head)
    place = copies
    while place:
        place.next = place.next.next
        place = place.next
    return copies and oracle(copies)


@wrong("calls itself along the list", fails="recursion", passes_examples=True)
def recursive(head):
    twin = {None: None}

    def copy_of(version):
        if version not in twin:
            copy = twin[version] = Version(version.name)
            copy.next, copy.base = copy_of(version.next), copy_of(version.base)
        return twin[version]

    return copy_of(head)


@wrong("walks from the first version to each base", fails="growth", passes_examples=True)
def walks_to_each_base(head):
    copies = start = Version(None)
    version = head
    while version:
        copies.next = Version(version.name)
        copies, version = copies.next, version.next
    copy, version = start.next, head
    while version:
        if version.base:
            mine, theirs = start.next, head
            while theirs is not version.base:
                mine, theirs = mine.next, theirs.next
            copy.base = mine
        copy, version = copy.next, version.next
    return start.next


@wrong("looks each base up in a list of the versions", fails="growth", passes_examples=True)
def looks_up_in_a_list(head):
    versions = []
    while head:
        versions.append(head)
        head = head.next
    copies = [Version(version.name) for version in versions]
    for at, version in enumerate(versions):
        copies[at].next = copies[at + 1] if version.next else None
        copies[at].base = copies[versions.index(version.base)] if version.base else None
    return copies[0] if copies else None


NOTES = """
**Complexity**: O(n) time, O(n) memory for the dict.

**Pitfall**: the key is the version, not its name: two versions may be equal in all they hold and still be two.
And a link may lead forward, so every copy must exist before the links are set, or be made when it is first met.

**Alternative**: weave each copy in behind its original, set `copy.base = version.base.next`, and take the two apart again: no dict, but the original is in pieces meanwhile, which a second reader must not see.

**In an engine**: `copy.deepcopy` and `pickle` keep such a dict, by the name of `memo`; without it they would loop for ever on the first circle.
A copying garbage collector writes the new address into the old object, which is the same dict without the dict.
"""
