-- name: day_counts
-- The readings of each local day of a meter that has any, from its rollups, and how many of them are estimated.
-- Parameters: meter_id, start, end, timezone.
SELECT (starts_at AT TIME ZONE %(timezone)s)::date AS date, count, estimated_count
FROM rollups
WHERE meter_id = %(meter_id)s AND grain = 1 AND starts_at >= %(start)s AND starts_at < %(end)s
ORDER BY starts_at
