-- Some present readings of an import, each with its latest earlier version whose import is neither this nor undone.
INSERT INTO taken_back
SELECT taken.meter_id, taken.starts_at, taken.value, taken.quality,
       earlier.old_value, earlier.old_quality, earlier.old_import_id
FROM (
    SELECT meter_id, starts_at, value, quality
    FROM readings
    WHERE meter_id = ANY(%(meter_ids)s::int[])
      AND starts_at BETWEEN %(first)s AND %(last)s
      AND import_id = %(import_id)s
    ORDER BY meter_id, starts_at
    LIMIT %(most)s
) AS taken
LEFT JOIN LATERAL (
    SELECT old_value, old_quality, old_import_id
    FROM reading_revisions AS revisions
    LEFT JOIN imports ON imports.id = revisions.old_import_id
    WHERE revisions.meter_id = taken.meter_id
      AND revisions.starts_at = taken.starts_at
      AND revisions.old_import_id <> %(import_id)s
      AND revisions.old_stored_at IS NULL
      AND imports.stage IS DISTINCT FROM 'undo'
    ORDER BY revisions.id DESC
    LIMIT 1
) AS earlier ON true
