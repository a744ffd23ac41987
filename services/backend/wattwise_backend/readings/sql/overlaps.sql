-- Whether any reading is stored within the spans of these meters.
SELECT EXISTS (
    SELECT FROM unnest(%(meter_ids)s::int[], %(firsts)s::timestamptz[], %(lasts)s::timestamptz[])
        AS spans (meter_id, first_at, last_at)
    CROSS JOIN LATERAL (
        SELECT FROM readings
        WHERE readings.meter_id = spans.meter_id
          AND readings.starts_at BETWEEN spans.first_at AND spans.last_at
          AND readings.starts_at BETWEEN %(first)s AND %(last)s
        LIMIT 1
    ) AS stored
)
