-- name: stuck
-- The longest stretches of [start, end) in which a meter showed the same value, not zero, for as long as counts as stuck,
-- with the number of all of them.
-- Parameters: meter_id, start, end, step (an interval), stuck_for (an interval), most.
WITH marked AS (
    SELECT starts_at, value, value IS DISTINCT FROM lag(value) OVER (ORDER BY starts_at) AS is_new
    FROM readings
    WHERE meter_id = %(meter_id)s AND starts_at >= %(start)s AND starts_at < %(end)s
), numbered AS (
    SELECT starts_at, value, count(*) FILTER (WHERE is_new) OVER (ORDER BY starts_at) AS number FROM marked
), stretches AS (
    SELECT min(starts_at) AS starts_at, max(starts_at) + %(step)s::interval AS ends_at, min(value) AS value
    FROM numbered
    WHERE value <> 0
    GROUP BY number
)
SELECT *, count(*) OVER () AS of_all
FROM stretches
WHERE ends_at - starts_at >= %(stuck_for)s::interval
ORDER BY ends_at - starts_at DESC, starts_at
LIMIT %(most)s
