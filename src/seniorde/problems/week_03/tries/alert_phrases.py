"""# Phrases in an endless log

A log arrives character by character, and some phrases must wake somebody up.
`solve(phrases)` gets the phrases; `read(character)` takes the next character and returns the longest phrase that the log ends with now, or `None` if it ends with none of them.

>>> log = solve(["timeout", "time", "out", "me"])
>>> [log.read(character) for character in "sometime"]
[None, None, None, 'me', None, None, None, 'time']
>>> [log.read(character) for character in "out"]
[None, None, 'timeout']

Phrases overlap, and one may be a part of another; they are all different, none is empty.

Limits: a million characters and more; all phrases together have up to 100,000 characters, and a single one may have as many.
The work may grow with the characters of the phrases, once, and with those of the log; a character must not be compared with a part of the log for each phrase, nor for each length.
What you keep must not grow with the log.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-alert-phrases",
    pattern="a trie with ways to fall back",
    difficulty="hard",
    minutes=45,
    points=4,
    order=10,
    classic="stream of characters; Aho-Corasick",
    growth="n",
    growth_size=30,
    idea=(
        "the deepest node of the trie whose way the log ends with",
        "every node knows its longest proper end that is a way of the trie too, and the longest phrase at its end",
        "the phrase known at the node, after each character",
    ),
    hints=(
        "Keep one node only: the longest end of the log with which some phrase begins. Where do you go when no edge has the next character?",
        "The longest shorter end that is also a beginning of a phrase is the same for every log: compute it for each node once, and fall back along it.",
        "Fill the ways to fall back level by level: that of a child starts at that of its parent.",
        "A node that ends no phrase may have one at its end all the same: the longest phrase of the node that it falls back to.",
    ),
)


class solve:
    def __init__(self, phrases: list[str]) -> None:
        self.edges: list[dict[str, int]] = [{}]
        self.longest: list[str | None] = [None]
        for phrase in phrases:
            node = 0
            for character in phrase:
                if character not in self.edges[node]:
                    self.edges[node][character] = len(self.edges)
                    self.edges.append({})
                    self.longest.append(None)
                node = self.edges[node][character]
            self.longest[node] = phrase
        self.back = [0] * len(self.edges)
        waiting = list(self.edges[0].values())
        for node in waiting:  # level by level: the list grows as we go
            for character, child in self.edges[node].items():
                self.back[child] = self._step(self.back[node], character)
                waiting.append(child)
                if self.longest[child] is None:
                    self.longest[child] = self.longest[self.back[child]]
        self.node = 0

    def _step(self, node: int, character: str) -> int:
        """A place for what building and reading share; use it, change it or drop it."""
        while node and character not in self.edges[node]:
            node = self.back[node]
        return self.edges[node].get(character, 0)

    def read(self, character: str) -> str | None:
        self.node = self._step(self.node, character)
        return self.longest[self.node]


def call(answer, phrases=(), text=""):
    """What each character returned."""
    log = answer(list(phrases))
    return [log.read(character) for character in text]


def oracle(phrases=(), text=""):
    """Compare all phrases with the end of the log, the longest first."""
    in_order = sorted(phrases, key=len, reverse=True)
    return [
        next((phrase for phrase in in_order if text.endswith(phrase, 0, end)), None)
        for end in range(1, len(text) + 1)
    ]


def accepts(phrases=(), text=""):
    return "" not in phrases and len(set(phrases)) == len(phrases)


EDGES = {
    "no phrase": ([], "abc"),
    "no character": (["a"], ""),
    "one character": (["a"], "aba"),
    "the phrase overlaps itself": (["aba"], "ababa"),
    "the same character again and again": (["aa", "aaaa"], "aaaaaa"),
    "a phrase at the end of another": (["she", "he"], "she he"),
    "a phrase inside another": (["sheet", "he"], "shes"),
    "inside, two ways to fall back": (["abcd", "bcx", "c"], "abc"),
    "falls back and goes on": (["abcd", "bce"], "abce"),
    "falls back to the start": (["abc", "x"], "abx"),
    "falls back to the character itself": (["aab"], "aaab"),
    "the longest of three": (["c", "bc", "abc"], "abc"),
    "the longest is given first": (["abc", "bc", "c"], "xbc"),
    "nearly": (["timeout"], "timeou timeout"),
    "a phrase begins another": (["time", "timeout"], "timeoutime"),
    "spaces and slashes": (["a b", "/"], "a b/a b"),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    lengths = [rng.randrange(1, 7) for _ in range(size // 6 + 1)] + [rng.randrange(9, 13)] * (size // 6)
    phrases = {"".join(rng.choices("abc", k=length)) for length in lengths}
    yield (sorted(phrases), "".join(rng.choices("abc", k=size)))
    k = size // 3 + 1
    long = ["b" + "a" * (k - less) for less in range(min(k, 8))]
    long += ["a" * k + "b", "a" * (k // 2) + "ca"]
    yield (long, "a" * size + rng.choice("abc") + "a" * size)
    part = "".join(rng.choice("ab") for _ in range(3))
    yield (
        [part * 2 + "c", part + "a", part, "ca"],
        "".join(rng.choice((part, "c", "a")) for _ in range(size)),
    )


@variant
class all_steps_made_before:
    """A full table: where each character leads from each node, so reading never falls back."""

    def __init__(self, phrases):
        letters = sorted(set("".join(phrases)))
        steps, self.longest = [{}], [None]
        for phrase in phrases:
            node = 0
            for character in phrase:
                node = steps[node].setdefault(character, len(steps))
                if node == len(steps):
                    steps.append({})
                    self.longest.append(None)
            self.longest[node] = phrase
        back, waiting = {0: 0}, deque([0])
        while waiting:
            node = waiting.popleft()
            for character in letters:
                behind = steps[back[node]].get(character, 0) if node else 0
                if character in steps[node]:
                    child = steps[node][character]
                    back[child] = behind
                    self.longest[child] = self.longest[child] or self.longest[behind]
                    waiting.append(child)
                else:
                    steps[node][character] = behind
        self.steps, self.node = steps, 0

    def read(self, character):
        self.node = self.steps[self.node].get(character, 0)
        return self.longest[self.node]


@variant
class nodes_that_are_objects:
    """The same with objects, and a link to the next node at the end that is a phrase."""

    class Node:
        def __init__(self, back=None):
            self.edges, self.back, self.phrase, self.shorter = {}, back, None, None

        def step(self, character):
            node = self
            while character not in node.edges and node.back:
                node = node.back
            return node.edges.get(character, node)

    def __init__(self, phrases):
        root = self.node = self.Node()
        for phrase in phrases:
            node = root
            for character in phrase:
                node = node.edges.setdefault(character, type(root)())
            node.phrase = phrase
        level = [root]
        while level:
            below = []
            for node in level:
                for character, child in node.edges.items():
                    child.back = node.back.step(character) if node.back else root
                    behind = child.back
                    child.shorter = behind.phrase if behind.phrase is not None else behind.shorter
                    below.append(child)
            level = below

    def read(self, character):
        self.node = self.node.step(character)
        return self.node.phrase if self.node.phrase is not None else self.node.shorter


@wrong("looks at the phrases that end at the node itself only", passes_examples=True)
class own_phrase_only(solve):
    def __init__(self, phrases):
        super().__init__(phrases)
        self.longest = [one if one and end else None for one, end in zip(self.longest, self._own(phrases))]

    def _own(self, phrases):
        own = [False] * len(self.edges)
        for phrase in phrases:
            node = 0
            for character in phrase:
                node = self.edges[node][character]
            own[node] = True
        return own


@wrong("starts at the root when the way ends", passes_examples=True)
class back_to_the_root(solve):
    def _step(self, node, character):
        if character not in self.edges[node]:
            node = 0
        return self.edges[node].get(character, 0)


@wrong("starts at the root and loses the character", passes_examples=True)
class loses_the_character(solve):
    def _step(self, node, character):
        return self.edges[node].get(character, 0)


@wrong("starts anew behind each phrase found", passes_examples=True)
class starts_anew(solve):
    def read(self, character):
        found = super().read(character)
        if found:
            self.node = 0
        return found


@wrong("returns the shortest phrase", passes_examples=True)
class the_shortest(solve):
    def __init__(self, phrases):
        super().__init__(phrases)
        self.all = sorted(phrases, key=len)

    def read(self, character):
        found = super().read(character)
        return found and next(phrase for phrase in self.all if found.endswith(phrase))


@wrong("returns an empty string for none", passes_examples=True)
class empty_for_none(solve):
    def read(self, character):
        return super().read(character) or ""


@wrong("fills the ways back branch by branch, before those that they need", passes_examples=True)
class branch_by_branch(solve):
    def __init__(self, phrases):
        super().__init__(phrases)
        self.back = [0] * len(self.edges)
        waiting = list(self.edges[0].values())
        while waiting:
            node = waiting.pop()
            for character, child in self.edges[node].items():
                self.back[child] = self._step(self.back[node], character)
                waiting.append(child)


@wrong("walks a trie of the reversed phrases back from each character", fails="growth", passes_examples=True)
class reversed_trie:
    def __init__(self, phrases):
        self.root, self.last = {}, deque(maxlen=max(map(len, phrases), default=1))
        for phrase in phrases:
            node = self.root
            for character in reversed(phrase):
                node = node.setdefault(character, {})
            node[""] = phrase

    def read(self, character):
        self.last.appendleft(character)
        node, found = self.root, None
        for earlier in self.last:
            node = node.get(earlier)
            if node is None:
                break
            found = node.get("", found)
        return found


@wrong("carries a set of all beginnings that are open", fails="growth", passes_examples=True)
class open_beginnings:
    def __init__(self, phrases):
        self.root, self.open = {}, []
        for phrase in phrases:
            node = self.root
            for character in phrase:
                node = node.setdefault(character, {})
            node[""] = phrase

    def read(self, character):
        self.open = [node[character] for node in [*self.open, self.root] if character in node]
        return max((node[""] for node in self.open if "" in node), key=len, default=None)


@wrong(
    "keeps the last characters and asks for each phrase whether they end with it",
    fails="growth",
    passes_examples=True,
)
class phrase_by_phrase:
    def __init__(self, phrases):
        self.phrases = sorted(phrases, key=len, reverse=True)
        self.last, self.longest = "", max(map(len, phrases), default=1)

    def read(self, character):
        self.last = (self.last + character)[-self.longest :]
        for phrase in self.phrases:
            if self.last.endswith(phrase):
                return phrase
        return None


@wrong("joins the last characters and asks for their end", fails="growth", passes_examples=True)
class joins_the_last:
    def __init__(self, phrases):
        self.phrases = sorted((phrase[:] for phrase in phrases), key=len, reverse=True)
        self.last = deque(maxlen=max(map(len, phrases), default=1))

    def read(self, character):
        self.last.append(character)
        end = "".join(self.last)
        if not end.endswith(tuple(self.phrases)):
            return None
        return next(phrase for phrase in self.phrases if end.endswith(phrase))


NOTES = """
**Complexity**: O(characters of the phrases) to build, O(1) a character on average: each character goes one level deeper at most, and each fall back goes up, so there are no more falls than characters.

**Pitfall**: a node that ends no phrase and is still the end of one.
`timeou` ends nothing, but the walk through `sheet` passes `she`, and there `he` ends: what a node reports must be handed down from the node that it falls back to.

**Alternative**: a trie of the reversed phrases, walked back from each character: half of the code, and O(longest phrase) a character.
For words of ten letters nobody sees the difference; a log that repeats one character, or a phrase of a thousand, shows it.

**In an engine**: this is the algorithm of Aho and Corasick (1975), made for what became `fgrep`; Snort and Suricata can match their rules with it, and Rust's regex library has it in its crate `aho-corasick`.
With one phrase it is the algorithm of Knuth, Morris and Pratt.
"""
