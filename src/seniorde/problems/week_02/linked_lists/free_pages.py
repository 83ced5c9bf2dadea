"""# Free pages that remember one another

A file of pages keeps its free pages in a list that takes no room: a free page holds the number of the next free one, the last of them holds -1.
Only the number of the first free page is kept elsewhere; it is -1 when no page is free.

Write the class that does it. It is made with `pages`, a list on which it works itself, and `first`.

- `allocate(content)` writes `content` into the first free page, or into a new page at the end of the file when none is free, and returns the page's number.
- `release(number)` makes that page the first free one.
- `save()` returns `pages` and the number of the first free page; who opens a file with these goes on where this one stopped.

>>> file = solve(["a", 3, "b", -1], 1)
>>> file.allocate("c")
1
>>> file.save()
(['a', 'c', 'b', -1], 3)
>>> file.release(2); file.release(0); file.save()
([2, 'c', 3, -1], 0)
>>> solve([], -1).allocate("a")
0

Limits: up to a million pages and calls; contents are strings; only pages in use are released.
A file may be opened and saved before and after every call: each of them, like each call, takes a constant number of steps.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-free-pages",
    pattern="list inside an array",
    difficulty="medium",
    minutes=25,
    points=3,
    order=6,
    classic="design a memory pool, a phone directory",
    growth="n",
    growth_size=60,
    mutates=True,
    idea=(
        "the number of the first free page, all others inside the free pages",
        "from the first free page on, the numbers lead to every free page once and then to -1",
        "take and give at the head only",
    ),
    hints=(
        "Which page does `allocate` take, and where does it find the number of the page that is first afterwards?",
        "Read the number out of the page before you write the content into it.",
        "Opening a file must not walk through its free pages: `first` is all you need to know.",
    ),
)


class solve:
    def __init__(self, pages: list[str | int], first: int) -> None:
        self.pages, self.first = pages, first

    def allocate(self, content: str) -> int:
        number = self.first
        if number == -1:
            self.pages.append(content)
            return len(self.pages) - 1
        self.first = self.pages[number]
        self.pages[number] = content
        return number

    def release(self, number: int) -> None:
        self.pages[number] = self.first
        self.first = number

    def save(self) -> tuple[list[str | int], int]:
        return self.pages, self.first


def call(answer, pages, first, steps=()):
    """The numbers of the pages that were allocated, and the file at its end; it is opened anew now and then."""
    file, numbers = answer(pages, first), []
    for name, argument in steps:
        if name == "open":
            file = answer(*file.save())
        elif name == "allocate":
            numbers.append(file.allocate(argument))
        else:
            file.release(argument)
    saved, first = file.save()
    return numbers, saved if saved is pages else "another list than the one it was given", first


def oracle(pages, first, steps=()):
    """Keep the free pages in a list of Python, and write them down at the end."""
    pages, free, numbers = list(pages), [], []
    while first != -1:
        free, first = [first, *free], pages[first]
    for name, argument in steps:
        if name == "allocate":
            number = free.pop() if free else len(pages)
            pages[number : number + 1] = [argument]
            numbers.append(number)
        elif name == "release":
            free.append(argument)
    for number, follower in zip(free, [-1, *free]):
        pages[number] = follower
    return numbers, pages, free[-1] if free else -1


EDGES = {
    "an empty file": ([], -1, [("allocate", "a"), ("allocate", "b")]),
    "page 0 is free": ([-1], 0, [("allocate", "a"), ("allocate", "b")]),
    "all pages are released": (["a", "b"], -1, [("release", 0), ("release", 1)]),
    "the last one released comes first": (
        ["a", "b", "c"],
        -1,
        [("release", 0), ("release", 2), ("allocate", "x"), ("allocate", "y"), ("allocate", "z")],
    ),
    "released and opened anew": (["a"], -1, [("release", 0), ("open", ""), ("allocate", "b")]),
    "a list that goes up and down": ([4, "a", 0, "b", -1], 2, [("allocate", "x"), ("release", 1)]),
    "opened and closed, nothing done": ([1, 2, -1], 0, [("open", "")]),
    "an empty content": ([-1], 0, [("allocate", ""), ("release", 0)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for chance in (0.5, 0.9):
        free = rng.sample(range(size), size // 2)
        pages = [f"p{number}" for number in range(size)]
        for number, follower in zip(free, [*free[1:], -1]):
            pages[number] = follower
        used, stack, count, steps = sorted(set(range(size)) - set(free)), free[::-1], size, []
        first = stack[-1] if stack else -1
        for turn in range(size):
            if rng.random() < 0.3:
                steps.append(("open", ""))
            if used and rng.random() > chance:
                number = used.pop(rng.randrange(len(used)))
                stack.append(number)
                steps.append(("release", number))
            else:
                number = stack.pop() if stack else count
                count += number == count
                used.append(number)
                steps.append(("allocate", f"n{turn}"))
        yield pages, first, steps


def accepts(pages, first, steps=()):
    """Whether the links lead through all free pages, and only pages in use are released."""
    free, count = [], len(pages)
    while first != -1:
        if first in range(count) and isinstance(pages[first], int) and first not in free:
            free.append(first)
            first = pages[first]
        else:
            return False
    if sum(isinstance(page, int) for page in pages) != len(free):
        return False
    free.reverse()
    for name, argument in steps:
        if name == "release":
            if argument in free or argument >= count:
                return False
            free.append(argument)
        elif name == "allocate" and free:
            free.pop()
        elif name == "allocate":
            count += 1
    return True


@variant
class head_in_front:
    """The file has one list: the first number, then the pages' links, behind them nothing else."""

    def __init__(self, pages, first):
        self.head, self.file = [first], pages

    def allocate(self, content):
        (number,) = self.head
        if number < 0:
            number = len(self.file)
            self.file += [content]
        else:
            self.head, self.file[number] = [self.file[number]], content
        return number

    def release(self, number):
        self.file[number], self.head = self.head[0], [number]

    def save(self):
        return self.file, self.head[0]


