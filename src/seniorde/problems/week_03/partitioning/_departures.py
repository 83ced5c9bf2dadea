"""The partitioned table that the problems of this topic share."""

SETUP = """
CREATE TABLE departures (departs_at timestamptz NOT NULL, carrier text, flight integer,
    tailnum text, origin text, dest text, dep_delay integer) PARTITION BY RANGE (departs_at);
DO $$ BEGIN FOR n IN 0..12 LOOP EXECUTE format(
    'CREATE TABLE %I PARTITION OF departures FOR VALUES FROM (%L) TO (%L)',
    to_char(date '2013-01-01' + n * interval '1 month', '"departures_"YYYY_MM'),
    timestamptz '2013-01-01 00:00+00' + n * interval '1 month',
    timestamptz '2013-02-01 00:00+00' + n * interval '1 month');
END LOOP; END $$;
INSERT INTO departures SELECT time_hour + minute * interval '1 minute', carrier, flight,
    tailnum, origin, dest, dep_delay FROM flights;
CREATE INDEX ON departures (origin, departs_at);
"""


def departures(flights):
    """The rows of that table, of the data set's flights."""
    import pandas as pd

    departs = flights["time_hour"] + pd.to_timedelta(flights["minute"].astype("int64"), unit="min")
    names = ["carrier", "flight", "tailnum", "origin", "dest", "dep_delay"]
    return flights[names].assign(departs_at=departs)


def flown(*rows):
    """A trap: the flights are these rows alone, each (moment of UTC, column=value, …)."""

    def change(frames):
        import pandas as pd

        blank, made = frames["flights"].iloc[0], []
        for number, (moment, columns) in enumerate(rows):
            at = pd.Timestamp(moment, tz="UTC")
            row = {**blank, "flight": 1000 + number, "time_hour": at.floor("h"), "minute": at.minute}
            made.append(row | columns)
        found = pd.DataFrame(made, columns=frames["flights"].columns)
        return frames | {"flights": found.astype(frames["flights"].dtypes.to_dict())}

    return change
