"""Small problems of many growth targets, with honest answers of many shapes and slow ones."""

# ruff: noqa: SIM110

import bisect
import heapq
from collections import Counter, deque

from seniorde.checks import growth, work

PROBLEMS = {}


def problem(target, size=100):
    """Register a class as a problem: `solve`, `cases`, other right answers, slow ones."""

    def register(cls):
        PROBLEMS[cls.__name__] = (cls, target, size)
        return cls

    return register


@problem("n")
class PairWithSum:
    def cases(rng, size):
        yield ([rng.randrange(10**6) for _ in range(size)], -1)

    def solve(xs, total):
        seen = set()
        for x in xs:
            if total - x in seen:
                return True
            seen.add(x)
        return False

    def right_two_pointers(xs, total):
        xs = sorted(xs)
        left, right = 0, len(xs) - 1
        while left < right:
            found = xs[left] + xs[right]
            if found == total:
                return True
            if found < total:
                left += 1
            else:
                right -= 1
        return False

    def right_counter(xs, total):
        counts = Counter(xs)
        return any(total - x in counts and (total - x != x or counts[x] > 1) for x in xs)

    def right_bisect(xs, total):
        xs = sorted(xs)
        for i, x in enumerate(xs):
            at = bisect.bisect_left(xs, total - x, i + 1)
            if at < len(xs) and xs[at] == total - x:
                return True
        return False

    def slow_nested(xs, total):
        for i in range(len(xs)):
            for j in range(i):
                if xs[i] + xs[j] == total:
                    return True
        return False

    def slow_slice(xs, total):
        for i, x in enumerate(xs):
            if total - x in xs[i + 1 :]:
                return True
        return False

    def slow_on_a_plain_copy(xs, total):
        xs = [int(f"{x:d}") for x in xs]
        return any(total - x in xs[:i] for i, x in enumerate(xs))


