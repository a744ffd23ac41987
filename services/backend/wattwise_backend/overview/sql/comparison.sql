-- name: comparison
-- Each consumer's energy in a period of local days and in the one it is compared with, and how complete both are
-- (0 to 1). Consumers without readings in either are left out.
-- Parameters: organization_id, quantity, first, last, previous_first, previous_last (dates, last ones included), days,
-- previous_days, start, end (UTC bounds around all of them: with them the planner leaves chunks out).
WITH periods AS (  -- the bounds of both periods in each time zone: asked for once, not for every row
    SELECT timezone,
           %(previous_first)s::date::timestamp AT TIME ZONE timezone AS previous_starts_at,
           (%(previous_last)s::date + 1)::timestamp AT TIME ZONE timezone AS previous_ends_at,
           %(first)s::date::timestamp AT TIME ZONE timezone AS starts_at,
           (%(last)s::date + 1)::timestamp AT TIME ZONE timezone AS ends_at
    FROM (SELECT DISTINCT timezone FROM meters WHERE organization_id = %(organization_id)s) AS zones
), days AS (
    SELECT meters.consumer_id,
           rollups.starts_at >= periods.starts_at AS is_now,
           rollups.total,
           rollups.count::double precision / greatest(rollups.expected_count, 1) AS coverage
    FROM meters
    JOIN periods USING (timezone)
    JOIN rollups ON rollups.meter_id = meters.id
    WHERE meters.organization_id = %(organization_id)s AND meters.quantity = %(quantity)s
      AND meters.consumer_id IS NOT NULL
      AND rollups.grain = 1
      AND rollups.starts_at >= periods.previous_starts_at AND rollups.starts_at < periods.ends_at
      AND rollups.starts_at >= %(start)s AND rollups.starts_at < %(end)s
      AND (rollups.starts_at < periods.previous_ends_at OR rollups.starts_at >= periods.starts_at)
), sums AS (
    SELECT consumer_id,
           sum(total) FILTER (WHERE is_now) AS kwh,
           sum(coverage) FILTER (WHERE is_now) / %(days)s AS coverage,
           sum(total) FILTER (WHERE NOT is_now) AS previous_kwh,
           sum(coverage) FILTER (WHERE NOT is_now) / %(previous_days)s AS previous_coverage
    FROM days
    GROUP BY consumer_id
)
SELECT sums.*, consumers.key, consumers.name
FROM sums
JOIN consumers ON consumers.id = sums.consumer_id
WHERE sums.kwh IS NOT NULL AND sums.previous_kwh IS NOT NULL
ORDER BY sums.consumer_id
