-- name: stream_forecasts
-- The forecasts of these meters in these runs, in the columns of contract FORECASTS.
-- Parameters: meter_ids, run_ids, start, end (infinite where the caller gave none).
SELECT meter_id, starts_at, mean, q05, q10, q25, q40, q50, q60, q75, q90, q95
FROM forecasts
WHERE run_id = ANY(%(run_ids)s) AND meter_id = ANY(%(meter_ids)s)
  AND starts_at >= %(start)s::timestamptz AND starts_at < %(end)s::timestamptz
ORDER BY meter_id, starts_at
