-- name: stream_rollups
-- The rollups of these meters at one grain, in the columns of contract ROLLUPS.
-- Parameters: meter_ids, grain, start, end (infinite where the caller gave none).
SELECT meter_id, starts_at, total, mean, minimum, maximum, minimum_at, maximum_at, standard_deviation,
       count, expected_count, estimated_count
FROM rollups
WHERE meter_id = ANY(%(meter_ids)s) AND grain = %(grain)s
  AND starts_at >= %(start)s::timestamptz AND starts_at < %(end)s::timestamptz
ORDER BY meter_id, starts_at
