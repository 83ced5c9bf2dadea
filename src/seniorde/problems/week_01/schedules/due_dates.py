"""# Which dates are due?

Each night, at the clock time `at` in the time zone `zone`, a job loads the day before: the run on 2 March loads the logical date 1 March.
The job may have been off for days.
You get `first`, the first logical date there ever was; `done`, a set of the dates that are loaded; `now`, an aware datetime of any zone; `zone`; `at`; and `horizon`, the number of dates that one catch-up may load at most.

Return two lists of dates, both oldest first: the dates to load now, and the dates that stay behind.
A date is *due* when its run's time has come at `now` and it is not in `done`.
Of the due dates the newest `horizon` are loaded; the older ones stay behind and raise an alarm.

When the clock skips `at`, the run is that night as long after midnight as always: 02:30 becomes 03:30 on the new clock.
When `at` comes twice, the first time counts.

>>> now = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
>>> done = {date(2026, 3, 1)}
>>> solve(date(2026, 2, 27), done, now, "Europe/Berlin", time(2, 30), 2)
([datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)], [datetime.date(2026, 2, 27), datetime.date(2026, 2, 28)])

Limits: up to some thousand dates; `at` is a full minute before 12:00; `horizon` may be 0; leave `done` as it is.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-schedules-due-dates",
    pattern="catch-up by logical date",
    difficulty="medium",
    minutes=15,
    points=3,
    hints={
        "The example": (
            "For each logical date compute the moment of its run, and compare that moment with `now`.",
            "The run of a date is on the day after: `datetime.combine(day + timedelta(days=1), at, ZoneInfo(zone))`.",
            "Of all due dates, oldest first, the last `horizon` are loaded and the ones before stay behind.",
        ),
        "Edges": (
            "`due[-horizon:]` is everything when `horizon` is 0.",
            "Ask every date from `first` on, one by one: `done` may have gaps, and may hold dates that are not due yet.",
            "A run whose time is exactly `now` has come. And `now` may be of any zone: compare moments, not dates.",
        ),
        "The clock changes": (
            "`datetime.combine(day, at, ZoneInfo(zone))` is the moment; which of the two times does `fold=0` mean?",
            "Compare in UTC: two datetimes of the same zone are compared by what the clock reads.",
        ),
        "Random cases": (
            "Take the case of the report: the moment of which run, in UTC, lies on the wrong side of `now`?",
            "The day of `now` in UTC is not the day of `now` in `zone`: do not stop at a date, stop at the first run that lies ahead.",
        ),
    },
)


def solve(
    first: date, done: set[date], now: datetime, zone: str, at: time, horizon: int
) -> tuple[list[date], list[date]]:
    due, day = [], first
    while True:
        run = datetime.combine(day + timedelta(days=1), at, ZoneInfo(zone))
        if run.astimezone(UTC) > now:
            break
        if day not in done:
            due.append(day)
        day += timedelta(days=1)
    cut = max(len(due) - horizon, 0)
    return due[cut:], due[:cut]


def moment(day, at, zone):
    """The UTC minute of a run, found by walking from midnight, without `fold`."""
    local, shown = ZoneInfo(zone), []
    minute = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    midnight = None
    while len(shown) < 60 * 45:
        clock = minute.astimezone(local)
        if clock.date() == day:
            midnight = midnight or minute
            if clock.time() == at:
                return minute
        shown.append(minute)
        minute += timedelta(minutes=15)
    return midnight + timedelta(hours=at.hour, minutes=at.minute)


def oracle(first, done, now, zone, at, horizon):
    days = [first + timedelta(days=n) for n in range((now.date() - first).days + 3)]
    due = [d for d in days if d not in done and moment(d + timedelta(days=1), at, zone) <= now]
    kept = due[::-1][:horizon]
    return sorted(kept), sorted(set(due) - set(kept))


def expect(function, case, title=""):
    first, done, now, zone, at, horizon = case
    handed = set(done)
    got = call(function, first, handed, now, zone, at, horizon)
    expected = oracle(*case)
    if handed != done:
        raise Refused("mutation", "It changes the set `done`.")
    try:
        right = tuple(map(list, got)) == expected
    except TypeError:
        right = False
    if not right:
        shown = (
            f"now {now.isoformat()}, {zone} at {at:%H:%M}, first {first}, {len(done)} done, horizon {horizon}"
        )
        raise Refused("result", f"{title or 'A random case'} is not right.", input=shown,
                      expected=short(expected), got=short(got))  # fmt: skip


def short(pair):
    try:
        return " | ".join(f"{[f'{d:%m-%d}' for d in side]}"[:120] for side in pair)
    except (TypeError, ValueError):
        return repr(pair)[:200]


BERLIN, EARLY = "Europe/Berlin", time(2, 30)


def minute(*when, hours=0):
    return datetime(*when, tzinfo=timezone(timedelta(hours=hours)))


def the_example(function):
    example = (date(2026, 2, 27), {date(2026, 3, 1)}, minute(2026, 3, 4, 2, 30), BERLIN, EARLY, 2)
    expect(function, example, "The example")
    return "The example of the statement."


EDGES = {
    "Before the first run": (date(2026, 3, 1), set(), minute(2026, 3, 2, 1, 29), BERLIN, EARLY, 5),
    "The very minute of a run": (date(2026, 3, 1), set(), minute(2026, 3, 2, 1, 30), BERLIN, EARLY, 5),
    "All is done": (date(2026, 3, 1), {date(2026, 3, 1)}, minute(2026, 3, 2, 12), BERLIN, EARLY, 5),
    "A horizon of 0": (date(2026, 3, 1), set(), minute(2026, 3, 4, 12), BERLIN, EARLY, 0),
    "A date done ahead of time": (
        date(2026, 3, 1),
        {date(2026, 3, 9)},
        minute(2026, 3, 3, 12),
        BERLIN,
        EARLY,
        5,
    ),
    "A gap in what is done": (date(2026, 3, 1), {date(2026, 3, 3)}, minute(2026, 3, 5, 12), BERLIN, EARLY, 5),
    "now in another zone": (date(2026, 3, 1), set(), minute(2026, 3, 1, 18, 0, hours=-8), BERLIN, EARLY, 5),
}
CHANGES = {
    "The skipped 02:30, a minute before": (date(2026, 3, 28), set(), minute(2026, 3, 29, 1, 29), BERLIN, EARLY, 5),
    "The skipped 02:30": (date(2026, 3, 28), set(), minute(2026, 3, 29, 1, 30), BERLIN, EARLY, 5),
    "Before the first of two 02:30": (date(2026, 10, 24), set(), minute(2026, 10, 25, 0, 15), BERLIN, EARLY, 5),
    "The first of two 02:30": (date(2026, 10, 24), set(), minute(2026, 10, 25, 0, 30), BERLIN, EARLY, 5),
    "In the zone itself, between the two": (
        date(2026, 10, 24), set(), datetime(2026, 10, 25, 2, 0, fold=1, tzinfo=ZoneInfo(BERLIN)), BERLIN, EARLY, 5,
    ),
}  # fmt: skip


def edges(function):
    for title, case in EDGES.items():
        expect(function, case, title)
    return f"{len(EDGES)} edges: nothing due, the very minute, gaps, a horizon of 0, another zone."


def clock_changes(function):
    for title, case in CHANGES.items():
        expect(function, case, title)
    return f"{len(CHANGES)} moments in the nights when the clock changes."


def many(function):
    rng = Random(20260301)
    for _ in range(25):
        first = date(2026, 1, 1) + timedelta(days=rng.randrange(330))
        length = rng.randrange(12)
        done = {first + timedelta(days=n) for n in range(length) if rng.random() < 0.5}
        now = datetime.combine(first, time(), UTC) + timedelta(minutes=15 * rng.randrange(96 * 13))
        now = now.astimezone(timezone(timedelta(hours=rng.randrange(-11, 13))))
        zone = rng.choice([BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Sydney"])
        at = time(rng.choice([0, 2, 5, 11]), rng.choice([15, 30, 45]))
        expect(function, (first, done, now, zone, at, rng.randrange(6)))
    return "25 random cases in four zones."


PARTS = {"The example": the_example, "Edges": edges, "The clock changes": clock_changes, "Random cases": many}


@variant
def by_timestamps(first, done, now, zone, at, horizon):
    last = now.astimezone(UTC).date() + timedelta(days=2)
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal())]
    local = ZoneInfo(zone)

    def stamp(day):
        run = day + timedelta(days=1)
        return datetime(run.year, run.month, run.day, at.hour, at.minute, tzinfo=local).timestamp()

    due = [d for d in days if d not in done and stamp(d) <= now.timestamp()]
    split = len(due) - min(horizon, len(due))
    return (due[split:], due[:split])


@wrong("takes everything when the horizon is 0", passes_examples=True)
def negative_zero(first, done, now, zone, at, horizon):
    new, old = solve(first, done, now, zone, at, 10**6)
    return new[-horizon:], new[:-horizon]


@wrong(
    "compares in the zone itself: between the two 02:30 the clock reads less than 02:30", passes_examples=True
)
def by_the_wall(first, done, now, zone, at, horizon):
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    due, day = [], first
    while datetime.combine(day + timedelta(days=1), at) <= local:
        if day not in done:
            due.append(day)
        day += timedelta(days=1)
    cut = max(len(due) - horizon, 0)
    return due[cut:], due[:cut]


@wrong("loads only what follows the newest date done: a gap before it stays for ever")
def after_the_newest(first, done, now, zone, at, horizon):
    newest = max((d for d in done if d <= now.date()), default=first - timedelta(days=1))
    return solve(newest + timedelta(days=1), done, now, zone, at, horizon)


@wrong("takes the oldest dates first and leaves the newest behind")
def oldest_first(first, done, now, zone, at, horizon):
    due, _ = solve(first, done, now, zone, at, 10**6)
    return due[:horizon], due[horizon:]


@wrong("counts a run only after its minute", passes_examples=True)
def strictly_after(first, done, now, zone, at, horizon):
    return solve(first, done, now - timedelta(minutes=1), zone, at, horizon)


@wrong("takes the second of two 02:30", passes_examples=True)
def second_time(first, done, now, zone, at, horizon):
    return solve(first, done, now, zone, at.replace(fold=1), horizon)


@wrong("ignores the zone and runs in UTC", passes_examples=True)
def in_utc(first, done, now, zone, at, horizon):
    return solve(first, done, now, "UTC", at, horizon)


@wrong("marks the dates as done that it hands out", fails="mutation")
def marks(first, done, now, zone, at, horizon):
    result = solve(first, set(done), now, zone, at, horizon)
    done |= {*result[0]}
    return result


NOTES = """
**Why it holds**: whether a date is due is asked of each date, by the moment of its run and by what is done.
Nothing depends on when the catch-up itself starts, so it may run late, twice, or after a week.

**Pitfall**: `now - 24 hours` and `max(done) + 1` are the two short cuts.
The first loads one date after a long weekend; the second never returns to a date that failed while later ones passed.

**Alternative**: schedule in UTC, and the two nights of the year need no rule.

**At work**: Airflow keeps one run per logical date in its database and creates the missing ones with `catchup=True`; `max_active_runs` bounds what it starts at once.
What stays behind must be *told*: a catch-up that silently drops old dates turns an outage into a gap.
"""
