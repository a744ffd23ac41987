-- name: members_kwh_mean
-- The mean electricity of a member of each cluster over a year: the members that have readings in it count.
-- Parameters: run_id, start, end.
WITH members AS (
    SELECT memberships.cluster_id, memberships.consumer_id, sum(rollups.total) AS kwh
    FROM memberships
    JOIN meters ON meters.consumer_id = memberships.consumer_id AND meters.quantity = 'electricity_import'
    JOIN rollups ON rollups.meter_id = meters.id
    WHERE memberships.run_id = %(run_id)s
      AND rollups.grain = 3 AND rollups.starts_at >= %(start)s AND rollups.starts_at < %(end)s
    GROUP BY 1, 2
)
SELECT cluster_id, avg(kwh) AS kwh FROM members GROUP BY cluster_id
