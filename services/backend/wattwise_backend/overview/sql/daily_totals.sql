-- name: daily_totals
-- The energy of each local day (of each meter's own calendar) over all meters of a quantity. `expected` counts the
-- readings that the meters should have brought that had begun by then, also those that brought none that day.
-- Parameters: organization_id, quantity, start, end.
WITH own AS (
    SELECT meters.id, meters.timezone, (meter_rollups.hours_from AT TIME ZONE meters.timezone)::date AS begun_on
    FROM meters
    JOIN meter_rollups ON meter_rollups.meter_id = meters.id
    WHERE meters.organization_id = %(organization_id)s AND meters.quantity = %(quantity)s
), begun AS (
    SELECT begun_on, count(*) AS meters FROM own GROUP BY begun_on
), moments AS (  -- grouped before the local date is asked for: that is costly, and these are few
    SELECT own.timezone, rollups.starts_at, sum(rollups.total) AS kwh, sum(rollups.count) AS count,
           sum(rollups.expected_count) AS expected, count(*) AS meters
    FROM own
    JOIN rollups ON rollups.meter_id = own.id
    WHERE rollups.grain = 1 AND rollups.starts_at >= %(start)s AND rollups.starts_at < %(end)s
    GROUP BY 1, 2
), days AS (
    SELECT (starts_at AT TIME ZONE timezone)::date AS date, sum(kwh) AS kwh, sum(count)::double precision AS count,
           sum(expected)::double precision AS expected, sum(meters)::double precision AS meters
    FROM moments
    GROUP BY 1
)
SELECT days.date, days.kwh, days.count,
       days.expected * greatest(sum(begun.meters)::double precision, days.meters) / days.meters AS expected
FROM days
LEFT JOIN begun ON begun.begun_on <= days.date
GROUP BY days.date, days.kwh, days.count, days.expected, days.meters
ORDER BY days.date
