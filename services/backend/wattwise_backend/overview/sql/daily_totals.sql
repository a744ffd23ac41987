-- name: daily_totals
-- The energy of each local day (of each meter's own calendar) over all meters of a quantity. `expected` counts the
-- readings that the meters should have brought that had begun by then, also those that brought none that day.
-- Parameters: organization_id, quantity, start, end.
WITH days AS (
    SELECT (rollups.starts_at AT TIME ZONE meters.timezone)::date AS date,
           sum(rollups.total) AS kwh,
           sum(rollups.count) AS count,
           sum(rollups.expected_count) AS expected,
           count(*) AS meters
    FROM meters
    JOIN rollups ON rollups.meter_id = meters.id
    WHERE meters.organization_id = %(organization_id)s AND meters.quantity = %(quantity)s
      AND rollups.grain = 1 AND rollups.starts_at >= %(start)s AND rollups.starts_at < %(end)s
    GROUP BY 1
)
SELECT days.date, days.kwh, days.count,
       days.expected * greatest(begun.meters, days.meters)::double precision / days.meters AS expected
FROM days
CROSS JOIN LATERAL (
    SELECT count(*) AS meters
    FROM meters
    JOIN meter_rollups ON meter_rollups.meter_id = meters.id
    WHERE meters.organization_id = %(organization_id)s AND meters.quantity = %(quantity)s
      AND (meter_rollups.hours_from AT TIME ZONE meters.timezone)::date <= days.date
) AS begun
ORDER BY days.date
