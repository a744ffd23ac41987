-- name: comparison
-- Each consumer's energy in a period of local days and in the one it is compared with, and how complete both are
-- (0 to 1). Consumers without readings in either are left out.
-- Parameters: organization_id, quantity, first, last, previous_first, previous_last (dates, last ones included), days,
-- previous_days, start, end (UTC bounds around all of them).
WITH days AS (
    SELECT meters.consumer_id,
           (rollups.starts_at AT TIME ZONE meters.timezone)::date AS date,
           rollups.total,
           rollups.count::double precision / greatest(rollups.expected_count, 1) AS coverage
    FROM meters
    JOIN rollups ON rollups.meter_id = meters.id
    WHERE meters.organization_id = %(organization_id)s AND meters.quantity = %(quantity)s
      AND meters.consumer_id IS NOT NULL
      AND rollups.grain = 1 AND rollups.starts_at >= %(start)s AND rollups.starts_at < %(end)s
), sums AS (
    SELECT consumer_id,
           sum(total) FILTER (WHERE date BETWEEN %(first)s AND %(last)s) AS kwh,
           sum(coverage) FILTER (WHERE date BETWEEN %(first)s AND %(last)s) / %(days)s AS coverage,
           sum(total) FILTER (WHERE date BETWEEN %(previous_first)s AND %(previous_last)s) AS previous_kwh,
           sum(coverage) FILTER (WHERE date BETWEEN %(previous_first)s AND %(previous_last)s) / %(previous_days)s
               AS previous_coverage
    FROM days
    GROUP BY consumer_id
)
SELECT sums.*, consumers.key, consumers.name
FROM sums
JOIN consumers ON consumers.id = sums.consumer_id
WHERE sums.kwh IS NOT NULL AND sums.previous_kwh IS NOT NULL
ORDER BY sums.consumer_id
