-- name: series_of_rollups
-- The rollups of meters at one grain whose periods meet [start, end), each meter's oldest first, as epoch milliseconds and
-- values. A day, week, month or year ends where the next one of the meter's own calendar begins; an hour is an hour.
-- `total` is NaN where values do not add up: then the mean counts.
-- Parameters: meter_ids, grain, start, end, step (an interval: the local length of a period).
SELECT r.meter_id,
       (extract(epoch FROM r.starts_at) * 1000)::bigint AS starts_at,
       (extract(epoch FROM
            CASE WHEN %(grain)s = 0 THEN r.starts_at + %(step)s::interval
                 ELSE (r.starts_at AT TIME ZONE m.timezone + %(step)s::interval) AT TIME ZONE m.timezone END
        ) * 1000)::bigint AS ends_at,
       CASE WHEN r.total = 'NaN' THEN r.mean ELSE r.total END AS value,
       r.minimum,
       r.maximum,
       least(r.count::double precision / greatest(r.expected_count, 1), 1.0) AS coverage,
       NULL::smallint AS quality
FROM rollups r
JOIN meters m ON m.id = r.meter_id
WHERE r.meter_id = ANY(%(meter_ids)s)
  AND r.grain = %(grain)s
  AND r.starts_at > %(start)s::timestamptz - %(step)s::interval
  AND r.starts_at < %(end)s
ORDER BY r.meter_id, r.starts_at
