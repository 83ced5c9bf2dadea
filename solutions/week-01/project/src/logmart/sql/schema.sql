-- Schemas, tables and functions; every statement finds what is there and leaves it.
CREATE SCHEMA IF NOT EXISTS ops;
CREATE SCHEMA IF NOT EXISTS staging;
CREATE SCHEMA IF NOT EXISTS quarantine;
CREATE SCHEMA IF NOT EXISTS cleaned;
CREATE SCHEMA IF NOT EXISTS marts;

-- ops: what was loaded, and what is still to do.

CREATE TABLE IF NOT EXISTS ops.key (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    check_value text NOT NULL
);

CREATE TABLE IF NOT EXISTS ops.files (
    file_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path text NOT NULL,
    server text NOT NULL,
    log text NOT NULL CHECK (log IN ('access', 'app')),
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    lines bigint CHECK (lines >= 0),
    status text NOT NULL CHECK (status IN ('staged', 'cleaned', 'duplicate', 'unreadable')),
    before_first bigint,  -- id of a line = before_first + its number in the file
    duplicates bigint NOT NULL DEFAULT 0,
    seen_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'unreadable') = (sha256 IS NULL)),
    UNIQUE NULLS NOT DISTINCT (path, sha256)
);
CREATE UNIQUE INDEX IF NOT EXISTS files_content ON ops.files (server, log, sha256)
    WHERE status IN ('staged', 'cleaned');

CREATE TABLE IF NOT EXISTS ops.stale_days (day date PRIMARY KEY);

CREATE TABLE IF NOT EXISTS ops.published (
    day date NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    requests bigint NOT NULL
);

-- staging: the lines as they came.

CREATE SEQUENCE IF NOT EXISTS staging.line_id CACHE 1000;
CREATE TABLE IF NOT EXISTS staging.lines (
    id bigint NOT NULL DEFAULT nextval('staging.line_id'),
    raw text  -- NULL: no text, so it went straight to quarantine
);
-- Lines stand in the order of their ids: a few bytes per 128 pages find a file, and COPY hardly notices.
CREATE INDEX IF NOT EXISTS lines_id ON staging.lines USING brin (id);

CREATE TABLE IF NOT EXISTS quarantine.lines (
    file_id integer NOT NULL REFERENCES ops.files,
    line bigint NOT NULL CHECK (line > 0),
    path text NOT NULL,
    server text NOT NULL,
    log text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('encoding', 'format', 'request', 'time')),
    raw bytea NOT NULL,
    PRIMARY KEY (file_id, line)
);

-- cleaned: one row a good line. `digest` tells lines apart by their bytes; `at` comes first in the keys,
-- so that new rows meet at the end of the index and a day is one range of it.

CREATE TABLE IF NOT EXISTS cleaned.requests (
    at timestamptz NOT NULL,
    digest uuid NOT NULL,
    server text NOT NULL,
    request_id text NOT NULL,
    client text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    query text,
    endpoint text NOT NULL,
    status smallint NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    referer text NOT NULL,
    user_agent text NOT NULL,
    host text NOT NULL,
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    PRIMARY KEY (at, digest)
);

CREATE TABLE IF NOT EXISTS cleaned.events (
    at timestamptz NOT NULL,
    digest uuid NOT NULL,
    server text NOT NULL,
    level text NOT NULL,
    logger text NOT NULL,
    request_id text NOT NULL,
    attempt integer NOT NULL,
    customer_id bigint,
    endpoint text NOT NULL,
    status integer NOT NULL,
    duration_ms integer NOT NULL,
    idempotency_key text,
    message text NOT NULL,
    exception text,
    PRIMARY KEY (at, digest)
);

-- marts: what the analyst reads. The rows of a day depend on the cleaned requests of that day alone.

CREATE TABLE IF NOT EXISTS marts.bots (
    day date NOT NULL,
    client text NOT NULL,
    user_agent text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('declared', 'undeclared')),
    requests bigint NOT NULL CHECK (requests > 0),
    PRIMARY KEY (day, client, user_agent)
);

