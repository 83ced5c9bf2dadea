"""# Words in a column name

An old system named its columns without gaps: `custaddrline`, and a glossary of words is all you have.
`solve(name, words)` cuts the name into words of the glossary, in order, without a rest.
Return a list with the *fewest* words; if several cuts have as few, any of them; `None` when there is no cut.

>>> solve("custaddrline", ["cust", "addr", "line", "custad"])
['cust', 'addr', 'line']
>>> solve("orderedat", ["order", "ed", "at", "ordered"])
['ordered', 'at']
>>> solve("custid", ["cust", "i"]) is None
True

In the first example `custad` leads to no cut at all.
A word may be used several times; the empty name is cut into no words: `[]`.

Limits: names of up to 100,000 characters (somebody joined all columns of a file), up to 10,000 different words of at most 20 characters, none empty.
The work may grow with the length of the name and of the glossary, each once; it must not try every word at every position.
"""

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-split-name",
    pattern="a trie walk from each reachable position",
    difficulty="medium",
    minutes=30,
    points=3,
    order=8,
    classic="word break",
    growth="n",
    growth_size=110,
    idea=(
        "for each position the fewest words that end there, and where the last of them began",
        "when the walk starts at a position, its entry is final: all words that end there are known",
        "the words found backwards from the end",
    ),
    hints=(
        "The longest word at the first position may be a dead end. What must be known of a position, so that no cut is tried twice?",
        "Note for each position the fewest words that end there, from left to right.",
        "From each position that some cut reaches, walk the trie along the name: wherever a word ends, you reach another position.",
        "Note also where the best last word began, and go back from the end.",
    ),
)


def solve(name: str, words: list[str]) -> list[str] | None:
    root: dict = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node["word"] = True
    fewest: list[int | None] = [0] + [None] * len(name)
    begin = [0] * (len(name) + 1)
    for start in range(len(name)):
        if fewest[start] is None:
            continue
        node, end = root, start
        while end < len(name) and name[end] in node:
            node, end = node[name[end]], end + 1
            if "word" in node and (fewest[end] is None or fewest[end] > fewest[start] + 1):
                fewest[end], begin[end] = fewest[start] + 1, start
    if fewest[-1] is None:
        return None
    found, end = [], len(name)
    while end:
        found.append(name[begin[end] : end])
        end = begin[end]
    return found[::-1]


def oracle(name, words):
    """The best cut of every beginning of the name."""
    best, known, lengths = {0: []}, set(words), {len(word) for word in words}
    for end in range(1, len(name) + 1):
        begins = [end - n for n in lengths if end - n in best and name[end - n : end] in known]
        if begins:
            begin = min(begins, key=lambda at: len(best[at]))
            best[end] = [*best[begin], name[begin:end]]
    return best.get(len(name))


def valid(name, words, result):
    fewest = oracle(name, words)
    if result is None or fewest is None:
        return result is fewest
    return (
        isinstance(result, list)
        and all(type(word) is str for word in result)
        and len(result) == len(fewest)
        and set(result) <= set(words)
        and "".join(result) == name
    )


def accepts(name, words):
    return "" not in words and len(set(words)) == len(words)


