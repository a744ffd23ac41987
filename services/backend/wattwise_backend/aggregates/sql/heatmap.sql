-- name: heatmap
-- The energy of each local hour of each local day of a meter, from complete hours. The hour that an autumn clock change
-- repeats is the mean of both, so that no cell stands for two hours.
-- Parameters: meter_id, start, end, timezone.
SELECT (starts_at AT TIME ZONE %(timezone)s)::date AS date,
       extract(hour FROM starts_at AT TIME ZONE %(timezone)s)::int AS hour,
       avg(total) AS kwh
FROM rollups
WHERE meter_id = %(meter_id)s AND grain = 0 AND starts_at >= %(start)s AND starts_at < %(end)s
  AND count >= expected_count
GROUP BY 1, 2
ORDER BY 1, 2
