"""The materialized views of the topic, one of them stale, and the departures as they were loaded."""

SETUP = """
-- Every departure with the day on which it was loaded: the next one, for some the third.
CREATE TABLE departures AS
SELECT carrier, origin, dest, tailnum, arr_delay, make_date(year, month, day) AS flown_on,
    make_date(year, month, day) + CASE WHEN flight % 50 = 0 THEN 3 ELSE 1 END AS loaded_on
FROM flights ORDER BY loaded_on;
CREATE INDEX departures_loaded_on ON departures (loaded_on);

-- The last refresh of some views: it saw every departure that was loaded up to this day.
CREATE TABLE refreshes AS
SELECT 'carrier_totals' AS view, max(loaded_on) - 10 AS loaded_to FROM departures
UNION ALL SELECT 'carrier_days', max(loaded_on) FROM departures
UNION ALL SELECT 'plane_weeks', max(loaded_on) - 17 FROM departures;

CREATE MATERIALIZED VIEW carrier_totals AS
SELECT carrier, count(*) AS flights, count(arr_delay) AS arrived, sum(arr_delay) AS delay,
    max(arr_delay) AS worst
FROM departures
WHERE loaded_on <= (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals')
GROUP BY carrier;

CREATE MATERIALIZED VIEW carrier_days AS
SELECT carrier, flown_on, count(*) AS flights, count(arr_delay) AS arrived,
    sum(arr_delay) AS delay, avg(arr_delay) AS mean_delay
FROM departures GROUP BY carrier, flown_on;

CREATE MATERIALIZED VIEW origin_days AS
SELECT origin, flown_on, count(*) AS flights, count(DISTINCT tailnum) AS planes,
    max(arr_delay) AS worst
FROM departures GROUP BY origin, flown_on;

CREATE MATERIALIZED VIEW arrived_planes AS
SELECT origin, date_trunc('month', flown_on)::date AS month, tailnum, count(*) AS flights,
    max(arr_delay) AS worst
FROM departures WHERE arr_delay IS NOT NULL GROUP BY origin, month, tailnum;

CREATE MATERIALIZED VIEW plane_months AS
SELECT origin, date_trunc('month', flown_on)::date AS month, tailnum, count(*) AS flights,
    max(arr_delay) AS worst
FROM departures GROUP BY origin, month, tailnum;
"""
