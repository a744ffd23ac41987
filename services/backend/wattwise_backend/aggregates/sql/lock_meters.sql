-- name: lock_meters
-- Publications for the same meter come one after the other, whichever jobs they belong to. Ids are sorted: no deadlock.
-- Parameters: meter_ids.
SELECT pg_advisory_xact_lock(hashtext('rollups'), meter_id)
FROM unnest(%(meter_ids)s::int[]) AS meter_id
