"""# Does the pattern cover the key?

A policy names objects by a pattern: `*` stands for any characters, also none and also `/`; `?` stands for exactly one character, whichever.
All other characters stand for themselves; upper and lower case differ.
Return whether the pattern covers the whole key.

>>> solve("raw/*/orders-?.json", "raw/2025/10/01/orders-7.json")
True
>>> solve("raw/*.csv", "raw/a.csv.gz")
False
>>> solve("*ab", "aab")
True
>>> solve("?", "")
False

Limits: pattern and key have 0 to 2,000 characters of any kind; the pattern has no way to quote a star.
"""

import fnmatch
import re
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-policy-pattern",
    pattern="two positions and one way back",
    difficulty="hard",
    minutes=40,
    points=4,
    order=10,
    classic="wildcard matching",
    growth="n*m",
    growth_size=16,
    idea=(
        "a position in key and pattern, and behind the last star the two to go back to",
        "what earlier stars took never needs to be changed",
        "whether the key ends where only stars are left",
    ),
    hints=(
        "Without stars it is a walk. At a star let it take nothing at first, and note where you are in both texts.",
        "When two characters differ, go back to the last star and let it take one character more.",
        "Why is the *last* star enough? And what may be left of the pattern when the key has ended?",
    ),
)


def solve(pattern: str, key: str) -> bool:
    here = at = 0
    star = taken = -1
    while here < len(key):
        if at < len(pattern) and pattern[at] == "*":
            star, taken = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", key[here]):
            here += 1
            at += 1
        elif star >= 0:
            taken += 1
            here, at = taken, star + 1
        else:
            return False
    return all(character == "*" for character in pattern[at:])


def oracle(pattern, key):
    """Beginnings of the key that the beginning of the pattern covers, one character of it after the other."""
    covered = {0}
    for character in pattern:
        if character == "*":
            covered = set(range(min(covered), len(key) + 1)) if covered else set()
        else:
            covered = {i + 1 for i in covered if i < len(key) and character in ("?", key[i])}
    return len(key) in covered


