"""What must stand in the tables: by the generator's truth, and the marts by pandas from cleaned requests."""

import hmac
import re

import numpy as np
import pandas as pd
from kit import CLEANED, KEY, MARTS, Case, lines_of

EMAIL = re.compile(r"[A-Za-z0-9._+-]+(?:@|%40)[A-Za-z0-9.-]+")
BOT = "bot|crawler|spider|curl|python-requests|monitor"


def pseudonym(address: str, key: str = KEY) -> str:
    """Return the contract's pseudonym of an address."""
    return hmac.digest(key.encode(), address.encode(), "sha256").hex()[:16]


def fates(case: Case) -> dict[str, tuple[int, ...]]:
    """Return staged, cleaned, quarantined and duplicates of each log."""
    found = {}
    for log, lines in case.truth.items():
        lines = lines[lines["dirt"] != "twice"]
        counts = lines["fate"].value_counts()
        found[log] = (len(lines), *(int(counts.get(f, 0)) for f in ("clean", "quarantine", "duplicate")))
    return found


def quarantine(case: Case) -> list[tuple]:
    """Return path, line, server, log, reason and raw of the lines in quarantine."""
    rows = []
    for log, lines in case.truth.items():
        for line in lines[lines["fate"] == "quarantine"].itertuples():
            raw = lines_of(case.contents[line.file])[line.line - 1]
            rows.append((case.canonical(line.file), line.line, line.server, log, line.reason, raw))
    return rows


def requests(case: Case) -> list[tuple]:
    """Return the rows of cleaned.requests."""
    lines = case.truth["access"]
    clean = lines[lines["fate"] == "clean"]
    whole = clean["target"].str.partition("?")
    clean = clean.assign(
        client=clean["client_ip"].map(pseudonym),
        path=whole[0].map(_redacted),
        query=whole[2].where(whole[1] == "?", None).map(_redacted),
        referer=clean["referer"].map(_redacted),
        user_agent=clean["user_agent"].map(_redacted),
    )
    return _rows(clean, CLEANED["cleaned.requests"])


def events(case: Case) -> list[tuple]:
    """Return the rows of cleaned.events."""
    lines = case.truth["app"]
    clean = lines[lines["fate"] == "clean"]
    clean = clean.assign(
        message=clean["message"].map(_redacted),
        exception=clean["exception"].map(_redacted),
        customer_id=[None if pd.isna(number) else int(number) for number in clean["customer_id"]],
    )
    return _rows(clean.astype({"customer_id": object}), CLEANED["cleaned.events"])


def _redacted(text: str | None) -> str | None:
    return None if text is None else EMAIL.sub("[email]", text)


# --- Marts ----------------------------------------------------------------------------------------


def cleaned(rows: list[tuple]) -> pd.DataFrame:
    """Return cleaned requests as a frame, with their day, minute and visitor."""
    frame = pd.DataFrame(rows, columns=CLEANED["cleaned.requests"].split(", "))
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    frame["day"] = frame["at"].dt.date
    frame["minute"] = frame["at"].dt.floor("min")
    return frame.sort_values(["at"], kind="stable")


_VISITOR = ["day", "client", "user_agent"]


def bots(frame: pd.DataFrame) -> list[tuple]:
    """Return the rows of marts.bots."""
    busiest = frame.groupby([*_VISITOR, "minute"]).size().groupby(_VISITOR).max()
    visitors = (
        frame.groupby(_VISITOR).size().to_frame("requests").join(busiest.rename("busiest")).reset_index()
    )
    declared = visitors["user_agent"].str.contains(BOT, case=False)
    visitors["kind"] = np.where(declared, "declared", "undeclared")
    return _rows(visitors[declared | (visitors["busiest"] > 60)], MARTS["marts.bots"])


def _people(frame: pd.DataFrame) -> pd.DataFrame:
    robots = pd.DataFrame(bots(frame), columns=MARTS["marts.bots"].split(", "))[_VISITOR]
    marked = frame.merge(robots, on=_VISITOR, how="left", indicator=True)
    return marked[marked["_merge"] == "left_only"].drop(columns="_merge")


def sessions(frame: pd.DataFrame) -> list[tuple]:
    """Return the rows of marts.sessions."""
    found = []
    for (day, client, agent), rows in _people(frame).groupby(_VISITOR):
        times = rows["at"].sort_values()
        number = (times.diff() > pd.Timedelta(minutes=30)).cumsum()
        for _, session in times.groupby(number):
            found.append((day, client, agent, session.iloc[0], session.iloc[-1], len(session)))
    return found


def top_endpoints(frame: pd.DataFrame, most: int = 10) -> list[tuple]:
    """Return the rows of marts.top_endpoints."""
    people = _people(frame)
    people["visitor"] = people["client"] + "\n" + people["user_agent"]
    found = []
    for day, rows in people.groupby("day"):
        counts = rows.groupby("endpoint").agg(
            requests=("request_id", "nunique"),
            attempts=("request_id", "size"),
            visitors=("visitor", "nunique"),
        )
        order = sorted(counts.itertuples(), key=lambda one: (-one.requests, one.Index.encode()))
        found += [(day, rank, *one) for rank, one in enumerate(order[:most], 1)]
    return found


def latency(frame: pd.DataFrame) -> list[tuple]:
    """Return the rows of marts.latency."""
    found = []
    for (hour, endpoint), rows in frame.assign(hour=frame["at"].dt.floor("h")).groupby(["hour", "endpoint"]):
        taken = rows["duration_ms"].to_numpy()
        p50, p95 = np.percentile(taken, [50, 95])
        errors = int((rows["status"] >= 500).sum())
        found.append((hour, endpoint, len(rows), float(p50), float(p95), int(taken.max()), errors))
    return found


def _rows(frame: pd.DataFrame, columns: str) -> list[tuple]:
    names = columns.split(", ")
    return [tuple(_missing_is_none(value) for value in row) for row in frame[names].itertuples(index=False)]


def _missing_is_none(value: object) -> object:
    return None if value is None or value is pd.NaT or value != value else value
