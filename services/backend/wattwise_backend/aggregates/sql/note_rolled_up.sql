-- name: note_rolled_up
-- Note how far the hours of these meters reach now; meters without any hour are forgotten by forget_rolled_up.
-- Parameters: meter_ids, now.
INSERT INTO meter_rollups (meter_id, organization_id, hours_from, hours_until, rolled_up_at)
SELECT meters.id, meters.organization_id, oldest.starts_at, newest.starts_at, %(now)s
FROM meters
CROSS JOIN LATERAL (
    SELECT starts_at FROM rollups WHERE meter_id = meters.id AND grain = 0 ORDER BY starts_at LIMIT 1
) AS oldest
CROSS JOIN LATERAL (
    SELECT starts_at FROM rollups WHERE meter_id = meters.id AND grain = 0 ORDER BY starts_at DESC LIMIT 1
) AS newest
WHERE meters.id = ANY(%(meter_ids)s)
ON CONFLICT (meter_id) DO UPDATE
SET hours_from = excluded.hours_from, hours_until = excluded.hours_until, rolled_up_at = excluded.rolled_up_at