CREATE TABLE IF NOT EXISTS marts.sessions (
    day date NOT NULL,
    client text NOT NULL,
    user_agent text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL CHECK (ended_at >= started_at),
    requests bigint NOT NULL CHECK (requests > 0),
    PRIMARY KEY (day, client, user_agent, started_at)
);

CREATE TABLE IF NOT EXISTS marts.top_endpoints (
    day date NOT NULL,
    rank integer NOT NULL CHECK (rank > 0),
    endpoint text NOT NULL,
    requests bigint NOT NULL CHECK (requests > 0),
    attempts bigint NOT NULL CHECK (attempts >= requests),
    visitors bigint NOT NULL CHECK (visitors > 0),
    PRIMARY KEY (day, rank),
    UNIQUE (day, endpoint)
);

CREATE TABLE IF NOT EXISTS marts.latency (
    hour timestamptz NOT NULL,
    endpoint text NOT NULL,
    requests bigint NOT NULL CHECK (requests > 0),
    p50_ms double precision NOT NULL,
    p95_ms double precision NOT NULL CHECK (p95_ms >= p50_ms),
    max_ms integer NOT NULL,
    errors bigint NOT NULL CHECK (errors BETWEEN 0 AND requests),
    PRIMARY KEY (hour, endpoint)
);

-- Counted in the tables themselves, not in what the pipeline believes it has written.
CREATE OR REPLACE VIEW ops.reconciliation AS
SELECT log,
    (SELECT coalesce(sum(lines), 0)::bigint FROM ops.files AS f
     WHERE f.log = kinds.log AND status IN ('staged', 'cleaned')) AS staged,
    CASE log WHEN 'access' THEN (SELECT count(*) FROM cleaned.requests)
             ELSE (SELECT count(*) FROM cleaned.events) END AS cleaned,
    (SELECT count(*) FROM quarantine.lines AS q WHERE q.log = kinds.log) AS quarantined,
    (SELECT coalesce(sum(duplicates), 0)::bigint FROM ops.files AS f WHERE f.log = kinds.log) AS duplicates
FROM (VALUES ('access'), ('app')) AS kinds (log);

-- Functions: one rule each. Those in SQL are inlined into the query; convert_to() allows that only if STABLE.

CREATE OR REPLACE FUNCTION ops.moment(text, pattern text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN  -- the time that a log names, with its offset, or NULL
    RETURN CASE WHEN $1 ~ pattern THEN $1::timestamptz END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;  -- the 31st of February
END $$;

CREATE OR REPLACE FUNCTION ops.object(text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE  -- the JSON object that a text is, or NULL; PostgreSQL 15 has no IS JSON
    value jsonb;
BEGIN
    value := $1::jsonb;
    RETURN CASE WHEN jsonb_typeof(value) = 'object' THEN value END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ops.redacted(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN strpos($1, '@') + strpos($1, '%40') > 0 THEN
        regexp_replace($1, '[A-Za-z0-9._+-]+(@|%40)[A-Za-z0-9.-]+', '[email]', 'g') ELSE $1 END
$$;

CREATE OR REPLACE FUNCTION ops.pseudonym(address text, inner_pad bytea, outer_pad bytea)
RETURNS text LANGUAGE sql STABLE AS $$  -- HMAC-SHA256, as logmart.pseudonyms
    SELECT left(encode(sha256(outer_pad || sha256(inner_pad || convert_to(address, 'UTF8'))), 'hex'), 16)
$$;

CREATE OR REPLACE FUNCTION ops.digest(server text, raw text) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT encode(substr(sha256(convert_to(server || E'\n' || raw, 'UTF8')), 1, 16), 'hex')::uuid
$$;

CREATE OR REPLACE FUNCTION ops.endpoint(method text, path text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT method || ' ' || CASE WHEN path LIKE '/static/%' THEN '/static/{file}' ELSE
        regexp_replace(path, '/([0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)', '/{id}', 'g') END
$$;