EDGES = {
    "the empty name": ("", ["a"]),
    "the empty name, no words": ("", []),
    "no words": ("a", []),
    "the name is a word": ("order", ["order", "or", "der"]),
    "a rest at the end": ("orderx", ["order"]),
    "a rest at the beginning": ("xorder", ["order"]),
    "a gap in the middle": ("orderxid", ["order", "id"]),
    "the longest word is a dead end": ("abcd", ["abc", "ab", "cd"]),
    "the shortest word is a dead end": ("abcd", ["a", "ab", "cd"]),
    "the longest word first is not the fewest": ("abcdef", ["abcd", "e", "f", "ab", "cdef"]),
    "a word used twice": ("idid", ["id"]),
    "two cuts are as short": ("abc", ["a", "bc", "ab", "c"]),
    "a dead end deep in the name": ("aaaaab", ["a", "aa", "aaa"]),
    "words that begin with each other": ("aaaa", ["a", "aa", "aaa"]),
    "a word with the name of the mark": ("wordword", ["word", "w"]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    words = {"".join(rng.choice("abc") for _ in range(rng.randrange(1, 5))) for _ in range(min(size, 9))}
    parts = sorted(words)
    yield ("".join(rng.choices(parts, k=max(size // 4, 1))) + rng.choice(("", "", "c")), parts)
    letters = "abcdefgh"
    words |= {"".join(rng.choice(letters) for _ in range(rng.randrange(3, 9))) for _ in range(size)}
    yield ("".join(rng.choices(sorted(words), k=max(size // 3, 1))), rng.sample(sorted(words), len(words)))
    yield ("a" * size + rng.choice("ab"), ["a", "aa", "aaa", "aaaa"])


@variant
def by_lengths(name, words):
    """A set of words, and at each position every length that a word has."""
    known, lengths = set(words), sorted({len(word) for word in words})
    best = [None] * (len(name) + 1)
    best[0] = (0, 0)
    for start in range(len(name)):
        if best[start]:
            for length in lengths:
                end = start + length
                if end <= len(name) and name[start:end] in known:
                    step = (best[start][0] + 1, start)
                    best[end] = min(best[end] or step, step)
    if not best[-1]:
        return None
    found, end = [], len(name)
    while end:
        found.append(name[best[end][1] : end])
        end = best[end][1]
    found.reverse()
    return found


@variant
def level_by_level(name, words):
    """A breadth-first search: all positions after one word, after two words, …"""
    known, longest = set(words), max(map(len, words), default=0)
    came_from, level = {0: 0}, [0]
    while level and len(name) not in came_from:
        following = []
        for start in level:
            for end in range(start + 1, min(start + longest, len(name)) + 1):
                if end not in came_from and name[start:end] in known:
                    came_from[end] = start
                    following.append(end)
        level = following
    if len(name) not in came_from:
        return None
    found, end = [], len(name)
    while end:
        found.append(name[came_from[end] : end])
        end = came_from[end]
    return found[::-1]


@variant
def from_the_end(name, words):
    """From right to left: the fewest words that the rest needs."""
    root = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = word
    needs = {len(name): (0, None)}
    for start in reversed(range(len(name))):
        node, at, choices = root, start, []
        while at < len(name) and name[at] in node:
            node, at = node[name[at]], at + 1
            if "" in node and at in needs:
                choices.append((needs[at][0] + 1, node[""]))
        if choices:
            needs[start] = min(choices)
    if 0 not in needs:
        return None
    found, at = [], 0
    while at < len(name):
        found.append(needs[at][1])
        at += len(found[-1])
    return found


@wrong("takes the longest word at each position")
def longest_first(name, words):
    found, at, known = [], 0, set(words)
    while at < len(name):
        end = next((e for e in range(min(at + 20, len(name)), at, -1) if name[at:e] in known), None)
        if end is None:
            return None
        found.append(name[at:end])
        at = end
    return found


@wrong("takes the longest word that leads to a cut", passes_examples=True)
def longest_that_leads_on(name, words):
    known, ends = set(words), [False] * len(name) + [True]
    for at in reversed(range(len(name))):
        ends[at] = any(ends[e] and name[at:e] in known for e in range(at + 1, min(at + 20, len(name)) + 1))
    if not ends[0]:
        return None
    found, at = [], 0
    while at < len(name):
        end = max(e for e in range(at + 1, min(at + 20, len(name)) + 1) if ends[e] and name[at:e] in known)
        found.append(name[at:end])
        at = end
    return found


@wrong("returns the first cut that it finds")
def any_cut(name, words):
    begin = {0: 0}
    for end in range(1, len(name) + 1):
        for word in words:
            if end not in begin and end - len(word) in begin and name[end - len(word) : end] == word:
                begin[end] = end - len(word)
    if len(name) not in begin:
        return None
    found, end = [], len(name)
    while end:
        found.append(name[begin[end] : end])
        end = begin[end]
    return found[::-1]


@wrong("uses each word once", passes_examples=True)
def each_word_once(name, words):
    found = solve(name, words)
    return found if found is None or len(set(found)) == len(found) else None


@wrong("returns an empty list when there is no cut")
def empty_for_none(name, words):
    return solve(name, words) or []


@wrong("returns the part that can be cut")
def as_far_as_it_goes(name, words):
    return next(found for end in range(len(name), -1, -1) if (found := solve(name[:end], words)) is not None)


@wrong("tries every cut again and again", fails="endless", passes_examples=True)
def every_cut(name, words):
    known = set(words)

    def cut(at):
        if at == len(name):
            return []
        ends = [end for end in range(at + 1, min(at + 20, len(name)) + 1) if name[at:end] in known]
        cuts = [[name[at:end], *rest] for end in ends if (rest := cut(end)) is not None]
        return min(cuts, key=len, default=None)

    return cut(0)


@wrong("calls itself for each word: too deep for a long name", fails="recursion", passes_examples=True)
def too_deep(name, words):
    known = set(words)

    @cache
    def cut(at):
        if at == len(name):
            return (0, None)
        ends = [end for end in range(at + 1, min(at + 20, len(name)) + 1) if name[at:end] in known]
        return min(((cut(end)[0] + 1, end) for end in ends if cut(end)), default=())

    if not cut(0):
        return None
    found, at = [], 0
    while at < len(name):
        found.append(name[at : cut(at)[1]])
        at = cut(at)[1]
    return found


@wrong("tries every word at every position", fails="growth", passes_examples=True)
def every_word(name, words):
    fewest = {0: (0, None)}
    for at in range(len(name)):
        if at in fewest:
            for word in words:
                if name.startswith(word, at):
                    step = (fewest[at][0] + 1, at)
                    fewest[at + len(word)] = min(fewest.get(at + len(word), step), step)
    if len(name) not in fewest:
        return None
    found, end = [], len(name)
    while end:
        found.append(name[fewest[end][1] : end])
        end = fewest[end][1]
    return found[::-1]


@wrong("carries a list of what is left of the name", fails="growth", passes_examples=True)
def copies_the_rest(name, words):
    known, longest = {word[:] for word in words}, max(map(len, words), default=0)
    waiting, came_from = deque([(0, list(name))]), {0: 0}
    while waiting:
        at, rest = waiting.popleft()
        for length in range(1, min(longest, len(rest)) + 1):
            if at + length not in came_from and "".join(rest[:length]) in known:
                came_from[at + length] = at
                waiting.append((at + length, rest[length:]))
    if len(name) not in came_from:
        return None
    found, end = [], len(name)
    while end:
        found.append(name[came_from[end] : end])
        end = came_from[end]
    return found[::-1]


@wrong("leaves the cut to a regular expression")
def by_expression(name, words):
    if not re.fullmatch("(?:" + "|".join(map(re.escape, words or ["(?!)"])) + ")*", name):
        return None
    return re.findall("|".join(sorted(map(re.escape, words), key=len, reverse=True)), name) if name else []


NOTES = """
**Complexity**: O(characters of the words) to build, O(n × longest word) to cut; a walk of the trie stops as soon as no word goes on, mostly after a few characters.

**Pitfall**: to take the longest word.
It may be a dead end, and when it is none, the cut may still not have the fewest words.
To go back by recursion instead tries the same rest again for each cut that leads to it.

**Alternative**: a set of words and all lengths that occur: as quick for short words, and it cuts a copy for each try.
A breadth-first search over positions finds the fewest words without comparing counts.

**In an engine**: tokenizers of language models cut in both ways: WordPiece takes the longest piece at each position (quick versions walk a trie) and accepts what comes; the unigram model of SentencePiece looks for the best cut of the whole, as here, with a weight for each piece in place of 1.
"""
