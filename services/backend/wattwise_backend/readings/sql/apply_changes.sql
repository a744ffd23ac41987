-- Keeps what is replaced, then replaces it, then adds what is new.
WITH kept AS (
    INSERT INTO reading_revisions
        (meter_id, starts_at, old_value, old_quality, old_import_id, replaced_by_import_id, replaced_at)
    SELECT meter_id, starts_at, old_value, old_quality, old_import_id, %(import_id)s, %(now)s
    FROM changed_readings
    WHERE old_import_id IS NOT NULL
), corrected AS (
    UPDATE readings
    SET value = changed.value, quality = changed.quality, import_id = %(import_id)s
    FROM changed_readings AS changed
    WHERE changed.old_import_id IS NOT NULL
      AND readings.meter_id = changed.meter_id
      AND readings.starts_at = changed.starts_at
      AND readings.meter_id = ANY(%(meter_ids)s)
      AND readings.starts_at BETWEEN %(first)s AND %(last)s
)
INSERT INTO readings (meter_id, starts_at, value, quality, import_id)
SELECT meter_id, starts_at, value, quality, %(import_id)s
FROM changed_readings
WHERE old_import_id IS NULL
