-- name: profile
-- The typical weekday and weekend day of a meter: mean and spread of its load in kW by local hour, from complete hours.
-- kWh of an hour are the mean kW of that hour.
-- Parameters: meter_id, start, end, timezone.
WITH hours AS (
    SELECT starts_at AT TIME ZONE %(timezone)s AS local_at, total AS kw
    FROM rollups
    WHERE meter_id = %(meter_id)s AND grain = 0 AND starts_at >= %(start)s AND starts_at < %(end)s
      AND count >= expected_count
)
SELECT extract(isodow FROM local_at) >= 6 AS weekend,
       extract(hour FROM local_at)::int AS hour,
       avg(kw) AS mean_kw,
       percentile_cont(0.1) WITHIN GROUP (ORDER BY kw) AS p10_kw,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY kw) AS p50_kw,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY kw) AS p90_kw,
       count(DISTINCT local_at::date) AS days
FROM hours
GROUP BY 1, 2
ORDER BY 1, 2
