"""# List a bucket like a folder

A bucket holds keys, no folders; a listing makes them up.
`solve(keys)` gets all keys in sorted order, each once.
`page(prefix, after, limit)` returns the first `limit` *entries* that are greater than `after`, in order; fewer when there are no more.

Cut each key that begins with `prefix` behind the first `/` that stands after the prefix, if there is one.
What you get are the entries: a key without such a `/` stands for itself, and all keys with the same beginning up to the `/` are one entry.

>>> bucket = solve(["a.csv", "logs/1/x", "logs/1/y", "logs/2/x", "logs0", "z/1"])
>>> bucket.page("", "", 3)
['a.csv', 'logs/', 'logs0']
>>> bucket.page("", "logs0", 3), bucket.page("logs/", "", 9), bucket.page("lo", "", 9)
(['z/'], ['logs/1/', 'logs/2/'], ['logs/', 'logs0'])

A key may end with `/`, and may be the prefix itself.
Strings compare as in Python; `after` may be any string.

Limits: up to 100,000 keys, as many calls, `limit` from 0 on; keys of at most 1,024 characters.
A page may cost about log n for each entry on it: it must not walk over the keys that one entry stands for, nor over those before `after`.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-list-folder",
    pattern="jump over what shares a beginning",
    difficulty="medium",
    minutes=30,
    points=3,
    order=4,
    classic="design an in-memory file system; list objects with a delimiter",
    growth="n log n",
    growth_size=20,
    idea=(
        "a position in the sorted keys",
        "every entry of the keys before it is on the page or not greater than `after`",
        "the position jumps behind all keys that its entry stands for",
    ),
    hints=(
        "All keys that begin alike stand side by side in sorted order. Where do those with the prefix start?",
        "Which string is greater than every key that begins with `logs/`, and not greater than any other key behind them?",
        "The character behind `/` is `0`: search for the entry with its last `/` replaced by `0`.",
        "When `after` is a folder, or lies inside one, its keys are behind `after`, but its entry is not. Jump over these first.",
    ),
)


class solve:
    def __init__(self, keys: list[str]) -> None:
        self.keys = keys

    def page(self, prefix: str, after: str, limit: int) -> list[str]:
        entries: list[str] = []
        at = bisect_left(self.keys, prefix)
        at = max(at, bisect_right(self.keys, after))
        while len(entries) < limit and at < len(self.keys) and self.keys[at].startswith(prefix):
            key = self.keys[at]
            slash = key.find("/", len(prefix))
            if slash < 0:
                entry, at = key, at + 1
            else:
                entry = key[: slash + 1]
                at = bisect_left(self.keys, key[:slash] + "0", at)  # "0" follows "/"
            if entry > after:
                entries.append(entry)
        return entries


def call(answer, keys=(), pages=()):
    """The pages."""
    bucket = answer(keys)
    return [bucket.page(*asked) for asked in pages]


def oracle(keys=(), pages=()):
    """All entries of all keys, for each page."""
    returned = []
    for prefix, after, limit in pages:
        entries = set()
        for key in keys:
            if key.startswith(prefix):
                name, slash, _ = key[len(prefix) :].partition("/")
                entries.add(prefix + name + slash)
        returned.append([entry for entry in sorted(entries) if entry > after][:limit])
    return returned


def accepts(keys=(), pages=()):
    return list(keys) == sorted(set(keys)) and all(len(page) == 3 and page[2] >= 0 for page in pages)


def _pages(*prefixes, after=("",), limit=(9,)):
    return [(prefix, a, n) for prefix in prefixes for a in after for n in limit]


EDGES = {
    "no key": ([], _pages("", "a")),
    "one key": (["a"], _pages("", "a", "b", "ab")),
    "nothing has the prefix": (["a/b", "c/d"], _pages("b", "a/c", "d")),
    "one folder": (["a/1", "a/2", "a/3"], _pages("", "a", "a/")),
    "a limit of 0 and 1": (["a/1", "b"], _pages("", limit=(0, 1))),
    "a file and a folder of one name": (["a", "a-b", "a/1", "a0"], _pages("", "a", "a/")),
    "a key that is the prefix": (["a/", "a/b", "a/c/d"], _pages("a/", "a", "")),
    "a key that ends with a slash": (["a/", "b/c/"], _pages("", "b/", "b/c/")),
    "after an entry": (["a/1", "b/1", "b/2", "c"], _pages("", after=("a/", "b/", "b", "c"))),
    "after a key inside a folder": (["a/1", "a/2", "b/1"], _pages("", after=("a/1", "a/2", "a/9"))),
    "after the prefix's own keys": (["a/1", "b"], _pages("a/", after=("a/1", "b", "z"))),
    "after lies before the prefix": (["a/1", "b/1"], _pages("b/", after=("a", "", "b/", "b/0"))),
    "an empty name": (["//a", "/a", "a//b"], _pages("", "/", "//", "a/")),
    "a prefix in the middle of a name": (["logs/1", "lot/1", "lot/2", "lx"], _pages("lo", "l", "lot")),
    "deep folders": (["a/b/c/1", "a/b/d/1", "a/e"], _pages("a/", "a/b/", "a/b/c/")),
    "letters beyond ASCII": (["a/é", "a/é/1", "é/1", "é0"], _pages("", "a/", "é")),
    "the highest character": (["a/\U0010ffff", "a/\U0010ffff/1", "b"], _pages("", "a/")),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    keys = {
        "/".join(rng.choices(["a", "b", "ab", "0", "", "c.csv"], k=rng.randrange(1, 5))) for _ in range(size)
    }
    keys |= {f"{rng.choice('ab')}/{rng.choice('xyz')}/{number}" for number in range(size)}
    chosen = rng.choices(sorted(keys), k=size)
    pages = [
        (
            rng.choice(("", "", "a", "a/", key[:2], key[:4])),
            rng.choice(("", "", key, key[:1], key[:2])),
            rng.randrange(4),
        )
        for key in chosen
    ]
    yield (sorted(keys), pages)


@variant
class folders_made_before:
    """For each folder its entries in order, made once."""

    def __init__(self, keys):
        self.entries = defaultdict(list)
        for key in keys:
            at = 0
            while at >= 0:
                slash = key.find("/", at)
                entries, entry = self.entries[key[:at]], key[: slash + 1] if slash >= 0 else key
                if not entries or entries[-1] != entry:
                    entries.append(entry)
                at = slash + 1 if slash >= 0 else -1
        for entries in self.entries.values():
            entries.sort()

    def page(self, prefix, after, limit):
        entries = self.entries.get(prefix[: prefix.rfind("/") + 1], [])
        at = max(bisect_left(entries, prefix), bisect_right(entries, after))
        page = []
        while at < len(entries) and len(page) < limit and entries[at].startswith(prefix):
            page.append(entries[at])
            at += 1
        return page


@variant
class with_the_end_of_the_folder:
    """Searches by what each key begins with instead of by an end key."""

    def __init__(self, keys):
        self.keys = keys

    def page(self, prefix, after, limit):
        page, at = [], bisect_left(self.keys, max(prefix, after))
        while at < len(self.keys) and len(page) < limit and self.keys[at].startswith(prefix):
            name, slash, _ = self.keys[at][len(prefix) :].partition("/")
            entry = prefix + name + slash
            page += [entry] * (entry > after)
            if slash:
                at = bisect_right(self.keys, entry, at, key=lambda key, n=len(entry): key[:n])
            else:
                at += 1
        return page


@variant
class a_tree_of_names:
    """A tree of names; a folder's name has its slash, so a file may have the same name."""

    def __init__(self, keys):
        self.root = {}
        for key in keys:
            node, *names = self.root, *key.split("/")
            for name in names[:-1]:
                node = node.setdefault(name + "/", {})
            if names[-1]:
                node[names[-1]] = None
            elif len(names) > 1 or not key:
                node[""] = None
        self.sorted = {}

    def page(self, prefix, after, limit):
        *folders, begin = prefix.split("/")
        node, way = self.root, prefix[: prefix.rfind("/") + 1]
        for folder in folders:
            node = node.get(folder + "/") if node else None
        if not node:
            return []
        if way not in self.sorted:
            self.sorted[way] = sorted(way + name for name in node)
        entries = self.sorted[way]
        at = max(bisect_left(entries, prefix), bisect_right(entries, after))
        end = at
        while end < len(entries) and end - at < limit and entries[end].startswith(prefix):
            end += 1
        return entries[at:end]


