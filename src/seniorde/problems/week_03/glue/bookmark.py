"""# A bookmark that remembers little and misses nothing

A bookmark that remembers every file grows for ever.
Glue remembers *until when* it has read, and only the files of the last minutes, because an object can show up in a listing after one that is younger.

`listing` holds the objects of a prefix, in any order: `(key, modified, etag)`, `modified` in whole seconds.
`bookmark` is what the last committed run left: `{"until": seconds, "recent": {key: etag}}`; the first run gets `{"until": 0, "recent": {}}`.
Return `(keys, bookmark)`: the keys to read, ordered by `(modified, key)`, and the bookmark to save when they are read.

>>> solve([("b", 1000, "e1"), ("a", 1000, "e2")], {"until": 0, "recent": {}})
(['a', 'b'], {'until': 1000, 'recent': {'a': 'e2', 'b': 'e1'}})

With `back` = 900 seconds:

- an object with `modified <= until - 900` counts as read, whether it was or not;
- any other is read, unless `recent` holds its key *with the same etag*: an object written again is read again;
- the new `until` is the greatest `modified` seen so far, in the listing or in the old bookmark: it never goes back;
- the new `recent` holds the objects of the listing with `modified > until - 900` by the *new* `until`, and nothing else.

Neither argument may be changed: a run that fails afterwards starts again from the old bookmark.
An object that has vanished from the listing is no error.
"""

from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-glue-bookmark",
    pattern="high-water mark with a look-back",
    difficulty="medium",
    minutes=25,
    points=4,
    hints={
        "The example": ("Sort by time and key; on the first run everything is read.",),
        "Runs": (
            "Two objects of the same second: one may have been listed, the other not yet.",
            "Compare the etag, not only the key: written again is new.",
            "`until` also counts objects that are read already.",
        ),
        "Memory": (
            "What must `recent` hold so that the *next* run can tell what it has read?",
            "Use the new `until` for the border, not the old one.",
        ),
        "Failed runs": ("Build new dictionaries; `recent = bookmark['recent']` is no copy.",),
    },
)


def solve(listing, bookmark):
    back = 900
    until, recent = bookmark["until"], bookmark["recent"]
    keys = [
        key
        for key, modified, etag in sorted(listing, key=lambda found: (found[1], found[0]))
        if modified > until - back and recent.get(key) != etag
    ]
    newest = max([until, *(modified for _, modified, _ in listing)])
    kept = {key: etag for key, modified, etag in listing if modified > newest - back}
    return keys, {"until": newest, "recent": kept}


def expect(function, listing, bookmark):
    before = repr((listing, bookmark))
    given = list(listing), {"until": bookmark["until"], "recent": dict(bookmark["recent"])}
    got = call(function, *given)
    expected = solve(listing, bookmark)
    shown = f"listing {listing}, bookmark {bookmark}" if len(listing) < 12 else f"a listing of {len(listing)}"
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Refused("result", shown, expected="(keys, bookmark)", got=repr(got))
    if list(got[0]) != expected[0]:
        raise Refused(
            "keys", f"Keys to read: {shown}", expected=repr(expected[0])[:400], got=repr(got[0])[:400]
        )
    if got[1] != expected[1]:
        raise Refused(
            "bookmark", f"New bookmark: {shown}", expected=repr(expected[1])[:400], got=repr(got[1])[:400]
        )
    if repr(given) != repr((list(listing), {"until": bookmark["until"], "recent": dict(bookmark["recent"])})):
        raise Refused(
            "changed", f"An argument was changed: {shown}", expected=before[:400], got=repr(given)[:400]
        )
    return got


FIRST = {"until": 0, "recent": {}}


def example(function):
    expect(function, [("b", 1000, "e1"), ("a", 1000, "e2")], FIRST)
    return "The two objects of the statement."


def runs(function):
    state = {"until": 5000, "recent": {"a": "1", "b": "2"}}
    expect(function, [], FIRST)
    expect(function, [], state)
    expect(function, [("a", 5000, "1"), ("b", 4500, "2")], state)
    expect(function, [("a", 5000, "1"), ("b", 4500, "2"), ("c", 5000, "3")], state)
    expect(function, [("a", 5000, "1"), ("late", 4101, "3"), ("lost", 4100, "3")], state)
    expect(function, [("a", 5200, "9"), ("b", 4500, "2")], state)
    expect(function, [("b", 4500, "2"), ("z", 4600, "1"), ("y", 4600, "2")], state)
    return "Seven listings: late, written again, vanished, in the same second."


