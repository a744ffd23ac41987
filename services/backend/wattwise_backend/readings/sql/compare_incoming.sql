-- What of `incoming` is new or different from what is stored; an unchanged reading leaves no trace.
-- The bounds and meters repeat what `incoming` holds, so that only its chunks and index ranges are read.
INSERT INTO changed_readings (meter_id, starts_at, value, quality, old_value, old_quality, old_import_id)
SELECT incoming.meter_id, incoming.starts_at, incoming.value, incoming.quality, stored.value, stored.quality, stored.import_id
FROM incoming_readings AS incoming
LEFT JOIN (
    SELECT meter_id, starts_at, value, quality, import_id
    FROM readings
    WHERE meter_id = ANY(%(meter_ids)s) AND starts_at BETWEEN %(first)s AND %(last)s
) AS stored ON stored.meter_id = incoming.meter_id AND stored.starts_at = incoming.starts_at
WHERE stored.meter_id IS NULL
   OR (stored.value, stored.quality) IS DISTINCT FROM (incoming.value, incoming.quality)