@wrong("returns the folder again that `after` names", passes_examples=True)
class folder_again(solve):
    def page(self, prefix, after, limit):
        entries, keys = [], self.keys
        at = max(bisect_left(keys, prefix), bisect_right(keys, after))
        while len(entries) < limit and at < len(keys) and keys[at].startswith(prefix):
            slash = keys[at].find("/", len(prefix))
            entries.append(keys[at][: slash + 1] if slash >= 0 else keys[at])
            at = bisect_left(keys, keys[at][:slash] + "0") if slash >= 0 else at + 1
        return entries


@wrong("skips the folder that `after` stands before", passes_examples=True)
class skips_a_folder(solve):
    def page(self, prefix, after, limit):
        at = bisect_right(self.keys, after)
        if at < len(self.keys) and after and self.keys[at].startswith(after):
            after = self.keys[at]
        return super().page(prefix, after, limit)


@wrong("looks for the slash from the start of the key", passes_examples=True)
class first_slash(solve):
    def page(self, prefix, after, limit):
        if "/" in prefix:
            folder = prefix[: prefix.find("/") + 1]
            found = [folder] if any(key.startswith(prefix) for key in self.keys) and folder > after else []
            return found[:limit]
        return super().page(prefix, after, limit)


@wrong("leaves out the key that is the prefix itself", passes_examples=True)
class without_the_marker(solve):
    def page(self, prefix, after, limit):
        return super().page(prefix, max(prefix, after), limit)