@variant
class takes_a_new_page_first:
    def __init__(self, pages, first):
        self.pages, self.first = pages, first

    def allocate(self, content):
        if self.first == -1:
            self.pages.append(-1)
            self.release(len(self.pages) - 1)
        number, self.first = self.first, self.pages[self.first]
        self.pages[number] = content
        return number

    def release(self, number):
        self.pages[number], self.first = self.first, number

    def save(self):
        return self.pages, self.first


@wrong("writes the content before it has read the next number", passes_examples=True)
class reads_too_late(solve):
    def allocate(self, content):
        number = self.first
        if number == -1:
            return super().allocate(content)
        self.pages[number] = content
        self.first = self.pages[number] if isinstance(self.pages[number], int) else -1
        return number


@wrong("takes page 0 for none", passes_examples=True)
class zero_is_none(solve):
    def allocate(self, content):
        if self.first > 0:
            return super().allocate(content)
        self.pages.append(content)
        return len(self.pages) - 1


@wrong("keeps the free pages in a list of its own and writes none of them down", passes_examples=True)
class kept_beside(solve):
    def __init__(self, pages, first):
        self.pages, self.free = pages, []
        while first != -1:
            self.free.insert(0, first)
            first = pages[first]

    def allocate(self, content):
        if not self.free:
            self.pages.append(content)
            return len(self.pages) - 1
        number = self.free.pop()
        self.pages[number] = content
        return number

    def release(self, number):
        self.free.append(number)

    def save(self):
        return self.pages, self.free[-1] if self.free else -1


@wrong("puts a released page at the end of the list", passes_examples=True)
class released_to_the_end(solve):
    def release(self, number):
        self.pages[number], last = -1, self.first
        if last == -1:
            self.first = number
            return
        while self.pages[last] != -1:
            last = self.pages[last]
        self.pages[last] = number


@wrong("hands out a new page although others are free", passes_examples=True)
class always_a_new_page(solve):
    def allocate(self, content):
        self.pages.append(content)
        return len(self.pages) - 1


@wrong("works on a copy of the pages")
class on_a_copy(solve):
    def __init__(self, pages, first):
        super().__init__(list(pages), first)


@wrong("walks through the free pages whenever the file is opened", fails="growth", passes_examples=True)
class walks_at_opening(solve):
    def __init__(self, pages, first):
        super().__init__(pages, first)
        self.free = []
        while first != -1:
            self.free.append(first)
            first = pages[first]


@wrong("copies the pages out and back at every opening", fails="growth", passes_examples=True)
class copies_out_and_back(solve):
    def __init__(self, pages, first):
        super().__init__(list(pages), first)
        self.outside = pages

    def save(self):
        self.outside[:] = self.pages
        return self.outside, self.first


NOTES = """
**Complexity**: O(1) a call and O(1) to open, with one number in memory; the list lies in room that is free anyway.

**Pitfall**: the page that you hand out *is* the link: read it before you write.
And a page released twice stands in the list twice, which makes a circle; then the same page is handed out to two owners, the worst of all corruptions, because both look fine.

**Alternative**: a bitmap of free pages finds *neighbouring* free pages, which a list cannot; file systems and PostgreSQL's free space map keep one summary or another.
A list hands out the page that was freed last, which is the one most likely to be in the cache.

**In an engine**: SQLite keeps its free list so, with the number of the first page in the file's header; so its file does not shrink when you delete, and grows no further while pages are free.
Allocators of memory (jemalloc, the kernel's slab) chain free blocks of a size in the same way.
"""
