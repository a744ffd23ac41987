-- name: forecast_totals
-- The current forecast of all meters of a quantity, added up by interval, where every forecast meter takes part.
-- Quantiles are added as they are: exact for the mean, too wide for bands.
-- Parameters: organization_id, quantity.
WITH sums AS (
    SELECT forecasts.starts_at, count(*) AS meters,
           sum(mean) AS mean, sum(q10) AS q10, sum(q25) AS q25, sum(q75) AS q75, sum(q90) AS q90
    FROM forecast_runs
    JOIN forecasts ON forecasts.run_id = forecast_runs.id
    JOIN meters ON meters.id = forecasts.meter_id AND meters.quantity = %(quantity)s
    WHERE forecast_runs.organization_id = %(organization_id)s AND forecast_runs.is_current
    GROUP BY forecasts.starts_at
)
SELECT starts_at, mean, q10, q25, q75, q90, meters
FROM sums
WHERE meters = (SELECT max(meters) FROM sums)
ORDER BY starts_at
