"""# The partitions of a local day

The lake is partitioned by hours in UTC: `dt=2026-01-15/hour=23`.
A report counts by the local day of a country.
You get the `day` and the name of the `zone`.
Return the partitions that hold any moment of that local day, oldest first, as a list of such texts.

>>> solve(date(2026, 1, 15), "Europe/Berlin")[0], len(solve(date(2026, 1, 15), "Europe/Berlin"))
('dt=2026-01-14/hour=23', 24)
>>> solve(date(2026, 3, 29), "Europe/Berlin")[-1], len(solve(date(2026, 3, 29), "Europe/Berlin"))
('dt=2026-03-29/hour=21', 23)

Limits: any zone that `zoneinfo` knows, offsets of half hours too: then the first and the last partition belong to the day in part, and count.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-schedules-day-partitions",
    pattern="time zones",
    difficulty="easy",
    minutes=10,
    points=2,
    hints={
        "The examples": (
            "The local day lies between two local midnights: which moments are these in UTC?",
            "`datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)` is the first; go on in UTC, hour by hour, until the second.",
        ),
        "The clock changes": (
            "Two datetimes of the same zone are subtracted and added by what the clock reads: convert to UTC first.",
            "The two midnights may have different offsets: compute each of them in the zone, from its own date.",
        ),
        "Odd offsets": (
            "A partition that the day touches at all belongs to it: round the first moment down to the full hour.",
            "Go on while an hour *begins* before the end, which is then no full hour either.",
        ),
    },
)


def solve(day: date, zone: str) -> list[str]:
    begin, end = (
        datetime.combine(midnight, time(), ZoneInfo(zone)).astimezone(UTC)
        for midnight in (day, day + timedelta(days=1))
    )
    hour = begin.replace(minute=0, second=0, microsecond=0)
    found = []
    while hour < end:
        found.append(f"{hour:dt=%Y-%m-%d/hour=%H}")
        hour += timedelta(hours=1)
    return found


def oracle(day, zone):
    """Every quarter of an hour around the day is asked for its local date."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=26)
    quarters = (start + n * timedelta(minutes=15) for n in range(4 * 76))
    local = ZoneInfo(zone)
    hours = [f"{q:dt=%Y-%m-%d/hour=%H}" for q in quarters if q.astimezone(local).date() == day]
    return list(dict.fromkeys(hours))


def expect(function, day, zone):
    got, expected = call(function, day, zone), oracle(day, zone)
    if not isinstance(got, list) or got != expected:
        raise Refused(
            "result",
            f"{day} in {zone} is not right.",
            expected=f"{len(expected)}: {expected[0]} … {expected[-1]}",
            got=f"{len(got)}: {got[0]} … {got[-1]}" if isinstance(got, list) and got else repr(got),
        )


def examples(function):
    expect(function, date(2026, 1, 15), "Europe/Berlin")
    expect(function, date(2026, 3, 29), "Europe/Berlin")
    return "Both days of the statement."


def hours_between_midnights(day, zone):
    begin, end = (
        datetime.combine(d, time(), ZoneInfo(zone)).timestamp() for d in (day, day + timedelta(days=1))
    )
    return (end - begin) / 3600


def clock_changes(function):
    zones = ("Europe/Berlin", "Europe/London", "America/New_York", "Australia/Sydney", "America/Santiago")
    changes = 0
    for zone in zones:
        for number in range(365):
            day = date(2025, 1, 1) + timedelta(days=number)
            if hours_between_midnights(day, zone) != 24:
                changes += 1
                for other in (day - timedelta(days=1), day, day + timedelta(days=1)):
                    expect(function, other, zone)
    return f"{changes} changes of the clock in {len(zones)} zones, each with the days around it."


def odd_offsets(function):
    zones = (
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Pacific/Kiritimati",
    )
    for zone in zones:
        for day in (date(2024, 2, 29), date(2025, 4, 6), date(2025, 10, 5), date(2025, 12, 31)):
            expect(function, day, zone)
    return f"{len(zones)} zones with offsets of half and quarter hours, or a day ahead."


PARTS = {"The examples": examples, "The clock changes": clock_changes, "Odd offsets": odd_offsets}


@variant
def by_asking_every_minute(day, zone):
    local, found = ZoneInfo(zone), []
    moment = datetime.combine(day, time(), UTC) - timedelta(hours=16)
    for _ in range(60 * 24):
        if moment.astimezone(local).date() == day:
            name = moment.strftime("dt=%Y-%m-%d/hour=%H")
            if name not in found:
                found.append(name)
        moment += timedelta(minutes=5 if moment.minute % 15 else 15)
        if moment.astimezone(local).date() > day:
            break
    return found


@variant
def by_arithmetic(day, zone):
    offsets = [
        datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)).timestamp()
        for d in (day, day + timedelta(days=1))
    ]
    first, last = int(offsets[0] // 3600), int(-(-offsets[1] // 3600))
    return [f"{datetime.fromtimestamp(h * 3600, UTC):dt=%Y-%m-%d/hour=%H}" for h in range(first, last)]


@wrong("takes a day for 24 hours")
def twenty_four(day, zone):
    begin = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    hours = (begin + timedelta(hours=n) for n in range(24))
    return [f"{hour:dt=%Y-%m-%d/hour=%H}" for hour in hours]


@wrong("walks by the clock of the wall, and so visits an hour that does not exist and one hour once too few")
def by_the_wall(day, zone):
    local = ZoneInfo(zone)
    hours = (datetime.combine(day, time(hour), local).astimezone(UTC) for hour in range(24))
    return [f"{hour:dt=%Y-%m-%d/hour=%H}" for hour in hours]


@wrong("forgets that the last partition may belong to the day in part", passes_examples=True)
def whole_hours_only(day, zone):
    begin, end = (
        datetime.combine(midnight, time(), ZoneInfo(zone)).astimezone(UTC)
        for midnight in (day, day + timedelta(days=1))
    )
    count = (end - begin) // timedelta(hours=1)
    return [f"{begin + timedelta(hours=n):dt=%Y-%m-%d/hour=%H}" for n in range(count)]


@wrong("takes the zone's offset at the day's beginning for the end as well")
def one_offset(day, zone):
    begin = datetime.combine(day, time(), ZoneInfo(zone))
    hours = (begin.astimezone(UTC) + timedelta(hours=n) for n in range(25))
    end = begin.replace(tzinfo=UTC) - begin.utcoffset() + timedelta(days=1)
    return [f"{hour:dt=%Y-%m-%d/hour=%H}" for hour in hours if hour < end]


NOTES = """
**Why it holds**: the two midnights are computed each in the zone, so each has the offset of its own moment; everything between them is counted in UTC, where no hour is missing or doubled.

**Pitfall**: `end - begin` of two datetimes *of the same zone* is 24 hours on every day, because Python then compares what the clock reads.
Convert to UTC first.

**Alternative**: store the local date in the fact table when the row is loaded, for the zones that count.
The report is then a plain filter, and the rule of the zone is applied once.

**At work**: such a report reads two partitions of `dt` for one day.
A filter on `dt` alone returns rows, looks right, and is wrong by the offset.
"""
