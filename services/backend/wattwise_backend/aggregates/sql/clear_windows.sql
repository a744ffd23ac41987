-- name: clear_windows
-- Remove the rollups that a publication replaces: every one that starts within one of its windows.
-- Parameters: meter_ids, grains, starts, ends (arrays of the same length), first, last (their outer bounds: they let
-- the planner leave out the chunks of other years).
DELETE FROM rollups
USING unnest(%(meter_ids)s::int[], %(grains)s::smallint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    AS windows (meter_id, grain, starts_at, ends_at)
WHERE rollups.meter_id = windows.meter_id
  AND rollups.grain = windows.grain
  AND rollups.starts_at >= windows.starts_at
  AND rollups.starts_at < windows.ends_at
  AND rollups.starts_at >= %(first)s
  AND rollups.starts_at < %(last)s