@wrong("returns an entry for each key", passes_examples=True)
class once_per_key(solve):
    def page(self, prefix, after, limit):
        cut = [
            prefix + "".join(key[len(prefix) :].partition("/")[:2])
            for key in self.keys
            if key.startswith(prefix)
        ]
        return [entry for entry in cut if entry > after][:limit]


@wrong("counts the limit before it takes away what is not greater than `after`", passes_examples=True)
class limit_too_early(solve):
    def page(self, prefix, after, limit):
        return [entry for entry in super().page(prefix, "", limit) if entry > after]


@wrong("puts the folders behind the files", passes_examples=True)
class files_first(solve):
    def page(self, prefix, after, limit):
        entries = super().page(prefix, after, limit)
        return sorted(entries, key=lambda entry: entry.endswith("/"))


@wrong(
    "jumps from a folder to the next key that does not begin alike without its slash", passes_examples=True
)
class jumps_too_far(solve):
    def page(self, prefix, after, limit):
        entries, at = [], max(bisect_left(self.keys, prefix), bisect_right(self.keys, after))
        while len(entries) < limit and at < len(self.keys) and self.keys[at].startswith(prefix):
            key = self.keys[at]
            slash = key.find("/", len(prefix))
            entry = key[: slash + 1] if slash >= 0 else key
            at = bisect_left(self.keys, key[:slash] + "\uffff", at) if slash >= 0 else at + 1
            entries += [entry] * (entry > after)
        return entries


@wrong("walks over all keys of a folder", fails="growth", passes_examples=True)
class walks_over_all(solve):
    def page(self, prefix, after, limit):
        entries = []
        at = max(bisect_left(self.keys, prefix), bisect_right(self.keys, after))
        while at < len(self.keys) and len(entries) <= limit:
            key = self.keys[at]
            if not key.startswith(prefix):
                break
            entry = prefix + "".join(key[len(prefix) :].partition("/")[:2])
            if entry > after and (not entries or entries[-1] != entry):
                entries.append(entry)
            at += 1
        return entries[:limit]


@wrong("copies the keys from the first one on, for each page", fails="growth", passes_examples=True)
class copies_the_rest(solve):
    def page(self, prefix, after, limit):
        entries = []
        rest = self.keys[max(bisect_left(self.keys, prefix), bisect_right(self.keys, after)) :]
        while rest and len(entries) < limit and rest[0].startswith(prefix):
            name, slash, _ = rest[0][len(prefix) :].partition("/")
            entry = prefix + name + slash
            entries += [entry] * (entry > after)
            whole = bisect_right(rest, entry, key=lambda key, n=len(entry): key[:n])
            rest = rest[whole if slash else 1 :]
        return entries


NOTES = """
**Complexity**: O(log n) comparisons an entry, besides the length of the keys; no memory but the page.

**Pitfall**: the page that goes on after a folder.
Its keys are greater than `after`, so they are still to come, though their entry is not: an entry that is repeated on the next page is processed twice.

**Alternative**: a dict from each folder to its sorted entries is quicker to read, and every new object changes it at each of its levels.
A trie gives the same jump for nothing: not to descend *is* to jump.

**In an engine**: this is `ListObjectsV2` with `Prefix`, `Delimiter` and `StartAfter`; the folders come back as `CommonPrefixes`, and a page holds 1,000 entries of both kinds at most.
The jump is also the *skip scan* of an index: PostgreSQL 18 has it for a B-tree whose first column is not in the filter.
"""
