-- The stored readings of some meters between two moments, by key: each column's binary fields in one value.
-- Not more than `most` of them: who gets as many knows that there may be others.
SELECT
    string_agg(int4send(meter_id), ''),
    string_agg(timestamptz_send(starts_at), ''),
    string_agg(float8send(value), ''),
    string_agg(int2send(quality), ''),
    string_agg(int4send(import_id), '')
FROM (
    SELECT meter_id, starts_at, value, quality, import_id
    FROM readings
    WHERE meter_id = ANY(%(meter_ids)s) AND starts_at BETWEEN %(first)s AND %(last)s
    ORDER BY meter_id, starts_at
    LIMIT %(most)s
) AS stored
