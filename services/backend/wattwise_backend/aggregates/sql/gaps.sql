-- name: gaps
-- The longest stretches of [start, end) in which a meter's readings lie further apart than one and a half intervals, with
-- the number and the missing intervals of all of them. Intervals of days and longer end by the meter's own calendar.
-- Parameters: meter_id, start, end, step (an interval), timezone, most.
WITH known AS (
    (SELECT starts_at FROM readings
     WHERE meter_id = %(meter_id)s AND starts_at < %(start)s ORDER BY starts_at DESC LIMIT 1)
    UNION ALL
    SELECT starts_at FROM readings
    WHERE meter_id = %(meter_id)s AND starts_at >= %(start)s AND starts_at < %(end)s
    UNION ALL
    (SELECT starts_at FROM readings
     WHERE meter_id = %(meter_id)s AND starts_at >= %(end)s ORDER BY starts_at LIMIT 1)
), pairs AS (
    SELECT starts_at, lead(starts_at) OVER (ORDER BY starts_at) AS next_at FROM known
), stretches AS (
    SELECT greatest(
               CASE WHEN %(step)s::interval < '1 day' THEN starts_at + %(step)s::interval
                    ELSE (starts_at AT TIME ZONE %(timezone)s + %(step)s::interval) AT TIME ZONE %(timezone)s END,
               %(start)s) AS starts_at,
           least(next_at, %(end)s) AS ends_at
    FROM pairs
    WHERE next_at - starts_at > 1.5 * %(step)s::interval
), gaps AS (
    SELECT *, round(extract(epoch FROM ends_at - starts_at) / extract(epoch FROM %(step)s::interval))::bigint AS missing
    FROM stretches
)
SELECT starts_at, ends_at, missing, count(*) OVER () AS of_all, (sum(missing) OVER ())::bigint AS missing_of_all
FROM gaps
WHERE missing >= 1
ORDER BY ends_at - starts_at DESC, starts_at
LIMIT %(most)s
