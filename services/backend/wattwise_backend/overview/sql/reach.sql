-- name: reach
-- How far each quantity of an organization's energy meters is rolled up, and how many meters fell silent: their last hour
-- is older than the newest by more than silent_after.
-- Parameters: organization_id, energy, silent_after (an interval).
SELECT meters.quantity,
       count(*) AS meters,
       min(meter_rollups.hours_from) AS starts_at,
       max(meter_rollups.hours_until) + INTERVAL '1 hour' AS ends_at,
       max(meter_rollups.rolled_up_at) AS rolled_up_at,
       mode() WITHIN GROUP (ORDER BY meters.timezone) AS timezone,
       bool_or(meters.is_simulated) AS is_simulated,
       count(*) FILTER (WHERE meter_rollups.hours_until < newest.hours_until - %(silent_after)s::interval) AS silent_meters
FROM meters
JOIN meter_rollups ON meter_rollups.meter_id = meters.id
CROSS JOIN LATERAL (
    SELECT max(hours_until) AS hours_until FROM meter_rollups AS all_meters
    WHERE all_meters.organization_id = meters.organization_id
) AS newest
WHERE meters.organization_id = %(organization_id)s AND meters.quantity = ANY(%(energy)s)
GROUP BY meters.quantity