def memory(function):
    expect(function, [("old", 100, "1"), ("new", 5000, "2")], FIRST)
    expect(function, [("a", 4101, "1"), ("b", 4100, "2"), ("c", 5000, "3")], FIRST)
    expect(function, [("c", 4500, "3")], {"until": 5000, "recent": {"gone": "1"}})
    rng = Random(5)
    state, objects = FIRST, []
    for step in range(40):
        for _ in range(rng.randint(0, 4)):
            objects.append(
                (f"k{rng.randint(0, 60)}", 400 * step + rng.randint(-1200, 400), f"e{rng.randint(0, 9)}")
            )
        newest = {}
        for found in objects:
            if found[0] not in newest or newest[found[0]][1] < found[1]:
                newest[found[0]] = found
        listing = list(newest.values())
        rng.shuffle(listing)
        _, state = expect(function, listing, state)
        state = {"until": state["until"], "recent": dict(state["recent"])}
    return "43 runs, each from the bookmark of the one before."


def failed_runs(function):
    state = {"until": 5000, "recent": {"a": "1"}}
    listing = [("a", 5000, "1"), ("b", 5100, "2")]
    expect(function, listing, state)
    first = expect(function, listing, state)
    again = expect(function, listing, state)
    if first != again:
        raise Refused(
            "changed", "The same run twice gives two results.", expected=repr(first), got=repr(again)
        )
    done = call(function, list(listing), {"until": first[1]["until"], "recent": dict(first[1]["recent"])})
    if list(done[0]):
        raise Refused("keys", "After a committed run nothing is new.", expected="[]", got=repr(done[0]))
    return "A run that failed starts again; one that was committed reads nothing."


PARTS = {"The example": example, "Runs": runs, "Memory": memory, "Failed runs": failed_runs}


@variant
def in_a_loop(listing, bookmark):
    keys, until = [], bookmark["until"]
    for key, modified, etag in listing:
        until = modified if modified > until else until
        unread = bookmark["recent"].get(key, None) != etag
        if unread and not modified <= bookmark["until"] - 900:
            keys.append((modified, key))
    recent = {}
    for key, modified, etag in listing:
        if until - modified < 900:
            recent[key] = etag
    return [key for _, key in sorted(keys)], dict(recent=recent, until=until)


@wrong("reads only what is younger than until", fails="keys", passes_examples=True)
def strictly_younger(listing, bookmark):
    keys, state = solve(listing, bookmark)
    times = {key: modified for key, modified, _ in listing}
    return [key for key in keys if times[key] > bookmark["until"]], state


@wrong("knows a file by its name alone", fails="keys", passes_examples=True)
def by_name(listing, bookmark):
    keys, state = solve(listing, bookmark)
    return [key for key in keys if key not in bookmark["recent"]], state


@wrong("lets until go back when young objects vanish", fails="bookmark", passes_examples=True)
def goes_back(listing, bookmark):
    keys, _ = solve(listing, bookmark)
    newest = max([modified for _, modified, _ in listing], default=bookmark["until"])
    return keys, {"until": newest, "recent": {k: e for k, m, e in listing if m > newest - 900}}


@wrong("remembers only what this run has read", fails="bookmark", passes_examples=True)
def forgets_known(listing, bookmark):
    keys, state = solve(listing, bookmark)
    return keys, {"until": state["until"], "recent": {k: e for k, e in state["recent"].items() if k in keys}}


@wrong("remembers everything for ever", fails="bookmark", passes_examples=True)
def grows(listing, bookmark):
    keys, state = solve(listing, bookmark)
    return keys, {"until": state["until"], "recent": bookmark["recent"] | {k: e for k, _, e in listing}}


@wrong("takes the border from the old until", fails="bookmark", passes_examples=True)
def old_border(listing, bookmark):
    keys, state = solve(listing, bookmark)
    kept = {k: e for k, m, e in listing if m > bookmark["until"] - 900}
    return keys, {"until": state["until"], "recent": kept}


@wrong("changes the bookmark that it was given", fails="changed", passes_examples=False)
def in_place(listing, bookmark):
    keys, state = solve(listing, bookmark)
    bookmark.update(state)
    return keys, bookmark


@wrong("orders by key", fails="keys", passes_examples=True)
def by_key(listing, bookmark):
    keys, state = solve(listing, bookmark)
    return sorted(keys), state


NOTES = """
**Cost.** Sorting the listing, O(n log n); the bookmark holds what was written in fifteen minutes.

**Pitfalls.** A mark without a look-back misses what shows up late; a look-back without names reads it twice; names without etags miss what was written again.
The border of what is *kept* must be the new one, or the next run reads the old half again.

**Alternatives.** Remember every key (Auto Loader does, in RocksDB, with an age after which it forgets); let events tell you (S3 → SQS), and list once a day to find lost ones.

**At work.** "An older object counts as read, whether it was or not" is a sentence to put into the runbook: a source that copies with the *original* modification time is invisible to such a bookmark.
"""
