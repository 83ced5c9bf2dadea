"""# Where does the time of a trace go?

A trace of one thread lists `(name, kind, time)` in order of time: a span of that name begins (`"start"`) or ends (`"end"`).
Spans are nested: a span that starts while others are open lies inside the innermost of them, and ends before it does.
Different spans may have the same name, even one inside the other.

The **self time** of a span is its time without that of the spans directly inside it.
Return a dict: each name with the self times of all its spans added up.

>>> solve([("load", "start", 0), ("parse", "start", 2), ("parse", "end", 7), ("load", "end", 10)])
{'load': 5, 'parse': 5}
>>> solve([("step", "start", 0), ("step", "start", 1), ("step", "end", 3), ("step", "end", 4)])
{'step': 4}

In the second example the outer step takes 2 of its own, and the inner one 2.

Limits: up to a million events, nested to any depth; times are integers and never fall; every span ends.
Names are strings; leave the input as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-self-time",
    pattern="stack of what is open, with a clock",
    difficulty="medium",
    minutes=20,
    points=3,
    order=6,
    classic="exclusive time of functions",
    growth="n",
    growth_size=56,
    idea=(
        "the open spans, the innermost on top, and the time up to which all is accounted for",
        "every moment until then is booked to the span that was innermost",
        "a sum for each name",
    ),
    hints=(
        "Between two neighbouring events of the list, how many spans run for themselves?",
        "At each event: the time since the last event belongs to the innermost open span, if there is one.",
        "Book first, then change the stack.",
    ),
)


def solve(events: list[tuple[str, str, int]]) -> dict[str, int]:
    totals: dict[str, int] = {}
    spans, booked = [], 0
    for name, kind, time in events:
        if spans:
            totals[spans[-1]] += time - booked
        if kind == "start":
            spans.append(name)
            totals.setdefault(name, 0)
        else:
            spans.pop()
        booked = time
    return totals


def oracle(events):
    """Each span's duration, less the durations of those one level below it."""
    depth, levels = 0, []
    for _, kind, _ in events:
        depth -= kind == "end"
        levels.append(depth)
        depth += kind == "start"
    spans = []
    for i, (name, kind, time) in enumerate(events):
        if kind == "start":
            end = next(j for j in range(i + 1, len(events)) if levels[j] == levels[i])
            spans.append((name, levels[i], i, end, events[end][2] - time))
    totals = Counter({name: 0 for name, *_ in spans})
    for name, level, begin, end, duration in spans:
        inside = sum(d for _, deep, b, e, d in spans if deep == level + 1 and begin < b and e < end)
        totals[name] += duration - inside
    return dict(totals)


def accepts(events):
    """Nested well, and in order of time."""
    waiting = []
    for name, kind, _ in events:
        if kind == "start":
            waiting.append(name)
        elif not waiting or waiting.pop() != name:
            return False
    times = [time for *_, time in events]
    return not waiting and times == sorted(times)


def trace(text):
    """`a0 b2 b7 a10`: a name starts when it is not the innermost one, else it ends."""
    events, waiting = [], []
    for word in text.split():
        name, time = word[0], int(word[1:])
        ends = waiting and waiting[-1] == name
        events.append((name, "end" if ends else "start", time))
        waiting.pop() if ends else waiting.append(name)
    return events


EDGES = {
    "no event": ([],),
    "one span": (trace("a3 a8"),),
    "a span that takes no time": (trace("a5 a5"),),
    "idle time between spans is nobody's": (trace("a0 a1 b5 b6"),),
    "the trace does not begin at 0": (trace("a100 b101 b102 a103"),),
    "three levels": (trace("a0 b1 c2 c5 b6 a9"),),
    "two children": (trace("a0 b1 b3 c4 c8 a9"),),
    "all at one moment": (trace("a4 b4 b4 a4"),),
    "a parent without time of its own": (trace("a0 b0 b9 a9"),),
    "inside itself": ([("a", "start", 0), ("a", "start", 3), ("a", "end", 5), ("a", "end", 9)],),
    "inside itself, another between": (
        [
            ("a", "start", 0),
            ("b", "start", 1),
            ("a", "start", 3),
            ("a", "end", 7),
            ("b", "end", 8),
            ("a", "end", 9),
        ],
    ),
    "the same child twice": (trace("a0 b1 b2 b4 b8 a9"),),
    "times below 0": (trace("a-9 b-7 b-4 a-3"),),
}


def nested(rng: Random, size: int, names: str, deeper: float) -> list[tuple[str, str, int]]:
    events, waiting, time = [], [], rng.randrange(-5, 20)
    for left in reversed(range(2 * size)):
        time += rng.choice((0, 1, 1, 2, 5))
        if waiting and (len(waiting) > left or rng.random() > deeper):
            events.append((waiting.pop(), "end", time))
        else:
            waiting.append(rng.choice(names))
            events.append((waiting[-1], "start", time))
    return events


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield (nested(rng, size, "abcdefgh", 1.0),)
    yield (nested(rng, size, "abc", 0.5),)
    yield (nested(rng, size, "ab", 0.6),)


