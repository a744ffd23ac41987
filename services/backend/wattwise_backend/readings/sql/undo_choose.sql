-- Some present readings of an import, in order, each with its latest earlier version whose import is neither this nor
-- undone.
INSERT INTO taken_back
WITH taken AS MATERIALIZED (
    SELECT meter_id, starts_at, value, quality
    FROM readings
    WHERE meter_id = ANY(%(meter_ids)s::int[])
      AND starts_at BETWEEN %(first)s AND %(last)s
      AND import_id = %(import_id)s
    ORDER BY meter_id, starts_at
    LIMIT %(most)s
), earlier AS (
    SELECT DISTINCT ON (revisions.meter_id, revisions.starts_at) revisions.*
    FROM reading_revisions AS revisions
    LEFT JOIN imports ON imports.id = revisions.old_import_id
    WHERE revisions.meter_id = ANY(ARRAY(SELECT DISTINCT meter_id FROM taken))
      AND revisions.starts_at BETWEEN %(first)s AND %(last)s
      AND revisions.old_import_id <> %(import_id)s
      AND revisions.old_stored_at IS NULL
      AND imports.stage IS DISTINCT FROM 'undo'
    ORDER BY revisions.meter_id, revisions.starts_at, revisions.id DESC
)
SELECT meter_id, starts_at, taken.value, taken.quality,
       earlier.old_value, earlier.old_quality, earlier.old_import_id, earlier.id
FROM taken LEFT JOIN earlier USING (meter_id, starts_at)
