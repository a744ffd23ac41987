-- Readings of meters in the order of contract READINGS; {condition} bounds the time.
SELECT meter_id, starts_at, value, quality
FROM readings
WHERE meter_id = ANY(%(meter_ids)s::int[]){condition}
ORDER BY meter_id, starts_at
