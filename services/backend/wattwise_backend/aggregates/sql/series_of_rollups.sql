-- name: series_of_rollups
-- The rollups of a meter at one grain whose periods meet [start, end), oldest first, as epoch milliseconds and values.
-- A day or a month ends where the next one of the meter's own calendar begins; an hour is an hour.
-- `total` is NaN where values do not add up: then the mean counts.
-- Parameters: meter_id, grain, start, end, timezone, step (an interval: the local length of a period).
SELECT (extract(epoch FROM starts_at) * 1000)::bigint AS starts_at,
       (extract(epoch FROM
            CASE WHEN %(grain)s = 0 THEN starts_at + %(step)s::interval
                 ELSE (starts_at AT TIME ZONE %(timezone)s + %(step)s::interval) AT TIME ZONE %(timezone)s END
        ) * 1000)::bigint AS ends_at,
       CASE WHEN total = 'NaN' THEN mean ELSE total END AS value,
       minimum,
       maximum,
       least(count::double precision / greatest(expected_count, 1), 1.0) AS coverage,
       NULL::smallint AS quality
FROM rollups
WHERE meter_id = %(meter_id)s
  AND grain = %(grain)s
  AND starts_at > %(start)s::timestamptz - %(step)s::interval
  AND starts_at < %(end)s
ORDER BY starts_at