EDGES = {
    "both empty": ("", ""),
    "an empty pattern": ("", "a"),
    "an empty key": ("a", ""),
    "a star alone, an empty key": ("*", ""),
    "several stars, an empty key": ("***", ""),
    "a star in the middle takes nothing": ("a*b", "ab"),
    "a star at the end takes nothing": ("ab*", "ab"),
    "the last star must go on": ("*ab", "abab"),
    "two stars, the second goes on": ("a*b*c", "abxbcxc"),
    "the first occurrence is the wrong one": ("*aab", "aaab"),
    "a question mark for a slash": ("a?b", "a/b"),
    "a question mark needs a character": ("a?", "a"),
    "the key goes on": ("a", "ab"),
    "the pattern goes on": ("ab", "a"),
    "a point is a point": ("a.b", "axb"),
    "brackets are brackets": ("a[12]", "a1"),
    "brackets stand for themselves": ("a[12]", "a[12]"),
    "a plus is a plus": ("a+", "aa"),
    "upper and lower case": ("Raw/*", "raw/x"),
    "a line feed in the key": ("a*c", "a\nb\nc"),
    "a line feed at the end": ("a", "a\n"),
    "a star in the key": ("a?c", "a*c"),
    "a star in the key, another letter asked for": ("ab", "a*"),
    "a star and a question mark": ("*?", "a"),
    "stars and question marks": ("*?*?*", "a"),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    half, third = max(1, size // 2), max(1, size // 3)
    yield ("*" + "a" * half + "b", "a" * size)
    yield ("*" + "a" * third + "*" + "a" * third + "b", "a" * size)
    yield ("*a*a*ab", "a" * (size * 5 // 4))
    few = min(size, 12)
    key = "".join(rng.choices("aab/.", k=few))
    drawn = [rng.choices((c, "?", "*", "b"), (6, 2, 2, 1))[0] for c in key]
    yield ("".join(drawn), key)
    yield ("".join(rng.choices("aab?*", k=max(1, few // 2))), "".join(rng.choices("ab", k=few)))


@variant
def by_table(pattern, key):
    covers = [True] + [False] * len(key)
    for character in pattern:
        row = [covers[0] and character == "*"]
        for i, other in enumerate(key):
            if character == "*":
                row.append(row[i] or covers[i + 1])
            else:
                row.append(covers[i] and character in ("?", other))
        covers = row
    return covers[-1]


@variant
def by_pieces(pattern, key):
    """The first and the last piece stand at the ends, each piece between at its first place."""

    def fits(piece, at):
        return len(key) - at >= len(piece) and all(c in ("?", key[at + i]) for i, c in enumerate(piece))

    first, *middle = pattern.split("*")
    if not middle:
        return len(first) == len(key) and fits(first, 0)
    last = middle.pop()
    if len(first) + len(last) > len(key) or not fits(first, 0) or not fits(last, len(key) - len(last)):
        return False
    at, end = len(first), len(key) - len(last)
    for piece in middle:
        while at + len(piece) <= end and not fits(piece, at):
            at += 1
        at += len(piece)
    return at <= end


@variant
def by_regular_expression(pattern, key):
    """Each piece between two stars is taken at its first place, and never given back: `(?>…)`."""
    first, *middle = ("".join("." if c == "?" else re.escape(c) for c in p) for p in pattern.split("*"))
    last = ".*" + middle.pop() if middle else ""
    expression = first + "".join(f"(?>.*?{piece})" for piece in middle) + last
    return re.fullmatch(expression, key, re.DOTALL) is not None


@variant
def by_memo(pattern, key):
    known, waiting = set(), [(0, 0)]
    while waiting:
        at, here = waiting.pop()
        if (at, here) in known or at > len(pattern):
            continue
        known.add((at, here))
        if at == len(pattern):
            if here == len(key):
                return True
        elif pattern[at] == "*":
            waiting.append((at + 1, here))
            if here < len(key):
                waiting.append((at, here + 1))
        elif here < len(key) and pattern[at] in ("?", key[here]):
            waiting.append((at + 1, here + 1))
    return False


@wrong("lets a star take up to the first place that fits, and never more")
def no_way_back(pattern, key):
    here = at = 0
    while here < len(key):
        if at < len(pattern) and pattern[at] == "*":
            if at + 1 < len(pattern) and pattern[at + 1] in ("?", key[here]):
                at += 1
            else:
                here += 1
        elif at < len(pattern) and pattern[at] in ("?", key[here]):
            here, at = here + 1, at + 1
        else:
            return False
    return not pattern[at:].strip("*")


@wrong("takes the shell's patterns, in which brackets are a choice", passes_examples=True)
def shell_pattern(pattern, key):
    return fnmatch.fnmatchcase(key, pattern)


@wrong("hands everything but star and question mark to `re` as it is", passes_examples=True)
def not_escaped(pattern, key):
    expression = pattern.replace("?", "\0").replace("*", ".*").replace("\0", ".")
    try:
        return re.fullmatch(expression, key, re.DOTALL) is not None
    except re.error:
        return False


@wrong("is content with a beginning of the key")
def beginning_only(pattern, key):
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.match(expression, key, re.DOTALL) is not None


@wrong("lets no wildcard take a line feed", passes_examples=True)
def not_over_lines(pattern, key):
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, key) is not None


@wrong("lets a star stop at a slash, as a shell does")
def within_a_folder(pattern, key):
    expression = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", ".")
    return re.fullmatch(expression, key, re.DOTALL) is not None


@wrong("lets a question mark take nothing")
def question_mark_optional(pattern, key):
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".?")
    return re.fullmatch(expression, key, re.DOTALL) is not None


@wrong("asks for a character where a star is left over at the end", passes_examples=True)
def star_left_over(pattern, key):
    here = at = 0
    star = taken = -1
    while here < len(key):
        if at < len(pattern) and pattern[at] == "*":
            star, taken, at = at, here, at + 1
        elif at < len(pattern) and pattern[at] in ("?", key[here]):
            here, at = here + 1, at + 1
        elif star >= 0:
            taken += 1
            here, at = taken, star + 1
        else:
            return False
    return at == len(pattern)


@wrong("takes a star in the key for a wildcard, too", passes_examples=True)
def star_in_the_key(pattern, key):
    return solve(pattern, key) or ("*" in key and solve(key, pattern))


@wrong("lets `re` go back over every star", fails="growth", passes_examples=True)
def stars_of_a_regular_expression(pattern, key):
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(c) or re.escape(c) for c in re.sub(r"\*+", "*", pattern))
    return re.fullmatch(expression, key, re.DOTALL) is not None


@wrong("tries every length for every star", fails="growth", passes_examples=True)
def every_length(pattern, key):
    first, *rest = pattern.split("*", 1)
    if len(first) > len(key):
        return False
    for here, character in enumerate(first):
        if character not in ("?", key[here]):
            return False
    if not rest:
        return len(first) == len(key)
    return any(every_length.answer(rest[0], key[taken:]) for taken in range(len(first), len(key) + 1))


NOTES = """
**Complexity**: O(n · m) time in the worst case, O(1) memory; nearly linear on keys and patterns of real life.

**Pitfall**: going back to *every* star.
If the pattern up to the last star covers some beginning of the key, the shortest such beginning is the best, because the last star can take whatever is too much. So only the last star is ever moved; trying all lengths of all stars grows with a power of n for each star.

**Alternative**: a table of (beginning of the pattern, beginning of the key), O(n · m) always.
`re` with `.*` goes back over all stars: patterns of strangers can keep it busy for hours, and this check refuses it.
An atomic group, `(?>.*?piece)`, gives nothing back: then `re` does what you wrote.

**In an engine**: PostgreSQL's `LIKE` has the same short cut: when the last star cannot help, no earlier one is tried.
The policies of AWS use these two wildcards (`arn:aws:s3:::lake/raw/*`).
A policy's `*` crosses `/`: `raw/*.csv` covers `raw/secret/2025.csv`, which a shell's pattern does not.
"""
