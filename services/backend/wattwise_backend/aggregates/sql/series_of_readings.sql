-- name: series_of_readings
-- The readings of a meter whose intervals meet [start, end), oldest first, as epoch milliseconds and values.
-- Parameters: meter_id, start, end, resolution (an interval).
SELECT (extract(epoch FROM starts_at) * 1000)::bigint AS starts_at,
       (extract(epoch FROM starts_at + %(resolution)s::interval) * 1000)::bigint AS ends_at,
       value,
       value AS minimum,
       value AS maximum,
       1.0::double precision AS coverage,
       quality
FROM readings
WHERE meter_id = %(meter_id)s
  AND starts_at > %(start)s::timestamptz - %(resolution)s::interval
  AND starts_at < %(end)s
ORDER BY starts_at
