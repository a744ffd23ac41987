-- name: blocked_dedupe_keys
-- Keys whose newest job died within the hour: nobody but a person asks for them again.
-- Parameters: since.
SELECT DISTINCT dead.dedupe_key
FROM jobs AS dead
WHERE dead.state = 'dead'
  AND dead.finished_at > %(since)s
  AND NOT EXISTS (
      SELECT FROM jobs AS later
      WHERE later.organization_id = dead.organization_id
        AND later.dedupe_key = dead.dedupe_key
        AND later.created_at > dead.created_at
  )
ORDER BY dead.dedupe_key
