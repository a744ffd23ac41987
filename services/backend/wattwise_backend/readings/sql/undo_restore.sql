-- What was replaced returns.
UPDATE readings
SET value = taken.earlier_value, quality = taken.earlier_quality, import_id = taken.earlier_import_id
FROM taken_back AS taken
WHERE readings.meter_id = taken.meter_id
  AND readings.starts_at = taken.starts_at
  AND readings.meter_id = ANY(%(meter_ids)s::int[])
  AND readings.starts_at BETWEEN %(first)s AND %(last)s
  AND taken.earlier_import_id IS NOT NULL
