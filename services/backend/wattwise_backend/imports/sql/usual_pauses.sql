-- name: usual_pauses
-- The pause between two imports of a source that brought something which 95 of 100 did not exceed, where it brought
-- something four times or more.
-- Parameters: source_ids, since.
WITH pauses AS (
    SELECT source_id, created_at - lag(created_at) OVER (PARTITION BY source_id ORDER BY created_at) AS pause
    FROM imports
    WHERE source_id = ANY(%(source_ids)s) AND created_at >= %(since)s AND undone_at IS NULL
      AND ((receipt ->> 'stored')::bigint > 0 OR (receipt ->> 'corrected')::bigint > 0)
)
SELECT source_id, percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM pause)::double precision) AS seconds
FROM pauses
WHERE pause IS NOT NULL
GROUP BY source_id
HAVING count(*) >= 3
