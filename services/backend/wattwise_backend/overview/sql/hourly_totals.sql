-- name: hourly_totals
-- The energy of each hour over all meters of a quantity.
-- Parameters: organization_id, quantity, start, end.
SELECT rollups.starts_at, sum(rollups.total) AS kwh
FROM meters
JOIN rollups ON rollups.meter_id = meters.id
WHERE meters.organization_id = %(organization_id)s AND meters.quantity = %(quantity)s
  AND rollups.grain = 0 AND rollups.starts_at >= %(start)s AND rollups.starts_at < %(end)s
GROUP BY rollups.starts_at
ORDER BY rollups.starts_at
