-- name: mark_everything
-- Mark every reading of an organization's meters as changed, so that all rollups are made anew.
-- Parameters: organization_id, now.
INSERT INTO dirty_ranges (organization_id, meter_id, starts_at, ends_at, marked_at)
SELECT organization_id, id, first_reading_at, last_reading_at + resolution::interval, %(now)s
FROM meters
WHERE organization_id = %(organization_id)s AND first_reading_at IS NOT NULL AND last_reading_at IS NOT NULL
