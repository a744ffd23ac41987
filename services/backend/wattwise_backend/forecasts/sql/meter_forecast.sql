-- name: meter_forecast
-- The forecast of a meter in a run, oldest interval first, as epoch milliseconds and values per interval.
-- Parameters: run_id, meter_id, step (the length of an interval).
SELECT (extract(epoch FROM starts_at) * 1000)::bigint AS starts_at,
       (extract(epoch FROM starts_at + %(step)s::interval) * 1000)::bigint AS ends_at,
       mean, q05, q10, q25, q40, q50, q60, q75, q90, q95
FROM forecasts
WHERE run_id = %(run_id)s AND meter_id = %(meter_id)s
ORDER BY starts_at
