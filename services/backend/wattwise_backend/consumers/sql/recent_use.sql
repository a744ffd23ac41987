-- Electricity of consumers by local day, over the last 30 days of each one's own data.
-- The bounds on starts_at repeat what the join says, so that only those chunks are read.
WITH ends AS (
    SELECT consumer_id, max(last_reading_at) AS ends_at, min(last_reading_at) AS earliest_end_at
    FROM meters
    WHERE consumer_id = ANY(%(consumer_ids)s::int[]) AND quantity = 'electricity_import' AND last_reading_at IS NOT NULL
    GROUP BY consumer_id
)
SELECT
    ends.consumer_id,
    (days.starts_at AT TIME ZONE meters.timezone)::date AS local_date,
    sum(days.total) AS kwh
FROM ends
JOIN meters ON meters.consumer_id = ends.consumer_id AND meters.quantity = 'electricity_import'
JOIN LATERAL (
    SELECT starts_at, total
    FROM rollups
    WHERE rollups.meter_id = meters.id
      AND grain = %(day)s
      AND starts_at > ends.ends_at - INTERVAL '32 days'
      AND starts_at <= ends.ends_at
      AND (starts_at AT TIME ZONE meters.timezone)::date > (ends.ends_at AT TIME ZONE meters.timezone)::date - 30
) AS days ON true
GROUP BY 1, 2
ORDER BY 1, 2
