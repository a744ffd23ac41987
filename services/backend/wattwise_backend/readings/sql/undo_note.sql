-- Marks what changed for the rollups, and repairs each meter's first and last reading and their number.
WITH changes AS (
    SELECT meter_id, min(starts_at) AS first_at, max(starts_at) AS last_at,
           count(*) FILTER (WHERE earlier_import_id IS NULL) AS removed
    FROM taken_back
    WHERE earlier_import_id IS NULL OR earlier_value <> value OR earlier_quality <> quality
    GROUP BY meter_id
), marked AS (
    INSERT INTO dirty_ranges (organization_id, meter_id, starts_at, ends_at, marked_at)
    SELECT meters.organization_id, meters.id, changes.first_at, changes.last_at + meters.resolution::interval, %(now)s
    FROM changes JOIN meters ON meters.id = changes.meter_id
)
UPDATE meters
SET first_reading_at = (
        SELECT starts_at FROM readings WHERE readings.meter_id = meters.id ORDER BY starts_at LIMIT 1
    ),
    last_reading_at = (
        SELECT starts_at FROM readings WHERE readings.meter_id = meters.id ORDER BY starts_at DESC LIMIT 1
    ),
    readings_count = meters.readings_count - changes.removed
FROM changes
WHERE meters.id = changes.meter_id
