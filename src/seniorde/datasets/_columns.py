"""What generators of data sets are made of: whole numbers by chance, and columns of them and of text."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Choice = NDArray[np.bool_]
Columns = dict[str, pa.Array]
TEXT = pa.string()
_SYLLABLES = (
    "ka", "lo", "mi", "ra", "sen", "to", "vel", "na", "rik", "sa", "du", "fe", "jo", "len", "mar", "ni",
)  # fmt: skip


class Dice:
    """Whole numbers of one concern, from PCG64's raw stream, which NumPy keeps for ever."""

    def __init__(self, seed: int, concern: int):
        self._raw = np.random.PCG64(np.random.SeedSequence([seed, concern])).random_raw

    def below(self, limit: int, size: int) -> Numbers:
        """Return numbers from 0 to below the limit, which is at most 2**32."""
        return ((self._raw(size) >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)

    def pick(self, weights: Collection[int], size: int) -> Numbers:
        """Return positions in `weights`, each as often as its weight says."""
        borders = np.cumsum(list(weights))
        return np.searchsorted(borders, self.below(int(borders[-1]), size), side="right")


def whole(numbers: Numbers) -> pa.Array:
    return pa.array(numbers.astype(np.int32))


def ids(size: int) -> pa.Array:
    return whole(np.arange(1, size + 1))


def moments(milliseconds: Numbers, known: Choice | None = None) -> pa.Array:
    """Return times in UTC, NULL where they are not known."""
    missing = None if known is None else ~known
    return pa.array(milliseconds * 1_000, pa.int64(), mask=missing).cast(pa.timestamp("us", tz="UTC"))


def milliseconds(times: pa.Array) -> Numbers:
    """Return times as numbers again, -1 for NULL."""
    found: Numbers = times.cast(pa.int64()).fill_null(-1).to_numpy()
    return found // 1_000


def stamps(times: Numbers, form: str, unit: str = "s") -> pa.Array:
    """Return times as text; with the unit `ms`, `%S` has three decimals."""
    return pc.strftime(pa.array(times if unit == "ms" else times // 1_000, pa.timestamp(unit)), form)


def words(choice: Collection[str], position: Numbers | Choice, known: Choice | None = None) -> pa.Array:
    """Return the word at each position, NULL where it is not known."""
    missing = None if known is None else ~known
    return pa.array(list(choice), TEXT).take(pa.array(position.astype(np.int64), mask=missing))


def syllables(dice: Dice, count: int, size: int) -> pa.Array:
    parts = [words(_SYLLABLES, dice.below(len(_SYLLABLES), size)) for _ in range(count)]
    return pc.utf8_capitalize(joined(*parts))


def joined(*parts: Any, separator: str = "") -> pa.Array:
    """Return texts and numbers, one after the other, as one text a row."""
    texts = [part if isinstance(part, str) else pa.array(part).cast(TEXT) for part in parts]
    return pc.binary_join_element_wise(*texts, separator)


def padded(numbers: Numbers, width: int) -> pa.Array:
    return pc.utf8_lpad(pa.array(numbers).cast(TEXT), width, "0")


def hexadecimal(numbers: Numbers, seed: int) -> pa.Array:
    """Return 16 digits for each number that look like chance, and never two alike: SplitMix64."""
    mixed = (numbers.astype(np.uint64) + np.uint64(1 + (seed % 2**32 << 32))) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return pa.array(np.frombuffer(mixed.astype(">u8").tobytes().hex().encode(), "S16").astype(str))
