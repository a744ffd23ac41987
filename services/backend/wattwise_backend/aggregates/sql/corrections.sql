-- name: corrections
-- How many of a meter's readings of [start, end) an import replaced that was not undone, and when one did last.
-- Parameters: meter_id, start, end.
SELECT count(DISTINCT revisions.starts_at) AS count, max(revisions.replaced_at) AS last_at
FROM reading_revisions AS revisions
JOIN imports ON imports.id = revisions.replaced_by_import_id AND imports.undone_at IS NULL
WHERE revisions.meter_id = %(meter_id)s AND revisions.starts_at >= %(start)s AND revisions.starts_at < %(end)s