@problem("n")
class WindowMaximum:
    def cases(rng, size):
        yield ([rng.randrange(10**6) for _ in range(size)], size // 2)
        yield (list(range(size, 0, -1)), size // 2)

    def solve(xs, k):
        window, result = deque(), []
        for i, x in enumerate(xs):
            while window and xs[window[-1]] <= x:
                window.pop()
            window.append(i)
            if window[0] <= i - k:
                window.popleft()
            if i >= k - 1:
                result.append(xs[window[0]])
        return result

    def right_heap(xs, k):
        heap, result = [], []
        for i, x in enumerate(xs):
            heapq.heappush(heap, (-x, i))
            while heap[0][1] <= i - k:
                heapq.heappop(heap)
            if i >= k - 1:
                result.append(-heap[0][0])
        return result

    def right_blocks(xs, k):
        left, right = list(xs), list(xs)
        for i in range(1, len(xs)):
            if i % k:
                left[i] = max(left[i - 1], xs[i])
        for i in range(len(xs) - 2, -1, -1):
            if (i + 1) % k:
                right[i] = max(right[i + 1], xs[i])
        return [max(right[i], left[i + k - 1]) for i in range(len(xs) - k + 1)]

    def slow_max_of_slices(xs, k):
        return [max(xs[i : i + k]) for i in range(len(xs) - k + 1)]

    def slow_max_of_plain_slices(xs, k):
        xs = [x + 0.0 for x in map(float, map(str, xs))]
        return [max(xs[i : i + k]) for i in range(len(xs) - k + 1)]


@problem("n log n")
class Sorted:
    def cases(rng, size):
        yield ([rng.randrange(10**6) for _ in range(size)],)

    def solve(xs):
        return sorted(xs)

    def right_merge_sort(xs):
        def sort(xs):
            if len(xs) < 2:
                return xs
            middle = len(xs) // 2
            return merge(sort(xs[:middle]), sort(xs[middle:]))

        def merge(left, right):
            result, i, j = [], 0, 0
            while i < len(left) and j < len(right):
                if right[j] < left[i]:
                    result.append(right[j])
                    j += 1
                else:
                    result.append(left[i])
                    i += 1
            return result + left[i:] + right[j:]

        return sort(list(xs))

    def right_heap(xs):
        heap = list(xs)
        heapq.heapify(heap)
        return [heapq.heappop(heap) for _ in range(len(heap))]

    def right_quick_sort(xs):
        if len(xs) < 2:
            return list(xs)
        pivot = xs[len(xs) // 2]
        less = [x for x in xs if x < pivot]
        more = [x for x in xs if x > pivot]
        return quick_sorted(less) + [x for x in xs if x == pivot] + quick_sorted(more)

    def slow_bubble(xs):
        xs = list(xs)
        for end in range(len(xs), 0, -1):
            for i in range(1, end):
                if xs[i - 1] > xs[i]:
                    xs[i - 1], xs[i] = xs[i], xs[i - 1]
        return xs

    def slow_take_the_least(xs):
        rest, result = list(xs), []
        while rest:
            least = min(rest)
            rest.remove(least)
            result.append(least)
        return result


def quick_sorted(xs):
    return Sorted.right_quick_sort(xs)


@problem("log n", size=400)
class Search:
    def cases(rng, size):
        xs = list(range(0, 2 * size, 2))
        yield (xs, 1)
        yield (xs, 2 * size - 3)

    def solve(xs, x):
        low, high = 0, len(xs)
        while low < high:
            middle = (low + high) // 2
            if xs[middle] < x:
                low = middle + 1
            else:
                high = middle
        return low

    def right_bisect(xs, x):
        return bisect.bisect_left(xs, x)

    def right_recursive(xs, x, low=0, high=None):
        high = len(xs) if high is None else high
        if low >= high:
            return low
        middle = (low + high) // 2
        if xs[middle] < x:
            return Search.right_recursive(xs, x, middle + 1, high)
        return Search.right_recursive(xs, x, low, middle)

    def slow_scan(xs, x):
        for i, y in enumerate(xs):
            if y >= x:
                return i
        return len(xs)

    def slow_one_line(xs, x):
        return sum(y < x for y in xs)


@problem("n")
class Joined:
    def cases(rng, size):
        yield ([rng.choice("abc") * 3 for _ in range(size)],)

    def solve(words):
        return "".join(words)

    def right_generator(words):
        return "".join(word for word in words)

    def right_plus(words):
        # CPython extends the string in place: quadratic in the book, not on the machine.
        text = ""
        for word in words:
            text += word
        return text

    def slow_in_front(words):
        text = ""
        for word in reversed(words):
            text = word + text
        return text


@problem("n^2", size=20)
class Pairs:
    def cases(rng, size):
        yield (list(range(size)),)

    def solve(xs):
        return [(x, y) for i, x in enumerate(xs) for y in xs[:i]]

    def right_loops(xs):
        result = []
        for i in range(len(xs)):
            for j in range(i):
                result.append((xs[i], xs[j]))
        return result

    def slow_triple(xs):
        result = []
        for x in xs:
            for y in xs:
                if y < x and any(x == z for z in xs):
                    result.append((x, y))
        return result


@problem("n log k")
class TopK:
    def cases(rng, size):
        yield ([rng.randrange(10**6) for _ in range(size)], 5)

    def solve(xs, k):
        heap = []
        for x in xs:
            if len(heap) < k:
                heapq.heappush(heap, x)
            elif x > heap[0]:
                heapq.heapreplace(heap, x)
        return sorted(heap, reverse=True)

    def right_sorted(xs, k):
        return sorted(xs, reverse=True)[:k]

    def right_nlargest(xs, k):
        return heapq.nlargest(k, xs)

    def right_k_passes(xs, k):
        rest, result = list(xs), []
        for _ in range(k):
            result.append(max(rest))
            rest.remove(result[-1])
        return result

    def slow_sort_again(xs, k):
        best = []
        for x in xs:
            best = sorted([*best, x], reverse=True)
        return best[:k]


@problem("n")
class Queue:
    def cases(rng, size):
        yield (list(range(size)),)

    def solve(xs):
        waiting, total = deque(xs), 0
        while waiting:
            total += waiting.popleft()
        return total

    def right_sum(xs):
        return sum(xs)

    def right_reversed(xs):
        waiting, total = list(xs)[::-1], 0
        while waiting:
            total += waiting.pop()
        return total

    def slow_pop_front(xs):
        waiting, total = list(xs), 0
        while waiting:
            total += waiting.pop(0)
        return total

    def slow_rest(xs):
        total = 0
        while xs:
            total += xs[0]
            xs = xs[1:]
        return total


def judged(cls, target, size, answer):
    """Why the answer is too slow ("" when it is not), as `checks.dsa` decides it."""
    from random import Random

    def inputs(n):
        return list(cls.cases(Random(f"{cls.__name__} {n}"), n))

    reference, counted = growth.count(cls.solve, inputs, size), growth.count(answer, inputs, size)
    assert counted.error is None, counted.error
    if growth.too_fast(counted, reference, target):
        return f"counted {counted}"
    allowed = growth.per_doubling(target, 2 * size, reference)
    ordinary = lambda n: work.metered(cls.solve).steps(inputs(n))  # noqa: E731
    larger = growth.at_large(work.metered(answer), inputs, ordinary, reference, allowed)
    return f"took {larger}" if larger else ""


def answers(kind):
    """(problem, answer's name) of every `right` or `slow` answer."""
    return [
        (name, answer)
        for name, (cls, _, _) in PROBLEMS.items()
        for answer in vars(cls)
        if answer.startswith(kind)
    ]
