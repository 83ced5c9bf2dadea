-- The marts of one day, made anew from the cleaned requests of that day.
DELETE FROM marts.bots WHERE day = %(day)s;
DELETE FROM marts.sessions WHERE day = %(day)s;
DELETE FROM marts.top_endpoints WHERE day = %(day)s;
DELETE FROM marts.latency WHERE hour >= %(begin)s AND hour < %(end)s;

INSERT INTO marts.bots (day, client, user_agent, kind, requests)
WITH minutes AS (
    SELECT client, user_agent, count(*) AS requests
    FROM cleaned.requests
    WHERE at >= %(begin)s AND at < %(end)s
    GROUP BY client, user_agent, date_trunc('minute', at)
),
visitors AS (
    SELECT client, user_agent, sum(requests) AS requests, max(requests) AS busiest,
        user_agent ~* 'bot|crawler|spider|curl|python-requests|monitor' AS declared
    FROM minutes
    GROUP BY client, user_agent
)
SELECT %(day)s, client, user_agent, CASE WHEN declared THEN 'declared' ELSE 'undeclared' END, requests
FROM visitors
WHERE declared OR busiest > 60;

INSERT INTO marts.sessions (day, client, user_agent, started_at, ended_at, requests)
WITH marked AS (
    SELECT client, user_agent, at,
        at - lag(at) OVER visitor > interval '30 minutes' AS begins
    FROM cleaned.requests AS r
    WHERE at >= %(begin)s AND at < %(end)s
      AND NOT EXISTS (SELECT FROM marts.bots AS b
                      WHERE b.day = %(day)s AND b.client = r.client AND b.user_agent = r.user_agent)
    WINDOW visitor AS (PARTITION BY client, user_agent ORDER BY at)
),
numbered AS (
    SELECT client, user_agent, at,
        count(*) FILTER (WHERE begins) OVER (PARTITION BY client, user_agent ORDER BY at) AS number
    FROM marked
)
SELECT %(day)s, client, user_agent, min(at), max(at), count(*)
FROM numbered
GROUP BY client, user_agent, number;

INSERT INTO marts.top_endpoints (day, rank, endpoint, requests, attempts, visitors)
WITH endpoints AS (
    SELECT endpoint, count(DISTINCT request_id) AS requests, count(*) AS attempts,
        count(DISTINCT (client, user_agent)) AS visitors
    FROM cleaned.requests AS r
    WHERE at >= %(begin)s AND at < %(end)s
      AND NOT EXISTS (SELECT FROM marts.bots AS b
                      WHERE b.day = %(day)s AND b.client = r.client AND b.user_agent = r.user_agent)
    GROUP BY endpoint
),
ranked AS (
    SELECT *, row_number() OVER (ORDER BY requests DESC, endpoint COLLATE "C") AS rank FROM endpoints
)
SELECT %(day)s, rank, endpoint, requests, attempts, visitors
FROM ranked
WHERE rank <= %(top)s;

INSERT INTO marts.latency (hour, endpoint, requests, p50_ms, p95_ms, max_ms, errors)
SELECT date_trunc('hour', at), endpoint, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms),
    max(duration_ms), count(*) FILTER (WHERE status >= 500)
FROM cleaned.requests
WHERE at >= %(begin)s AND at < %(end)s
GROUP BY date_trunc('hour', at), endpoint;

INSERT INTO ops.published (day, requests)
SELECT %(day)s, count(*) FROM cleaned.requests WHERE at >= %(begin)s AND at < %(end)s;

DELETE FROM ops.stale_days WHERE day = %(day)s;
