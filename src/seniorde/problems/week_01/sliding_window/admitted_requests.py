"""# A rate limit that slides

An ingestion service admits at most `limit` requests of a client within any `span` seconds.
You get the requests as `(second, client)` in order of arrival; several may arrive in the same second.
A request at second `t` is admitted if fewer than `limit` requests of its client were admitted after second
`t - span`.
A refused request leaves no trace: it does not count later.
Return for each request whether it is admitted.

>>> solve([(0, "a"), (0, "a"), (0, "a"), (9, "a"), (10, "a")], 2, 10)
[True, True, False, False, True]
>>> solve([(0, "a"), (3, "a"), (5, "a")], 1, 5)
[True, False, True]
>>> solve([(0, "a"), (1, "b"), (2, "a")], 1, 5)
[True, True, False]

At second 10 in the first example the requests admitted at second 0 count no more.
In the second one the request at second 3 was refused, so it does not stand in the way at second 5.

Limits: 0 to a million requests; seconds are integers and never fall; clients are strings;
`limit` and `span` are at least 1; leave the input as it is.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-admitted-requests",
    pattern="window of time with feedback",
    difficulty="medium",
    minutes=20,
    points=3,
    order=7,
    classic="rate limiter, hit counter",
    growth="n",
    idea=(
        "for each client a queue of admitted seconds",
        "it holds the admitted ones of the last span seconds, limit of them at most",
        "one decision a request, which changes the window",
    ),
    hints=(
        "Which earlier requests can still matter to a client, and which can never matter again?",
        "Seconds never fall: the oldest admitted one is the first that goes out of sight.",
        "One queue for each client: drop from its front what is `span` seconds old, then compare its length.",
    ),
)


def solve(requests: list[tuple[int, str]], limit: int, span: int) -> list[bool]:
    admitted = defaultdict(deque)
    decisions = []
    for second, client in requests:
        recent = admitted[client]
        while recent and recent[0] <= second - span:
            recent.popleft()
        decisions.append(len(recent) < limit)
        if decisions[-1]:
            recent.append(second)
    return decisions


def oracle(requests, limit, span):
    """For each request, all earlier admitted ones looked through."""
    decisions = []
    for second, client in requests:
        earlier = zip(requests, decisions, strict=False)
        recent = [1 for (s, c), good in earlier if good and c == client and s > second - span]
        decisions.append(len(recent) < limit)
    return decisions


EDGES = {
    "no request": ([], 1, 1),
    "exactly span seconds later": ([(0, "a"), (5, "a")], 1, 5),
    "one second too early": ([(0, "a"), (4, "a")], 1, 5),
    "refused ones leave no trace": ([(0, "a"), (3, "a"), (5, "a"), (8, "a"), (10, "a")], 1, 5),
    "many in one second": ([(7, "a")] * 5, 3, 2),
    "across the border of a minute": ([(59, "a"), (59, "a"), (60, "a"), (61, "a")], 2, 60),
    "clients take turns": ([(0, "a"), (0, "b"), (1, "a"), (1, "b"), (9, "a"), (9, "b")], 1, 5),
    "a client without a name": ([(0, ""), (0, "")], 1, 5),
    "seconds below 0": ([(-3, "a"), (-1, "a"), (0, "a")], 1, 3),
    "a limit that is never reached": ([(0, "a"), (0, "a")], 9, 100),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few, half = min(size, 40), max(1, size // 2)
    yield ([(second, "a") for second in range(size)], half, half)
    yield (_arrivals(rng, few, "abc", 8), rng.randint(1, 3), rng.randint(1, 6))
    yield (_arrivals(rng, few, "ab", 2 * few), rng.randint(1, 6), rng.randint(1, 20))


def _arrivals(rng, size, clients, until):
    seconds = sorted(rng.randrange(until) for _ in range(size))
    return [(second, rng.choice(clients)) for second in seconds]


@variant
def by_the_limit_th_last(requests, limit, span):
    admitted, decisions = defaultdict(list), []
    for second, client in requests:
        seconds = admitted[client]
        good = len(seconds) < limit or seconds[-limit] <= second - span
        if good:
            seconds.append(second)
        decisions.append(good)
    return decisions


@variant
def client_by_client(requests, limit, span):
    places = defaultdict(list)
    for place, (_, client) in enumerate(requests):
        places[client].append(place)
    decisions = [False] * len(requests)
    for mine in places.values():
        ring, count = [0] * min(limit, len(mine)), 0
        for place in mine:
            second, slot = requests[place][0], count % len(ring)
            if count < len(ring) or ring[slot] <= second - span:
                ring[slot], count = second, count + 1
                decisions[place] = True
    return decisions


@wrong("lets refused requests count, so that a busy client is locked out")
def refused_count_too(requests, limit, span):
    tried, decisions = defaultdict(deque), []
    for second, client in requests:
        recent = tried[client]
        while recent and recent[0] <= second - span:
            recent.popleft()
        decisions.append(len(recent) < limit)
        recent.append(second)
    return decisions


@wrong("lets a request count for one second too long")
def border_counts(requests, limit, span):
    admitted, decisions = defaultdict(deque), []
    for second, client in requests:
        recent = admitted[client]
        while recent and recent[0] < second - span:
            recent.popleft()
        decisions.append(len(recent) < limit)
        if decisions[-1]:
            recent.append(second)
    return decisions


@wrong("counts in fixed windows: twice the limit passes around a border", passes_examples=True)
def fixed_windows(requests, limit, span):
    counts, decisions = defaultdict(int), []
    for second, client in requests:
        window = client, second // span
        decisions.append(counts[window] < limit)
        counts[window] += decisions[-1]
    return decisions


@wrong("has one window for all clients")
def one_for_all(requests, limit, span):
    recent, decisions = deque(), []
    for second, _ in requests:
        while recent and recent[0] <= second - span:
            recent.popleft()
        decisions.append(len(recent) < limit)
        if decisions[-1]:
            recent.append(second)
    return decisions


@wrong("forgets the whole window when its oldest request is out of sight", passes_examples=True)
def forgets_all(requests, limit, span):
    admitted, decisions = defaultdict(list), []
    for second, client in requests:
        recent = admitted[client]
        if recent and recent[0] <= second - span:
            recent.clear()
        decisions.append(len(recent) < limit)
        if decisions[-1]:
            recent.append(second)
    return decisions


@wrong(
    "looks through everything admitted for each request: grows with n²", fails="growth", passes_examples=True
)
def looks_through_everything(requests, limit, span):
    admitted, decisions = defaultdict(list), []
    for second, client in requests:
        recent = sum(s > second - span for s in admitted[client])
        decisions.append(recent < limit)
        if decisions[-1]:
            admitted[client].append(second)
    return decisions


@wrong("copies the seconds, then asks all that were admitted in C", fails="growth", passes_examples=True)
def asks_all_in_c(requests, limit, span):
    admitted, decisions = defaultdict(list), []
    for second, client in requests:
        now = int(second)
        recent = sum(map((now - span).__lt__, admitted[client]))
        decisions.append(recent < limit)
        if decisions[-1]:
            admitted[client].append(now)
    return decisions


NOTES = """
**Complexity**: O(n) time; every admitted request enters a queue once and leaves it once.
Memory is O(clients · limit).

**Pitfall**: counting refused requests.
A client that tries again every second then never gets in any more.

**Alternative**: only the `limit`-th last admitted second matters: compare it with `t - span`.

**In an engine**: an exact log of seconds is dear, so gateways approximate it.
`limit_req` of nginx is a leaky bucket and Amazon API Gateway has a token bucket: a few numbers for each client.
"""
