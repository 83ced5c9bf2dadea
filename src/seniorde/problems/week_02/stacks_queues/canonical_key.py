"""# Where does this path lead?

A partner delivers a manifest: a list of paths, relative to the partner's folder in the bucket.
S3 knows no folders: a key is a plain string, and `a/./b` and `a/b` are two different objects.
So before a path is joined to the folder, you resolve it.
A path is cut into parts at every `/`, and then read from left to right:

- a part `.` vanishes;
- a part `..` vanishes together with the last part that is still there;
- every other part stays, an empty one too.

Return the parts that stay, joined with `/`.
Return `None` when a `..` finds no part before it: that path leads out of the folder, and whoever sent it
might reach another partner's data.

>>> solve("2026/./orders/old/../part-1.csv")
'2026/orders/part-1.csv'
>>> solve("orders/../../rival/part-1.csv") is None
True
>>> solve("2026//orders/")
'2026//orders/'

In the third example the empty parts, one in the middle and one at the end, belong to the key.

Limits: up to a million characters, any of them; a path may be empty, and so may the result.
"""

import re
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-canonical-key",
    pattern="stack of what is kept",
    difficulty="easy",
    minutes=15,
    points=2,
    order=2,
    classic="simplify path",
    growth="n",
    growth_size=50,
    idea=(
        "the parts that are kept, the last one on top",
        "they are where the part of the path read so far leads to",
        "all kept parts, or the first `..` that finds none",
    ),
    hints=(
        "Which part does a `..` take away, when other parts before it are gone already?",
        "Keep the parts in a list. Only its end ever changes.",
        "A path leads out when `..` meets an empty list: on the way, not only at the end.",
    ),
)


def solve(path: str) -> str | None:
    kept = []
    for part in path.split("/"):
        if part == "..":
            if not kept:
                return None
            kept.pop()
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def oracle(path):
    """Take out the first `..` and its neighbour, and start over."""
    parts = [part for part in path.split("/") if part != "."]
    while ".." in parts:
        at = parts.index("..")
        if at == 0:
            return None
        parts = parts[: at - 1] + parts[at + 1 :]
    return "/".join(parts)


EDGES = {
    "empty": ("",),
    "one dot": (".",),
    "two dots": ("..",),
    "nothing is left": ("a/..",),
    "a name": ("part-1.csv",),
    "three dots are a name": (".../a",),
    "dots in names": (".hidden/..a/b../c.",),
    "a slash at the end": ("a/b/",),
    "a slash at the beginning": ("/a/b",),
    "an empty part is a part": ("a//../b",),
    "dots behind a slash": ("/..",),
    "out and in again": ("../a",),
    "out in the middle, deep at the end": ("a/../../b/c/d",),
    "back to the folder itself, then on": ("a/b/../../c",),
    "up two at once": ("a/b/c/../../d",),
    "a dot between a part and its dots": ("a/./../b",),
    "spaces are a name": (" / ../b",),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = ["a", "b1", "..", "..", ".", "", "..."]
    yield ("/".join(rng.choice(names) for _ in range(size)),)
    yield ("/".join([*"xyz" * size, *(rng.choice(names) for _ in range(2 * size))]),)
    yield ("/".join(["p"] * size + [".."] * rng.randrange(size + 1) + ["q"]),)


@variant
def from_the_right(path):
    """Count the `..` that still wait for a part; what is left waiting leads out."""
    kept, waiting = [], 0
    for part in reversed(path.split("/")):
        if part == "..":
            waiting += 1
        elif part == ".":
            continue
        elif waiting:
            waiting -= 1
        else:
            kept.append(part)
    return None if waiting else "/".join(reversed(kept))


@variant
def with_a_position(path):
    """Overwrite the parts in place behind a write position."""
    parts, end = path.split("/"), 0
    for part in parts:
        if part == "..":
            end -= 1
            if end < 0:
                return None
        elif part != ".":
            parts[end] = part
            end += 1
    return "/".join(parts[:end])


@wrong("stays in the folder when `..` leads out of it, as a file system's root does")
def stays_at_the_root(path):
    kept = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


@wrong("drops the empty parts, which makes another key")
def drops_empty_parts(path):
    found = solve(path)
    return found if found is None else "/".join(part for part in found.split("/") if part)


@wrong("does not let `..` take an empty part away", passes_examples=True)
def empty_is_no_part(path):
    kept = []
    for part in path.split("/"):
        if part == "..":
            at = next((i for i in reversed(range(len(kept))) if kept[i]), None)
            if at is None:
                return None
            del kept[at]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


@wrong("looks only at the end whether the path leads out")
def only_at_the_end(path):
    depth, kept = 0, []
    for part in path.split("/"):
        if part == "..":
            depth -= 1
            kept = kept[:-1]
        elif part != ".":
            depth += 1
            kept.append(part)
    return None if depth < 0 else "/".join(kept)


@wrong("takes every part that begins with a dot for one of the two", passes_examples=True)
def any_dot(path):
    kept = []
    for part in path.split("/"):
        if part.startswith(".."):
            if not kept:
                return None
            kept.pop()
        elif not part.startswith("."):
            kept.append(part)
    return "/".join(kept)


@wrong(
    "takes `name/..` out once, from left to right, and misses those that come together only then",
    passes_examples=True,
)
def one_pass(path):
    found = re.sub(r"(?<![^/])(?!\.\.?/)[^/]*/\.\.(/|$)", "", path.replace("/./", "/"))
    return None if found.startswith("../") or found == ".." else found


@wrong(
    "keeps the key as a string and cuts it: each part copies the key", fails="growth", passes_examples=True
)
def cuts_a_string(path):
    key = ""
    for part in path.split("/"):
        if part == "..":
            if not key:
                return None
            key = key[: key.rindex("/")]
        elif part != ".":
            key = f"{key}/{part}"
    return key[1:]


@wrong("starts over after each `..`: moves all parts behind it", fails="growth", passes_examples=True)
def starts_over(path):
    return oracle(path)


NOTES = """
**Complexity**: O(n) time and memory for n characters.

**Pitfall**: to test only the result.
`a/../../b/c/d` ends deep inside and was outside on the way, where an attacker's folder may have the name that you expect.

**Alternative**: from the right, with a counter of the `..` that still wait; then no part is kept that is taken away later.
`posixpath.normpath` is not one: it drops empty parts, and it keeps a leading `..` instead of refusing.

**In an engine**: RFC 3986, section 5.2.4, resolves links in the same way, with an output buffer whose last segment `..` removes, and it keeps empty segments; at the root it ignores a `..` where we refuse.
S3 does not resolve at all, and some clients do before they send: an object under `a/../b` is one that they cannot name.
"""
