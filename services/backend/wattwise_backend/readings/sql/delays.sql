-- name: delays
-- How long after an interval's end its reading arrived, for meters whose readings came at three moments or more since a
-- moment: the median and what 95 of 100 did not exceed, in seconds; and how far each meter came, also where an undo took
-- its newest readings back. A reading arrived when its first version did: with its push, or when its import ended. What
-- the first import brought is history: only intervals that ended after it tell how long one waits.
-- It is learned from readings that lie evenly among the newest.
-- Parameters: meter_ids, since, newest and most (readings of a meter that are read, and that are learned from).
WITH recent AS MATERIALIZED (
    SELECT meters.id AS meter_id, meters.resolution::interval AS step, newest.starts_at, newest.import_id
    FROM meters CROSS JOIN LATERAL (
        SELECT *, row_number() OVER (ORDER BY starts_at DESC) - 1 AS place, count(*) OVER () AS of_all
        FROM (
            SELECT starts_at, import_id
            FROM readings
            WHERE readings.meter_id = meters.id AND starts_at >= %(since)s
            ORDER BY starts_at DESC
            LIMIT %(newest)s
        ) AS since_then
    ) AS newest
    WHERE meters.id = ANY(%(meter_ids)s::int[]) AND mod(place, ceil(of_all / %(most)s::numeric)::int) = 0
), versions AS (
    SELECT meter_id, step, starts_at, import_id FROM recent
    UNION ALL
    SELECT recent.meter_id, recent.step, recent.starts_at, revisions.old_import_id
    FROM recent JOIN reading_revisions AS revisions USING (meter_id, starts_at)
    WHERE revisions.meter_id = ANY(%(meter_ids)s::int[]) AND revisions.starts_at >= %(since)s
      AND revisions.old_stored_at IS NULL
), arrived AS (
    SELECT versions.meter_id, versions.starts_at + versions.step AS ended_at,
           min(coalesce(pushed.at, imports.finished_at, imports.created_at)) AS at
    FROM versions
    JOIN imports ON imports.id = versions.import_id AND imports.undone_at IS NULL
    LEFT JOIN LATERAL (
        SELECT min(known_at) AS at
        FROM arrivals
        WHERE arrivals.import_id = versions.import_id AND arrivals.meter_id = versions.meter_id
          AND first_at <= versions.starts_at AND last_at >= versions.starts_at
          AND mod((extract(epoch FROM versions.starts_at - first_at) * 1000000)::bigint, greatest(arrivals.step, 1)) = 0
    ) AS pushed ON true
    GROUP BY versions.meter_id, versions.starts_at, versions.step
), begun AS (
    SELECT meter_id, min(at) AS at FROM arrived GROUP BY meter_id
), learned AS (
    SELECT meter_id,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM arrived.at - ended_at)::float8) AS median,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM arrived.at - ended_at)::float8) AS longest
    FROM arrived JOIN begun USING (meter_id)
    WHERE arrived.ended_at > begun.at
    GROUP BY meter_id
    HAVING count(DISTINCT arrived.at) >= 3
)
SELECT learned.*, meters.key, meters.name, meters.last_reading_at, meters.resolution::interval AS step,
       sources.id AS source_id, sources.state AS source_state,
       (SELECT max(starts_at)
        FROM reading_revisions
        WHERE meter_id = meters.id AND starts_at > meters.last_reading_at AND replaced_by_import_id IS NULL
       ) AS taken_back_at
FROM learned
JOIN meters ON meters.id = learned.meter_id
JOIN readings ON readings.meter_id = meters.id AND readings.starts_at = meters.last_reading_at
JOIN imports ON imports.id = readings.import_id
JOIN sources ON sources.id = imports.source_id
WHERE readings.starts_at >= %(since)s
