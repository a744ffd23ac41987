-- Readings as they were known at a moment, in the order of contract READINGS; {condition} bounds the time. The version of
-- a moment is the first one that was replaced after it, or else the present one; it counts where its import had
-- ended by then, where it had already replaced another value, or where it had arrived by then in a push.
WITH versions AS (
    SELECT meter_id, starts_at, value, quality, import_id, NULL::timestamptz AS stored_at,
           'infinity'::timestamptz AS replaced_at, 0 AS id
    FROM readings
    WHERE meter_id = ANY(%(meter_ids)s::int[]){condition}
    UNION ALL
    SELECT meter_id, starts_at, old_value, old_quality, old_import_id, old_stored_at, replaced_at, id
    FROM reading_revisions
    WHERE meter_id = ANY(%(meter_ids)s::int[]){condition} AND replaced_at > %(as_known_on)s
), known AS (
    SELECT DISTINCT ON (meter_id, starts_at) *
    FROM versions
    ORDER BY meter_id, starts_at, replaced_at, id
)
SELECT known.meter_id, known.starts_at, known.value, known.quality
FROM known LEFT JOIN imports ON imports.id = known.import_id
WHERE coalesce(known.stored_at, imports.finished_at, imports.created_at, '-infinity') <= %(as_known_on)s
   OR known.import_id = (
       SELECT replaced_by_import_id
       FROM reading_revisions AS before
       WHERE before.meter_id = known.meter_id AND before.starts_at = known.starts_at
         AND before.replaced_at <= %(as_known_on)s
       ORDER BY before.replaced_at DESC, before.id DESC
       LIMIT 1
   )
   OR EXISTS (
       SELECT FROM arrivals
       WHERE arrivals.import_id = known.import_id AND arrivals.meter_id = known.meter_id
         AND known.starts_at BETWEEN arrivals.first_at AND arrivals.last_at
         AND mod((extract(epoch FROM known.starts_at - arrivals.first_at) * 1000000)::bigint, greatest(arrivals.step, 1)) = 0
         AND arrivals.known_at <= %(as_known_on)s
   )
ORDER BY known.meter_id, known.starts_at
