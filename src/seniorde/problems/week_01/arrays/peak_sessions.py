"""# The busiest minute

A service pays for the number of sessions that are open at the same time.
You get the number of minutes in the log and the sessions as pairs `(start, end)`.
A session is open in every minute from `start` up to, not including, `end`.
Return the busiest minute and the number of sessions open in it; of several busiest minutes the earliest.

>>> solve(6, [(0, 3), (2, 5), (2, 4)])
(2, 3)
>>> solve(6, [(0, 3), (3, 6)])
(0, 1)

In the second log one session ends as the other begins: they never overlap.

Limits: 1 to a million minutes and as many sessions, in any order, `0 <= start <= end <= minutes`.
A session with `start == end` is open in no minute.
Without an open session minute 0 is the busiest, with 0.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-peak-sessions",
    pattern="difference array",
    difficulty="medium",
    minutes=20,
    points=3,
    classic="car pooling",
    growth="n",
    order=3,
    idea=(
        "the change of the number of open sessions at each minute",
        "the sum of the changes up to a minute is what is open in it",
        "the minute where that running sum is highest",
    ),
    hints=(
        "A long session touches many minutes. In how many of them does the number of open sessions change because of it?",
        "Note only the changes, one entry a minute: what do you write at `start`, what at `end`?",
        "Read the changes from left to right and carry their sum; remember where it was first highest.",
    ),
)


def solve(minutes: int, sessions: list[tuple[int, int]]) -> tuple[int, int]:
    change = [0] * (minutes + 1)
    for start, end in sessions:
        change[start] += 1
        change[end] -= 1
    busiest, most, now = 0, 0, 0
    for minute in range(minutes):
        now += change[minute]
        if now > most:
            busiest, most = minute, now
    return busiest, most


def oracle(minutes, sessions):
    """Ask every session in every minute."""
    counts = [sum(start <= minute < end for start, end in sessions) for minute in range(minutes)]
    return counts.index(max(counts)), max(counts)


EDGES = {
    "no session": (3, []),
    "only empty sessions": (3, [(1, 1), (3, 3)]),
    "one minute": (1, [(0, 1)]),
    "open to the last minute": (4, [(0, 2), (3, 4), (3, 4)]),
    "the whole log, twice": (4, [(0, 4), (0, 4)]),
    "the same peak twice": (5, [(3, 5), (3, 5), (0, 2), (0, 1)]),
    "ends where another begins": (4, [(0, 2), (1, 2), (2, 3), (2, 4)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for longest in (2, size):
        starts = [rng.randrange(size + 1) for _ in range(size)]
        yield size, [(start, min(size, start + rng.randrange(longest + 1))) for start in starts]
    yield size, [(0, size)] * size


@variant
def by_sorted_ends(minutes, sessions):
    """A sweep: each session that begins is compared with the earliest that still has to end."""
    sessions = [session for session in sessions if session[0] < session[1]]
    ends = sorted(end for _, end in sessions)
    best, closed = (0, 0), 0
    for opened, start in enumerate(sorted(start for start, _ in sessions), 1):
        while ends[closed] <= start:
            closed += 1
        if opened - closed > best[1]:
            best = start, opened - closed
    return best


@variant
def by_events(minutes, sessions):
    now, busiest, most = 0, 0, 0
    events = [(start, 1) for start, _ in sessions] + [(end, -1) for _, end in sessions]
    for minute, change in sorted(events):
        now += change
        if now > most and change > 0:
            busiest, most = minute, now
    return busiest, most


@wrong("keeps a session open in the minute in which it ends")
def closes_late(minutes, sessions):
    change = [0] * (minutes + 2)
    for start, end in sessions:
        change[start] += 1
        change[end + 1] -= 1
    now, open_in = 0, []
    for minute in range(minutes):
        now += change[minute]
        open_in.append(now)
    return open_in.index(max(open_in)), max(open_in)


@wrong("returns the last busiest minute instead of the first")
def last_peak(minutes, sessions):
    change = [0] * (minutes + 1)
    for start, end in sessions:
        change[start] += 1
        change[end] -= 1
    best, now = (0, 0), 0
    for minute in range(minutes):
        now += change[minute]
        if now >= best[1]:
            best = minute, now
    return best


@wrong("counts what begins in a minute, not what is open in it")
def begins_only(minutes, sessions):
    begun = [0] * (minutes + 1)
    for start, end in sessions:
        begun[start] += end > start
    return begun.index(max(begun)), max(begun)


@wrong("counts a session without length for a whole minute", passes_examples=True)
def at_least_a_minute(minutes, sessions):
    change = [0] * (minutes + 2)
    for start, end in sessions:
        change[start] += 1
        change[max(end, start + 1)] -= 1
    now, best = 0, (0, 0)
    for minute in range(minutes):
        now += change[minute]
        if now > best[1]:
            best = minute, now
    return best


@wrong("has no room for a session that ends with the log", fails="error")
def no_room_at_the_end(minutes, sessions):
    change = [0] * minutes
    for start, end in sessions:
        change[start] += 1
        change[end] -= 1
    now, best = 0, (0, 0)
    for minute in range(minutes):
        now += change[minute]
        if now > best[1]:
            best = minute, now
    return best


@wrong("adds 1 in every minute of every session: grows with n²", fails="growth", passes_examples=True)
def minute_by_minute(minutes, sessions):
    open_in = [0] * minutes
    for start, end in sessions:
        for minute in range(start, end):
            open_in[minute] += 1
    return open_in.index(max(open_in)), max(open_in)


@wrong("adds up all changes again for every minute: grows with n²", fails="growth", passes_examples=True)
def sum_of_slices(minutes, sessions):
    change = [0] * (minutes + 1)
    for start, end in sessions:
        change[start] += 1
        change[end] -= 1
    open_in = [sum(change[: minute + 1]) for minute in range(minutes)]
    return open_in.index(max(open_in)), max(open_in)


NOTES = """
**Complexity**: O(minutes + sessions) time, O(minutes) memory.

**Pitfall**: the array of changes needs one entry more than there are minutes, for the sessions that end with the log.
The half-open form makes the mark at `end` right without a `+ 1`; with inclusive ends it would stand at `end + 1`.

**Alternative**: when time is long and sessions are few, sort the marks and read them in order: O(s log s), and no array over time.
At the same time an end must come before a start.

**In an engine**: the same marks in SQL are `+1` rows at `start`, `-1` rows at `end`, and a running `sum() OVER (ORDER BY …)`.
Sum the marks of a moment before you run over them, or a session that ends there and one that begins there make a false peak.
"""
