-- By meter: how many readings are new, how many corrected, and from when to when.
SELECT
    meter_id,
    count(*) FILTER (WHERE old_import_id IS NULL),
    count(*) FILTER (WHERE old_import_id IS NOT NULL),
    min(starts_at),
    max(starts_at)
FROM changed_readings
GROUP BY meter_id
