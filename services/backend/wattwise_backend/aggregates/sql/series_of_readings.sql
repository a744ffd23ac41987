-- name: series_of_readings
-- The readings of meters whose intervals meet [start, end), each meter's oldest first, as epoch milliseconds and values.
-- Parameters: meter_ids, start, end, longest (an interval: the longest resolution among the meters).
SELECT r.meter_id,
       (extract(epoch FROM r.starts_at) * 1000)::bigint AS starts_at,
       (extract(epoch FROM r.starts_at + m.resolution::interval) * 1000)::bigint AS ends_at,
       r.value,
       r.value AS minimum,
       r.value AS maximum,
       1.0::double precision AS coverage,
       r.quality
FROM readings r
JOIN meters m ON m.id = r.meter_id
WHERE r.meter_id = ANY(%(meter_ids)s)
  AND r.starts_at > %(start)s::timestamptz - %(longest)s::interval
  AND r.starts_at + m.resolution::interval > %(start)s
  AND r.starts_at < %(end)s
ORDER BY r.meter_id, r.starts_at
