-- Runs once, when the volume is empty; may be run again by hand.
-- Three roles that nobody logs in with: people and jobs are made members of them.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['flights_owner', 'flights_loader', 'flights_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS ops;
ALTER SCHEMA ops OWNER TO flights_owner;

CREATE TABLE IF NOT EXISTS ops.airports (
    faa text PRIMARY KEY CHECK (faa ~ '^[A-Z0-9]{3}$'),
    name text NOT NULL
);
ALTER TABLE ops.airports OWNER TO flights_owner;

CREATE TABLE IF NOT EXISTS ops.departures (
    departure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL REFERENCES ops.airports,
    carrier text NOT NULL,
    flight integer NOT NULL CHECK (flight > 0),
    scheduled_at timestamptz NOT NULL,
    dep_delay integer,
    CONSTRAINT one_departure UNIQUE (scheduled_at, carrier, flight, origin)
);
ALTER TABLE ops.departures OWNER TO flights_owner;
COMMENT ON COLUMN ops.departures.dep_delay IS 'minutes; NULL: cancelled';

CREATE INDEX IF NOT EXISTS departures_by_origin ON ops.departures (origin, scheduled_at) INCLUDE (dep_delay);

GRANT USAGE ON SCHEMA ops TO flights_loader, flights_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ops TO flights_reader;
GRANT SELECT, INSERT ON ops.airports, ops.departures TO flights_loader;
-- What the owner makes tomorrow is readable too; what another role makes is not.
ALTER DEFAULT PRIVILEGES FOR ROLE flights_owner IN SCHEMA ops GRANT SELECT ON TABLES TO flights_reader;
