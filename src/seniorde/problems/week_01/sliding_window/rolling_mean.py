"""# A mean over the last k readings

A probe reports the queue length of a broker once a minute; a minute in which it is silent arrives as `None`.
For every minute return the mean of the readings in the last `k` minutes, this one included.
Silent minutes do not count, neither in the sum nor in the number of readings.
In the first `k` - 1 minutes the window is shorter.
Where it holds no reading at all, the mean is `None`.

>>> solve([10, 20, 60, 40], 2)
[10.0, 15.0, 40.0, 50.0]
>>> solve([10, None, None, 40], 2)
[10.0, 10.0, None, 40.0]
>>> solve([3, 5], 9)
[3.0, 4.0]

Limits: 0 to a million minutes; readings are integers; `k` is at least 1 and may exceed the
number of minutes; leave the input as it is.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-rolling-mean",
    pattern="fixed window",
    difficulty="easy",
    minutes=15,
    points=2,
    order=1,
    classic="moving average of a data stream",
    growth="n",
    idea=(
        "sum and number of the readings in the window",
        "they describe the last k minutes exactly",
        "one mean a minute",
    ),
    hints=(
        "Two neighbouring windows share all but two minutes. Which two?",
        "Which two numbers do you need to write down a mean?",
        "When minute `i` enters, minute `i - k` leaves, if there is one. A `None` changes neither number.",
    ),
)


def solve(readings: list[int | None], k: int) -> list[float | None]:
    total = count = 0
    means = []
    for i, entering in enumerate(readings):
        if entering is not None:
            total, count = total + entering, count + 1
        leaving = readings[i - k] if i >= k else None
        if leaving is not None:
            total, count = total - leaving, count - 1
        means.append(total / count if count else None)
    return means


def oracle(readings, k):
    """Every window written out and added up anew."""
    windows = [readings[max(0, i - k + 1) : i + 1] for i in range(len(readings))]
    present = [[x for x in window if x is not None] for window in windows]
    return [sum(window) / len(window) if window else None for window in present]


EDGES = {
    "no minute": ([], 3),
    "one silent minute": ([None], 1),
    "a window of one minute": ([4, None, 0, -4], 1),
    "a reading of 0 is a reading": ([0, 8, 0, None, 0], 2),
    "readings that cancel out": ([5, -5, None, None, 7], 2),
    "a window as long as the input": ([1, 2, 3], 3),
    "a window longer than the input": ([1, 2, 3], 10),
    "a long silence": ([7, None, None, None, 9], 3),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few = min(size, 40)
    yield ([rng.randrange(-50, 100) for _ in range(size)], max(1, size // 2))
    yield ([rng.choice([None, None, 0, rng.randrange(1000)]) for _ in range(few)], rng.randint(1, 6))


@variant
def by_running_totals(readings, k):
    totals, counts = [0], [0]
    for reading in readings:
        totals.append(totals[-1] + (reading or 0))
        counts.append(counts[-1] + (reading is not None))
    result = []
    for end in range(1, len(totals)):
        begin = max(0, end - k)
        count = counts[end] - counts[begin]
        result.append((totals[end] - totals[begin]) / count if count else None)
    return result


@variant
def by_queue(readings, k):
    window, present, total = deque(), 0, 0
    result = []
    for reading in readings:
        window.append(reading)
        if len(window) > k:
            old = window.popleft()
            present -= old is not None
            total -= old or 0
        present += reading is not None
        total += reading or 0
        result.append(total / present if present else None)
    return result


@wrong("divides by the width of the window, silent minutes included")
def divides_by_width(readings, k):
    total, result = 0, []
    for i, reading in enumerate(readings):
        total += reading or 0
        if i >= k:
            total -= readings[i - k] or 0
        result.append(total / min(i + 1, k))
    return result


@wrong("takes a reading of 0 for silence", passes_examples=True)
def zero_is_silence(readings, k):
    total = count = 0
    result = []
    for i, reading in enumerate(readings):
        if reading:
            total, count = total + reading, count + 1
        if i >= k and readings[i - k]:
            total, count = total - readings[i - k], count - 1
        result.append(total / count if count else None)
    return result


@wrong("lets a reading go one minute too late")
def one_too_wide(readings, k):
    total = count = 0
    result = []
    for i, reading in enumerate(readings):
        if reading is not None:
            total, count = total + reading, count + 1
        if i > k and readings[i - k - 1] is not None:
            total, count = total - readings[i - k - 1], count - 1
        result.append(total / count if count else None)
    return result


@wrong("keeps the last mean through a long silence", passes_examples=False)
def last_mean(readings, k):
    result, mean = [], None
    for i in range(len(readings)):
        window = [x for x in readings[max(0, i - k + 1) : i + 1] if x is not None]
        mean = sum(window) / len(window) if window else mean
        result.append(mean)
    return result


@wrong("adds up every window anew: grows with n·k", fails="growth", passes_examples=True)
def every_window_anew(readings, k):
    return oracle(readings, k)


@wrong("copies the readings, then adds the whole window up in C", fails="growth", passes_examples=True)
def adds_the_window_up(readings, k):
    values, present, result = deque(maxlen=k), deque(maxlen=k), []
    for reading in readings:
        values.append(int(reading or 0))
        present.append(reading is not None)
        count = sum(present)
        result.append(sum(values) / count if count else None)
    return result


NOTES = """
**Complexity**: O(n) time and O(1) memory beside the result; on a stream O(k), because the window itself must be kept.

**Pitfall**: subtraction is exact for integers only.
A running sum of floats keeps what rounding left behind: after `1e16` has come and gone, a `1.0` beside it is lost.

**Alternative**: running totals, then two look-ups for each window.
The same time, O(n) memory, and every other window is answered too.

**In an engine**: PostgreSQL 18 subtracts for `avg` over integers and decimals in a moving frame.
For `double precision` it has no such function and adds every frame up anew, because of the pitfall above.
"""
