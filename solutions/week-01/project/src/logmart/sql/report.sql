SELECT day, count(*) AS sessions, count(DISTINCT (client, user_agent)) AS visitors,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at))::integer AS median_seconds
FROM marts.sessions
GROUP BY day
ORDER BY day;

SELECT rank, endpoint, requests, attempts, visitors
FROM marts.top_endpoints
WHERE day = (SELECT max(day) FROM marts.top_endpoints)
ORDER BY rank;

SELECT hour, endpoint, requests, round(p50_ms) AS p50_ms, round(p95_ms) AS p95_ms, max_ms, errors
FROM marts.latency
WHERE requests >= 20
ORDER BY p95_ms DESC, hour, endpoint
LIMIT 10;
