-- The stored readings that `incoming_keys` names, by key: each column's binary fields in one value.
-- The bounds and meters repeat what the keys hold, so that only their chunks and index ranges are read.
SELECT
    string_agg(int4send(meter_id), ''),
    string_agg(timestamptz_send(starts_at), ''),
    string_agg(float8send(value), ''),
    string_agg(int2send(quality), ''),
    string_agg(int4send(import_id), '')
FROM (
    SELECT stored.meter_id, stored.starts_at, stored.value, stored.quality, stored.import_id
    FROM incoming_keys
    JOIN (
        SELECT meter_id, starts_at, value, quality, import_id
        FROM readings
        WHERE meter_id = ANY(%(meter_ids)s) AND starts_at BETWEEN %(first)s AND %(last)s
    ) AS stored USING (meter_id, starts_at)
    ORDER BY meter_id, starts_at
) AS stored
