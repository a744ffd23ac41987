-- What was there for the first time goes.
DELETE FROM readings
USING taken_back AS taken
WHERE readings.meter_id = taken.meter_id
  AND readings.starts_at = taken.starts_at
  AND readings.meter_id = ANY(%(meter_ids)s::int[])
  AND readings.starts_at BETWEEN %(first)s AND %(last)s
  AND taken.earlier_import_id IS NULL
