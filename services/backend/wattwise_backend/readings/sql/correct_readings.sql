-- Keeps what is replaced, then replaces it.
WITH kept AS (
    INSERT INTO reading_revisions
        (meter_id, starts_at, old_value, old_quality, old_import_id, replaced_by_import_id, replaced_at)
    SELECT meter_id, starts_at, old_value, old_quality, old_import_id, %(import_id)s, %(now)s
    FROM corrected_readings
)
UPDATE readings
SET value = corrected.value, quality = corrected.quality, import_id = %(import_id)s
FROM corrected_readings AS corrected
WHERE readings.meter_id = corrected.meter_id
  AND readings.starts_at = corrected.starts_at
  AND readings.meter_id = ANY(%(meter_ids)s)
  AND readings.starts_at BETWEEN %(first)s AND %(last)s
