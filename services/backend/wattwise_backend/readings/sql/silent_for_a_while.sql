-- name: silent_for_a_while
-- Meters that brought something since a moment and nothing for four intervals, the longest silent first: of those that
-- fell silent together a few, for they mostly come together, too.
-- Parameters: organization_id, since, now, together, most.
SELECT id, last_reading_at
FROM (
    SELECT id, last_reading_at,
           row_number() OVER (PARTITION BY last_reading_at, resolution ORDER BY id) AS place
    FROM meters
    WHERE organization_id = %(organization_id)s AND last_reading_at >= %(since)s
      AND last_reading_at + 4 * resolution::interval < %(now)s
) AS silent
WHERE place <= %(together)s
ORDER BY last_reading_at, id
LIMIT %(most)s
