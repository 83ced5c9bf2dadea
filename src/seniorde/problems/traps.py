"""Planters of traps: each makes a mutation of small tables, in which a wrong query gives itself away.

A trap is a function from tables (name → DataFrame) to tables; `together` plants several at once.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    Frames = dict[str, DataFrame]
    Trap = Callable[[Frames], Frames]


def unchanged() -> "Trap":
    """The small tables as they are."""
    return dict


def null(table: str, column: str, rows: int = 2, where: str = "") -> "Trap":
    """NULL in a column of the first rows, or of the first rows `where` a pandas query holds."""
    return value(table, column, None, rows, where)


def tie(table: str, column: str, rows: int = 3, where: str = "") -> "Trap":
    """The first rows hold the first one's value."""
    return _change(
        table,
        lambda frame: _planted(
            frame, column, (frame.query(where) if where else frame)[column].iloc[0], rows, where
        ),
    )


def value(table: str, column: str, content: Any, rows: int = 1, where: str = "") -> "Trap":
    """A given value in a column of the first rows: zero, an empty text, a far date."""
    return _change(table, lambda frame: _planted(frame, column, content, rows, where))


def twice(table: str) -> "Trap":
    """Every row of the table stands twice."""
    import pandas as pd

    return _change(table, lambda frame: pd.concat([frame, frame], ignore_index=True))


def empty(*tables: str) -> "Trap":
    """Tables without a row."""
    return lambda frames: {name: frame.head(0) if name in tables else frame for name, frame in frames.items()}


def together(*traps: "Trap") -> "Trap":
    """One trap after the other."""

    def planted(frames: "Frames") -> "Frames":
        for trap in traps:
            frames = trap(frames)
        return frames

    return planted


def small(data: str) -> "Frames":
    """The small tables that traps are planted in: real rows that still belong together."""
    from seniorde import datasets

    frames = datasets.frames(data)
    return (
        _SMALL[data](frames) if data in _SMALL else {name: frame.head(40) for name, frame in frames.items()}
    )


def _small_flights(frames: "Frames") -> "Frames":
    """48 flights over the year of 8 planes, 4 planes more, and the weather of these hours."""
    flights, planes, weather = frames["flights"], frames["planes"], frames["weather"]
    often = flights["tailnum"].value_counts().loc[lambda count: count >= 50].index
    chosen = planes[planes["tailnum"].isin(often)].iloc[::150].head(12)
    flown = flights[flights["tailnum"].isin(chosen["tailnum"].head(8))].groupby("tailnum")
    small_flights = flown.sample(n=6, random_state=0).sort_index()
    hours = weather.merge(small_flights[["origin", "time_hour"]].drop_duplicates())
    return frames | {
        "flights": small_flights.reset_index(drop=True),
        "planes": chosen.reset_index(drop=True),
        "weather": hours[weather.columns],
    }


_SMALL: "dict[str, Callable[[Frames], Frames]]" = {"flights": _small_flights}


def _planted(frame: "DataFrame", column: str, content: Any, rows: int, where: str) -> "DataFrame":
    at = frame.query(where).index[:rows] if where else frame.index[:rows]
    changed = frame.copy()
    changed.loc[at, column] = content
    return changed


def _change(table: str, change: "Callable[[DataFrame], DataFrame]") -> "Trap":
    return lambda frames: frames | {table: change(frames[table])}
