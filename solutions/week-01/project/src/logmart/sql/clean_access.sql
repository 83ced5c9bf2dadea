-- The access lines of one file: each to cleaned.requests or to quarantine, unless it is there already.
-- A line with the format has six quotes. Cut at them, its parts are easy to test and to take apart;
-- one pattern with eleven groups does the same, ten times slower.
WITH lines AS MATERIALIZED (
    SELECT id - %(before)s AS line, raw, string_to_array(raw, '"') AS part
    FROM staging.lines
    WHERE id > %(before)s AND id <= %(last)s AND raw IS NOT NULL
),
fields AS (
    SELECT line, raw, split_part(part[1], ' ', 1) AS address, rtrim(split_part(part[1], ' [', 2), '] ') AS time,
        part[2] AS request, split_part(part[2], ' ', 1) AS method, split_part(part[2], ' ', 2) AS target,
        split_part(part[3], ' ', 2) AS status, split_part(part[3], ' ', 3) AS bytes,
        part[4] AS referer, part[6] AS user_agent, split_part(part[7], ' ', 2) AS host,
        split_part(part[7], ' ', 3) AS seconds, split_part(part[7], ' ', 4) AS request_id,
        cardinality(part) = 7
        AND part[1] ~ '^\S+ - [^\s[]+ \[[^]]+\] $'
        AND part[3] ~ '^ [0-9][0-9][0-9] [0-9]+ $' AND length(split_part(part[3], ' ', 3)) <= 18
        AND part[5] = ' '
        AND part[7] ~ '^ \S+ [0-9]+\.[0-9][0-9][0-9] [0-9a-f]+$' AND length(split_part(part[7], ' ', 3)) <= 10
        AND length(split_part(part[7], ' ', 4)) = 32 AS fits
    FROM lines
),
timed AS MATERIALIZED (
    SELECT *, CASE WHEN fits THEN ops.moment(time,
        '^[0-9]{2}/[A-Z][a-z]{2}/[12][0-9]{3}:([01][0-9]|2[0-3])(:[0-5][0-9]){2} [+-](0[0-9]|1[0-4])[0-5][0-9]$') END AS at FROM fields
),
judged AS MATERIALIZED (
    SELECT *, CASE
        WHEN NOT fits THEN 'format'
        WHEN request !~ '^[A-Z]+ \S+ HTTP/[0-9]\.[0-9]$' THEN 'request'
        WHEN at IS NULL OR at < %(earliest)s OR at >= %(latest)s THEN 'time'
    END AS reason
    FROM timed
),
quarantined AS (
    INSERT INTO quarantine.lines (file_id, line, path, server, log, reason, raw)
    SELECT %(file)s, line, %(path)s, %(server)s, 'access', reason, convert_to(raw, 'UTF8')
    FROM judged WHERE reason IS NOT NULL
    RETURNING 1
),
cleaned AS (
    INSERT INTO cleaned.requests (at, digest, server, request_id, client, method, path, query, endpoint, status,
        bytes, referer, user_agent, host, duration_ms)
    SELECT at, ops.digest(%(server)s, raw), %(server)s, request_id,
        ops.pseudonym(address, %(inner_pad)s, %(outer_pad)s), method, ops.redacted(split_part(target, '?', 1)),
        CASE WHEN strpos(target, '?') > 0 THEN ops.redacted(substr(target, strpos(target, '?') + 1)) END,
        ops.endpoint(method, ops.redacted(split_part(target, '?', 1))), status::smallint, bytes::bigint,
        ops.redacted(referer), ops.redacted(user_agent), host, (seconds::numeric * 1000)::integer
    FROM judged WHERE reason IS NULL
    ON CONFLICT DO NOTHING
    RETURNING at
),
stale AS (
    INSERT INTO ops.stale_days SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM cleaned
    ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*) FROM cleaned) AS cleaned, (SELECT count(*) FROM quarantined) AS quarantined,
    (SELECT count(*) FROM judged WHERE reason IS NULL) - (SELECT count(*) FROM cleaned) AS duplicates
