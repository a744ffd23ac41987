-- Marks what changed for the rollups, and keeps each meter's first and last reading and their number.
WITH changes AS (
    SELECT * FROM unnest(
        %(meter_ids)s::int[], %(added)s::bigint[], %(firsts)s::timestamptz[], %(lasts)s::timestamptz[]
    ) AS changes (meter_id, added, first_at, last_at)
), marked AS (
    INSERT INTO dirty_ranges (organization_id, meter_id, starts_at, ends_at, marked_at)
    SELECT meters.organization_id, meters.id, changes.first_at, changes.last_at + meters.resolution::interval, %(now)s
    FROM changes JOIN meters ON meters.id = changes.meter_id
)
UPDATE meters
SET first_reading_at = least(meters.first_reading_at, changes.first_at),
    last_reading_at = greatest(meters.last_reading_at, changes.last_at),
    readings_count = meters.readings_count + changes.added
FROM changes
WHERE meters.id = changes.meter_id
