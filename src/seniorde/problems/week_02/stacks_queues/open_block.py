"""# Which block is wrong?

A dbt model is SQL with Jinja blocks, and a block that is not closed stops the whole project.
The tags were cut out of a model already: you get `(line, word)` for each, in order.

- `if`, `for` and `macro` open a block; `endif`, `endfor` and `endmacro` close one.
- A block is closed by its own word only, and not before every block opened inside it is closed.
- `else` belongs to the innermost open block. That must be an `if` or a `for` which has no `else` yet.

Return the line of the first tag that is not allowed where it stands.
If there is none, but blocks are open at the end, return the line in which the innermost of them was opened.
If all is well, return `None`.

>>> solve([(1, "for"), (2, "if"), (4, "else"), (6, "endif"), (7, "endfor")])
>>> solve([(1, "if"), (3, "for"), (5, "endif"), (6, "endfor")])
5
>>> solve([(1, "macro"), (2, "if"), (3, "for"), (4, "endfor")])
2

Limits: up to 100,000 tags of these seven words; blocks may be nested to any depth; several tags may share a line.
Leave the input as it is.
"""

import re
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-open-block",
    pattern="stack of what is open",
    difficulty="easy",
    minutes=15,
    points=2,
    order=1,
    classic="valid parentheses",
    growth="n",
    growth_size=70,
    idea=(
        "the open blocks, the innermost on top",
        "the tags read so far are whole blocks and the blocks on the stack",
        "the first tag that does not fit the top",
    ),
    hints=(
        "You read `endfor`. Which of all the blocks opened before must it fit?",
        "The block opened last is closed first: keep the open ones in a list, and look at its end only.",
        "An entry needs its line, its word, and whether it has had its `else`.",
    ),
)


def solve(tags: list[tuple[int, str]]) -> int | None:
    blocks = []
    for line, word in tags:
        if word in ("if", "for", "macro"):
            blocks.append((line, word, word != "macro"))
        elif not blocks:
            return line
        else:
            opened, kind, may_have_else = blocks.pop()
            if word == "else" and may_have_else:
                blocks.append((opened, kind, False))
            elif word != f"end{kind}":
                return line
    return blocks[-1][0] if blocks else None


LETTERS = {"if": "i", "for": "f", "macro": "m", "else": "e", "endif": "I", "endfor": "F", "endmacro": "M"}


def rest(tags):
    """One letter a tag, whole blocks taken out over and over."""
    text, before = "".join(LETTERS[word] for _, word in tags), None
    while text != before:
        before, text = text, re.sub("ie?I|fe?F|mM", "", text)
    return text


def oracle(tags):
    """The first start of the list that is more than open blocks."""
    for i, (line, _) in enumerate(tags, 1):
        if not re.fullmatch("(ie?|fe?|m)*", rest(tags[:i])):
            return line
    still = [line for i, (line, _) in enumerate(tags) if re.fullmatch("ie?|fe?|m", rest(tags[i:]))]
    return still[-1] if still else None


EDGES = {
    "no tag": ([],),
    "closed and never opened": ([(3, "endif")],),
    "an else alone": ([(3, "else")],),
    "never closed": ([(3, "for")],),
    "all on one line": ([(1, "if"), (1, "else"), (1, "endif")],),
    "a second else": ([(1, "if"), (2, "else"), (3, "else"), (4, "endif")],),
    "an else in a macro": ([(1, "if"), (2, "macro"), (3, "else"), (4, "endmacro"), (5, "endif")],),
    "an else in a for": ([(1, "for"), (2, "else"), (3, "endfor")],),
    "the else of the outer block": (
        [(1, "if"), (2, "if"), (3, "else"), (4, "endif"), (5, "else"), (6, "endif")],
    ),
    "open after its else": ([(1, "if"), (2, "for"), (3, "else")],),
    "two are open": ([(1, "if"), (2, "for")],),
    "one block after the other": ([(1, "if"), (2, "endif"), (3, "if"), (4, "endif")],),
    "crossed": ([(1, "for"), (2, "if"), (3, "endfor"), (4, "endif")],),
    "numbers add up, the order does not": ([(1, "if"), (2, "endif"), (3, "endif"), (4, "if")],),
}


def blocks_of(rng: Random, size: int) -> list[str]:
    """About `size` words that are nested well."""
    words, waiting = [], []
    while len(words) + len(waiting) < size:
        if waiting and rng.random() < 0.4:
            words.append("end" + waiting.pop())
        else:
            waiting.append(rng.choice(("if", "for", "macro")))
            words.append(waiting[-1])
            if waiting[-1] != "macro" and rng.random() < 0.3:
                words += ["else"]
    return words + ["end" + word for word in reversed(waiting)]