@variant
def duration_less_children(events):
    """The stack holds, for each open span, its start and the time of its children."""
    totals, spans = defaultdict(int), []
    for name, kind, time in events:
        if kind == "start":
            spans.append([time, 0])
            continue
        start, inside = spans.pop()
        totals[name] += time - start - inside
        if spans:
            spans[-1][1] += time - start
    return dict(totals)


@variant
def plus_and_minus(events):
    """A duration counts for its own name, and against the name it lies in."""
    totals, spans = {}, []
    for name, kind, time in events:
        sign = -1 if kind == "start" else 1
        if kind == "end":
            spans.pop()
        totals[name] = totals.get(name, 0) + sign * time
        if spans:
            totals[spans[-1]] -= sign * time
        if kind == "start":
            spans.append(name)
    return totals


@variant
def gap_by_gap(events):
    totals, spans = {name: 0 for name, _, _ in events}, []
    for (name, kind, begin), (_, _, end) in zip(events, events[1:]):
        if kind == "start":
            spans.append(name)
        else:
            spans.pop()
        if spans:
            totals[spans[-1]] += end - begin
    return totals


@wrong("books the whole duration of a span, its children too")
def with_children(events):
    totals, starts = defaultdict(int), []
    for name, kind, time in events:
        if kind == "start":
            starts.append(time)
        else:
            totals[name] += time - starts.pop()
    return dict(totals)


@wrong("books only the time after the last child")
def after_the_last_child(events):
    totals, since = defaultdict(int), 0
    for name, kind, time in events:
        if kind == "end":
            totals[name] += time - since
        since = time
    return dict(totals)


@wrong("books idle time to the next span that starts", passes_examples=True)
def idle_time(events):
    totals, spans, booked = defaultdict(int), [], events[0][2] if events else 0
    for name, kind, time in events:
        totals[spans[-1] if spans else name] += time - booked
        spans.append(name) if kind == "start" else spans.pop()
        booked = time
    return dict(totals)


@wrong("begins at 0, whenever the trace begins", passes_examples=True)
def from_zero(events):
    totals = solve(events)
    if events and events[0][2] > 0:
        totals[events[0][0]] += events[0][2]
    return totals


@wrong("keeps one start for each name, which a span inside itself overwrites")
def start_by_name(events):
    totals, starts, inside, spans = defaultdict(int), {}, defaultdict(int), []
    for name, kind, time in events:
        if kind == "start":
            starts[name], inside[name] = time, 0
            spans.append(name)
            continue
        spans.pop()
        totals[name] += time - starts[name] - inside[name]
        if spans:
            inside[spans[-1]] += time - starts[name]
    return dict(totals)


@wrong("counts from the first microsecond to the last, both included")
def both_ends(events):
    totals = solve(events)
    for name, kind, _ in events:
        totals[name] += kind == "end"
    return totals


@wrong("leaves a name out that has no time of its own", passes_examples=True)
def only_positive(events):
    return {name: total for name, total in solve(events).items() if total}


@wrong("takes the time of all spans below from a span, not only of its children", passes_examples=True)
def takes_grandchildren_too(events):
    totals, spans = defaultdict(int), []
    for name, kind, time in events:
        if kind == "start":
            spans.append([time, 0])
            continue
        start, inside = spans.pop()
        totals[name] += time - start - inside
        for outer in spans[-2:]:
            outer[1] += time - start
    return dict(totals)


@wrong(
    "takes a span's duration from each span around it and gives it back", fails="growth", passes_examples=True
)
def all_around(events):
    totals, spans = defaultdict(int), []
    for name, kind, time in events:
        if kind == "start":
            spans.append([time, 0])
            continue
        start, inside = spans.pop()
        totals[name] += time - start - inside
        for place, outer in enumerate(spans):
            outer[1] += (time - start) * (place == len(spans) - 1)
    return dict(totals)


@wrong("has its innermost span at the front of a list", fails="growth", passes_examples=True)
def innermost_in_front(events):
    totals, spans, booked = {}, [], 0
    for name, kind, time in events:
        if spans:
            totals[spans[0]] += time - booked
        if kind == "start":
            spans.insert(0, name)
            totals.setdefault(name, 0)
        else:
            del spans[0]
        booked = time
    return totals


NOTES = """
**Complexity**: O(n) time; the memory is the deepest nesting, and one number for each name.

**Pitfall**: to add up durations by name.
A name inside itself is then counted twice, and the sum over all names is more than the trace took.
Self times add up to the time in which any span was open: check that.

**Alternative**: on its end, a span books its duration less that of its children, and adds its duration to its parent's children.
That needs no clock between the events, so it also works when the spans come as rows with a parent id, in any order.

**In an engine**: a flame graph is this sum for each *path* of names; its plateaus are self time.
`EXPLAIN ANALYZE` of PostgreSQL shows the time of a node with its children, so the slowest node is not the one with the largest number: multiply by `loops`, then take the children away.
"""
