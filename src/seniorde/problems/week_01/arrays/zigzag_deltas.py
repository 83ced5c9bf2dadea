"""# Decode a column of deltas

A column of timestamps is stored as bytes, in three steps that you have to undo.

1. Each value is replaced by its difference to the value before it; before the first stands 0.
2. A difference may be negative, so it is mapped to a number from 0 up, in zigzag: 0, −1, 1, −2, 2, … become 0, 1, 2, 3, 4, …
3. Each number is written in groups of 7 bits, the lowest group first, one group a byte. The highest bit of a byte (128) is set when another byte of the same number follows.

Return the values.

>>> solve(bytes([200, 1, 2, 3]))
[100, 101, 99]
>>> solve(b"")
[]

200 has its highest bit set: 72 and one byte more, 1, make 72 + 1 · 128 = 200, in zigzag +100.
2 is +1, and 3 is −2.

Limits: up to a million bytes; the last number is always complete; a number may have any count of bytes.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-zigzag-deltas",
    pattern="decoding with carried state",
    difficulty="medium",
    minutes=30,
    points=3,
    classic="decode a variable-length encoding",
    growth="n",
    order=7,
    idea=(
        "the bits of the number being read, how far to shift the next ones, and the last value",
        "the bytes read so far are the values returned and the low bits of one number",
        "the last value plus each complete number",
    ),
    hints=(
        "Undo the steps from the last to the first. What do you know after each byte, and what is still open?",
        "`byte & 127` are the seven bits, `byte & 128` says whether the number goes on. How far left do they belong?",
        "In zigzag the even numbers are the positive ones: 2k means k. What does 2k + 1 mean?",
        "When a number is complete, add it to the last value, and begin anew: no bits, no shift.",
    ),
)


def solve(data: bytes) -> list[int]:
    values, value, bits, shift = [], 0, 0, 0
    for byte in data:
        bits |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            value += bits >> 1 if bits % 2 == 0 else -(bits >> 1) - 1
            values.append(value)
            bits, shift = 0, 0
    return values


def oracle(data):
    """Cut the bytes into numbers, read each as text of bits, find its difference by counting, and add up."""
    groups, group = [], ""
    for byte in data:
        text = f"{byte:08b}"
        group = text[1:] + group
        if text[0] == "0":
            groups.append(int(group, 2))
            group = ""
    differences = [number // 2 if number % 2 == 0 else -(number + 1) // 2 for number in groups]
    return [sum(differences[: i + 1]) for i in range(len(differences))]


def accepts(data):
    return not data or data[-1] < 128


def encode(values):
    data, before = bytearray(), 0
    for value in values:
        number = 2 * (value - before) if value >= before else 2 * (before - value) - 1
        before = value
        while number > 127:
            data.append(128 | number & 127)
            number >>= 7
        data.append(number)
    return bytes(data)


EDGES = {
    "one zero": (bytes([0]),),
    "one below zero": (bytes([1]),),
    "the largest number of one byte": (bytes([127, 126]),),
    "the smallest number of two bytes": (bytes([128, 1]),),
    "three bytes": (encode([100_000, -100_000]),),
    "64 bits": (encode([2**63 - 1, -(2**63), 0]),),
    "the same value again": (encode([7, 7, 7]),),
    "empty groups": (bytes([130, 128, 0, 2]),),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield (encode(sorted(rng.randrange(9 * size) for _ in range(size))),)
    yield (encode([rng.randrange(-(10 ** rng.randrange(1, 12)), 10**6) for _ in range(-(-size // 4))]),)


@variant
def in_two_steps(data):
    differences, begin = [], 0
    for end, byte in enumerate(data, 1):
        if byte < 128:
            number = 0
            for part in reversed(data[begin:end]):
                number = number << 7 | part & 127
            differences.append(number >> 1 ^ -(number & 1))
            begin = end
    return list(accumulate(differences))


@variant
def by_weights(data):
    values, number, weight = [0], 0, 1
    for byte in data:
        number += byte % 128 * weight
        weight *= 128
        if byte // 128 == 0:
            half, odd = divmod(number, 2)
            values.append(values[-1] + (~half if odd else half))
            number, weight = 0, 1
    return values[1:]


@wrong("takes the first group for the highest one")
def highest_first(data):
    values, value, bits = [], 0, 0
    for byte in data:
        bits = bits << 7 | byte & 127
        if byte < 128:
            value += bits >> 1 ^ -(bits & 1)
            values.append(value)
            bits = 0
    return values


@wrong("returns the differences, not the values")
def differences_only(data):
    values = solve(data)
    return [value - before for before, value in zip([0, *values], values)]


@wrong("takes the lowest bit for a sign: 3 becomes −1 instead of −2")
def sign_bit(data):
    values, value, bits, shift = [], 0, 0, 0
    for byte in data:
        bits |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            value += (bits >> 1) * (-1 if bits & 1 else 1)
            values.append(value)
            bits, shift = 0, 0
    return values


@wrong("reads at most two bytes a number", passes_examples=True)
def two_bytes(data):
    values, value, low = [], 0, None
    for byte in data:
        if low is None and byte >= 128:
            low = byte & 127
            continue
        number = byte if low is None else low | (byte & 127) << 7
        value, low = value + (number >> 1 ^ -(number & 1)), None
        values.append(value)
    return values


@wrong("keeps the shift of a long number for the one after it", passes_examples=False)
def shift_stays(data):
    values, value, bits, shift = [], 0, 0, 0
    for byte in data:
        bits |= (byte & 127) << shift
        if byte < 128:
            value += bits >> 1 ^ -(bits & 1)
            values.append(value)
            bits = 0
        else:
            shift += 7
    return values


@wrong(
    "cuts off each byte, which copies all that follow: grows with n²", fails="growth", passes_examples=True
)
def cut_off(data):
    waiting, values, value, bits, shift = list(data), [], 0, 0, 0
    while waiting:
        byte, waiting = waiting[0], waiting[1:]
        bits |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            value += bits >> 1 ^ -(bits & 1)
            values.append(value)
            bits, shift = 0, 0
    return values


@wrong("adds up all differences again for each value: grows with n²", fails="growth", passes_examples=True)
def sums_again(data):
    differences, values, bits, shift = [], [], 0, 0
    for byte in data:
        bits |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            differences.append(bits >> 1 ^ -(bits & 1))
            values.append(sum(differences))
            bits, shift = 0, 0
    return values


NOTES = """
**Complexity**: O(n) time for n bytes of bounded numbers; each byte is touched once.

**Pitfall**: zigzag is not a sign bit. With a sign bit there would be two zeros; zigzag uses every number once, and −1 is 1.
Undo it with `n >> 1 ^ -(n & 1)`.

**Alternative**: first cut the bytes into numbers, then undo zigzag, then a running sum.
Engines do it so, batch by batch, because each step alone can work on many values at a time.

**In an engine**: Avro writes `int` and `long` as zigzag numbers of such bytes, and Kafka's record batches hold each record's timestamp and offset as a difference to the first of the batch, in the same coding.
Parquet's `DELTA_BINARY_PACKED` writes its first value and the least difference of each block so, and packs the rest in bits.
A format without an index of offsets has a price: to read value 1000 you must decode the 999 before it.
"""
