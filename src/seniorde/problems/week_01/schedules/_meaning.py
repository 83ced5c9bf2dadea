"""What a schedule means: cron lines and systemd's calendar expressions as the minutes at which they fire."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = "sun mon tue wed thu fri sat".split()
MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
# From systemd.time(7).
SHORTHANDS = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "annually": "*-01-01 00:00:00",
}


class Unclear(ValueError):
    """A schedule that its scheduler would refuse, or that this module cannot read; says why."""


def cron(text: str, year: int) -> set[datetime]:
    """The minutes of a year at which a crontab's five fields (or @daily and the like) fire.

    A day field that begins with a star is unrestricted, as in the classic cron of Linux and macOS.
    """
    fields = MACROS.get(text.strip(), text).split()
    if len(fields) != 5:
        raise Unclear(f"`{text}` has {len(fields)} fields of time, not 5")
    minute, hour, dom, month, dow = fields
    minutes, hours = _cron_field(minute, 0, 59), _cron_field(hour, 0, 23)
    dates, months = _cron_field(dom, 1, 31), _cron_field(month, 1, 12, MONTHS, 1)
    weekdays = {number % 7 for number in _cron_field(dow, 0, 7, WEEKDAYS)}
    starred = "*" in (dom[0], dow[0])

    def on(day: date) -> bool:
        both = (day.day in dates, day.isoweekday() % 7 in weekdays)
        return day.month in months and (all(both) if starred else any(both))

    return {at for day in _days(year) if on(day) for at in _times(day, hours, minutes)}


def _cron_field(field: str, low: int, high: int, names: list[str] | None = None, base: int = 0) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", part)
        if not match:
            raise Unclear(f"cron cannot read `{part}`")
        first, last, step = match.groups()
        if step and (int(step) == 0 or (first != "*" and not last)):
            raise Unclear(f"`{part}`: a step needs a star or a range before it, and must not be 0")
        if first == "*":
            if last:
                raise Unclear(f"cron cannot read `{part}`")
            begin, end = low, high
        else:
            begin = _number(first, low, high, names, base)
            end = _number(last, low, high, names, base) if last else begin
        if begin > end:
            raise Unclear(f"`{part}` runs backwards")
        found |= set(range(begin, end + 1, int(step or 1)))
    return found


def calendar(text: str, year: int) -> set[datetime]:
    """The minutes of a year at which a systemd calendar expression (`OnCalendar=`) fires, in its own zone.

    Raise Unclear for what systemd refuses, for seconds other than 0, and for `~` (days from the month's end).
    """
    words = SHORTHANDS.get(text.strip().lower(), text).split()
    weekdays = set(range(7))
    if words and re.match(r"[a-z]{3}", words[0], re.IGNORECASE):
        weekdays = _weekdays(words.pop(0))
    months, dates, years = set(range(1, 13)), set(range(1, 32)), {year}
    if words and re.fullmatch(r"[\d*,./]+(-[\d*,./]+){1,2}", words[0]):
        *before, month, day = words.pop(0).split("-")
        months, dates = _component(month, 1, 12), _component(day, 1, 31)
        years = _component(before[0], 1970, 2199) if before else years
    hours, minutes = {0}, {0}
    if words and ":" in words[0]:
        hour, minute, *second = words.pop(0).split(":")
        hours, minutes = _component(hour, 0, 23), _component(minute, 0, 59)
        if len(second) > 1 or (second and not re.fullmatch(r"0+(\.0+)?", second[0])):
            raise Unclear(f"`{text}` does not fire at the full minute, once")
    if words:
        raise Unclear(f"systemd cannot read `{words[0]}` in `{text}`")
    if year not in years:
        return set()
    days = (day for day in _days(year) if day.month in months and day.day in dates)
    return {at for day in days if day.isoweekday() % 7 in weekdays for at in _times(day, hours, minutes)}


def zone(text: str) -> tuple[str, str]:
    """A calendar expression without its time zone, and the zone ("" for the machine's)."""
    head, _, last = text.strip().rpartition(" ")
    named = re.fullmatch(r"(?i:utc|gmt)|[A-Z][A-Za-z_]+(/[A-Za-z_+-]+\d*)+", last)
    return (head, last) if head and named else (text.strip(), "")


def _weekdays(word: str) -> set[int]:
    found: set[int] = set()
    for part in filter(None, word.split(",")):
        first, _, last = part.replace("..", "-").partition("-")
        begin, end = (_weekday(name) for name in (first, last or first))
        if begin > end:
            raise Unclear(f"`{part}` runs backwards")
        found |= {number % 7 for number in range(begin, end + 1)}
    return found


def _weekday(name: str) -> int:
    """1 for Monday to 7 for Sunday, by the short or the full English name."""
    full = "monday tuesday wednesday thursday friday saturday sunday".split()
    for number, day in enumerate(full, start=1):
        if name.lower() in (day, day[:3]):
            return number
    raise Unclear(f"systemd knows no weekday `{name}`")


def _component(text: str, low: int, high: int) -> set[int]:
    if text == "*":
        return set(range(low, high + 1))
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\d+)(?:\.\.(\d+))?(?:/(\d+))?", part)
        if not match:
            raise Unclear(f"systemd cannot read `{part}`")
        first, last, step = match.groups()
        begin = _number(first, low, high)
        end = _number(last, low, high) if last else high if step else begin
        if begin > end or step == "0":
            raise Unclear(f"systemd cannot read `{part}`")
        found |= set(range(begin, end + 1, int(step or 1)))
    return found


def _number(text: str, low: int, high: int, names: list[str] | None = None, base: int = 0) -> int:
    if names and text.lower() in names:
        return names.index(text.lower()) + base
    if not text.isdecimal() or not low <= int(text) <= high:
        raise Unclear(f"`{text}` is no number from {low} to {high}")
    return int(text)


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(1)


def _times(day: date, hours: set[int], minutes: set[int]) -> Iterator[datetime]:
    return (datetime.combine(day, time(hour, minute)) for hour in hours for minute in minutes)
