-- name: forget_rolled_up
-- Forget how far meters reach that have no rolled-up hour any more, and what they were like.
-- Parameters: meter_ids.
WITH forgotten AS (
    DELETE FROM meter_rollups AS noted
    WHERE noted.meter_id = ANY(%(meter_ids)s)
      AND NOT EXISTS (SELECT FROM rollups WHERE rollups.meter_id = noted.meter_id AND grain = 0)
    RETURNING noted.meter_id
)
DELETE FROM meter_profiles WHERE meter_id IN (SELECT meter_id FROM forgotten)
