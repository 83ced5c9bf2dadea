-- The application's lines of one file: each to cleaned.events or to quarantine, unless it is there already.
WITH lines AS MATERIALIZED (
    SELECT id - %(before)s AS line, raw, ops.object(raw) AS event
    FROM staging.lines
    WHERE id > %(before)s AND id <= %(last)s AND raw IS NOT NULL
),
parsed AS MATERIALIZED (
    SELECT line, raw, event,
        ops.moment(event ->> 'ts',
            '^[12][0-9]{3}(-[0-9]{2}){2}T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,6})?'
            '(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$') AS at,
        (jsonb_typeof(event -> 'ts') = 'string' AND jsonb_typeof(event -> 'level') = 'string'
         AND jsonb_typeof(event -> 'logger') = 'string' AND jsonb_typeof(event -> 'request_id') = 'string'
         AND jsonb_typeof(event -> 'endpoint') = 'string' AND jsonb_typeof(event -> 'message') = 'string'
         AND jsonb_typeof(event -> 'status') = 'number' AND jsonb_typeof(event -> 'duration_ms') = 'number'
         AND event ->> 'status' ~ '^[0-9]{1,9}$' AND event ->> 'duration_ms' ~ '^[0-9]{1,9}$'
         AND coalesce(event ->> 'attempt', '1') ~ '^[0-9]{1,9}$'
         AND coalesce(event ->> 'customer_id', '0') ~ '^[0-9]{1,18}$') IS TRUE AS has_the_format
    FROM lines
),
judged AS (
    SELECT *, CASE
        WHEN NOT has_the_format THEN 'format'
        WHEN at IS NULL OR at < %(earliest)s OR at >= %(latest)s THEN 'time'
    END AS reason
    FROM parsed
),
quarantined AS (
    INSERT INTO quarantine.lines (file_id, line, path, server, log, reason, raw)
    SELECT %(file)s, line, %(path)s, %(server)s, 'app', reason, convert_to(raw, 'UTF8')
    FROM judged WHERE reason IS NOT NULL
    RETURNING 1
),
cleaned AS (
    INSERT INTO cleaned.events (at, digest, server, level, logger, request_id, attempt, customer_id, endpoint, status,
        duration_ms, idempotency_key, message, exception)
    SELECT at, ops.digest(%(server)s, raw), %(server)s, event ->> 'level', event ->> 'logger',
        event ->> 'request_id', coalesce((event ->> 'attempt')::integer, 1), (event ->> 'customer_id')::bigint,
        event ->> 'endpoint', (event ->> 'status')::integer, (event ->> 'duration_ms')::integer,
        event ->> 'idempotency_key', ops.redacted(event ->> 'message'), ops.redacted(event ->> 'exception')
    FROM judged WHERE reason IS NULL
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM cleaned) AS cleaned, (SELECT count(*) FROM quarantined) AS quarantined,
    (SELECT count(*) FROM judged WHERE reason IS NULL) - (SELECT count(*) FROM cleaned) AS duplicates