def cases(rng: Random, size: int) -> Iterator[tuple]:
    half = max(1, size // 2)
    yield (list(enumerate(["if"] * half + ["endif"] * half, 1)),)
    yield (list(enumerate(blocks_of(rng, size), 1)),)
    words = blocks_of(rng, min(size, 40))
    yield (list(enumerate(words[: rng.randrange(len(words) + 1)], 1)),)
    words[rng.randrange(len(words))] = rng.choice(list(LETTERS))
    yield (list(enumerate(words, 1)),)


@variant
def by_what_must_come(tags):
    """The stack holds the words that may close, with the line of their block."""
    due = []
    for line, word in tags:
        if word in ("if", "for", "macro"):
            due.append(["end" + word, line, word == "macro"])
        elif word == "else":
            if not due or due[-1][2]:
                return line
            due[-1][2] = True
        elif not due or due.pop()[0] != word:
            return line
    return due[-1][1] if due else None


@variant
def by_two_stacks(tags):
    words, lines = [], []
    for line, word in tags:
        match word:
            case "if" | "for" | "macro":
                words.append(word)
                lines.append(line)
            case "else" if words and words[-1] in ("if", "for"):
                words[-1] += " else"
            case "else":
                return line
            case _:
                if not words or words[-1].split()[0] != word.removeprefix("end"):
                    return line
                words.pop()
                lines.pop()
    return lines[-1] if lines else None


@wrong("counts the open blocks of each kind, so crossed blocks pass")
def counts_kinds(tags):
    lines = {"if": [], "for": [], "macro": []}
    for line, word in tags:
        if word in lines:
            lines[word].append(line)
        elif word != "else":
            if not lines[word[3:]]:
                return line
            lines[word[3:]].pop()
    return max((line for waiting in lines.values() for line in waiting), default=None)


@wrong("names the outermost open block instead of the innermost")
def outermost(tags):
    found, blocks = solve(tags), []
    for line, word in tags:
        if word in ("if", "for", "macro"):
            blocks.append(line)
        elif word != "else" and blocks:
            blocks.pop()
    return blocks[0] if blocks and found == blocks[-1] else found


@wrong("takes no notice of else", passes_examples=True)
def any_else(tags):
    return solve([tag for tag in tags if tag[1] != "else"])


@wrong("allows a second else", passes_examples=True)
def two_elses(tags):
    blocks = []
    for line, word in tags:
        if word in ("if", "for", "macro"):
            blocks.append((line, word))
        elif word == "else":
            if not blocks or blocks[-1][1] == "macro":
                return line
        elif not blocks or blocks.pop()[1] != word[3:]:
            return line
    return blocks[-1][0] if blocks else None


@wrong("says at the end that all is well, though blocks are open")
def never_closed(tags):
    blocks = []
    for line, word in tags:
        if word in ("if", "for", "macro"):
            blocks.append((word, word != "macro"))
        elif not blocks:
            return line
        else:
            kind, may_have_else = blocks.pop()
            if word == "else" and may_have_else:
                blocks.append((kind, False))
            elif word != f"end{kind}":
                return line
    return None


@wrong("looks at the top without asking whether there is one", fails="error", passes_examples=True)
def no_top(tags):
    blocks = []
    for line, word in tags:
        if word in ("if", "for", "macro"):
            blocks.append((line, word))
        elif word == "else":
            if blocks[-1][1] == "macro":
                return line
        elif blocks.pop()[1] != word[3:]:
            return line
    return blocks[-1][0] if blocks else None


@wrong("looks back for its block from each tag: grows with n²", fails="growth", passes_examples=True)
def looks_back(tags):
    for i, (line, word) in enumerate(tags):
        if word not in ("if", "for", "macro"):
            depth, fits = 0, False
            for _, earlier in reversed(tags[:i]):
                depth += earlier.startswith("end") - (earlier in ("if", "for", "macro"))
                if depth < 0 or (depth == 0 and earlier == "else" == word):
                    fits = depth < 0 and (word == "end" + earlier or word == "else" and earlier != "macro")
                    break
            if not fits:
                return line
    return solve(tags)


@wrong("takes each tag from the front of a copy", fails="growth", passes_examples=True)
def from_the_front(tags):
    waiting, blocks = list(tags), []
    while waiting:
        line, word = waiting.pop(0)
        if word in ("if", "for", "macro"):
            blocks.append((line, word, word != "macro"))
        elif not blocks:
            return line
        else:
            opened, kind, may_have_else = blocks.pop()
            if word == "else" and may_have_else:
                blocks.append((opened, kind, False))
            elif word != f"end{kind}":
                return line
    return blocks[-1][0] if blocks else None


NOTES = """
**Complexity**: O(n) time; the memory is the deepest nesting, not the number of tags.

**Pitfall**: a counter for each kind is not enough.
It knows *how many* blocks are open, and crossed blocks differ in the *order* only.
With one kind of block a counter would do; the stack is needed because there are several.

**Alternative**: a function that reads one block and calls itself for each inner one.
The stack is then Python's own, and a thousand levels are its end.

**In an engine**: Jinja's parser is that function.
For a block left open it says which end tags it was looking for, and names the innermost block that needs to be closed.
"""
