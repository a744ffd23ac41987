-- What other imports brought, too, stays or returns with the import that was the first of them to bring it. An arrival
-- found the version of a reading that was the next one to be replaced, or else the present one. The latest version counts.
WITH confirmed AS (
    SELECT DISTINCT ON (taken.meter_id, taken.starts_at)
           taken.meter_id, taken.starts_at, arrivals.import_id,
           coalesce(version.old_value, taken.value) AS value,
           coalesce(version.old_quality, taken.quality) AS quality,
           coalesce(version.id, 9223372036854775807) AS version
    FROM taken_back AS taken
    JOIN arrivals
      ON arrivals.meter_id = taken.meter_id
     AND taken.starts_at BETWEEN arrivals.first_at AND arrivals.last_at
     AND mod((extract(epoch FROM taken.starts_at - arrivals.first_at) * 1000000)::bigint, greatest(arrivals.step, 1)) = 0
    JOIN imports ON imports.id = arrivals.import_id AND imports.stage <> 'undo'
    LEFT JOIN LATERAL (
        SELECT id, old_value, old_quality
        FROM reading_revisions AS revisions
        WHERE revisions.meter_id = taken.meter_id
          AND revisions.starts_at = taken.starts_at
          AND revisions.id > arrivals.id
        ORDER BY revisions.id
        LIMIT 1
    ) AS version ON true
    WHERE arrivals.confirms
      AND arrivals.meter_id = ANY(%(meter_ids)s::int[])
      AND arrivals.first_at <= %(last)s
      AND arrivals.last_at >= %(first)s
      AND arrivals.import_id <> %(import_id)s
    ORDER BY taken.meter_id, taken.starts_at, version DESC, arrivals.id
)
UPDATE taken_back
SET earlier_value = confirmed.value, earlier_quality = confirmed.quality, earlier_import_id = confirmed.import_id
FROM confirmed
WHERE taken_back.meter_id = confirmed.meter_id
  AND taken_back.starts_at = confirmed.starts_at
  AND confirmed.version > coalesce(taken_back.earlier_version, 0)
