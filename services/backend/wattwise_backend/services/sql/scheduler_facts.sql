-- name: scheduler_facts
-- Everything that decides which jobs of an organization are due, one row per organization.
-- Parameters: energy (the quantities that are energy), live_states.
WITH live AS (
    SELECT organization_id,
           count(*) FILTER (WHERE kind = 'import') AS imports,
           count(*) FILTER (WHERE kind = 'roll_up') AS roll_ups
    FROM jobs
    WHERE state = ANY(%(live_states)s)
    GROUP BY organization_id
), dirty AS (
    SELECT organization_id,
           array_agg(DISTINCT meter_id ORDER BY meter_id) AS meter_ids,
           min(marked_at) AS oldest_at,
           max(marked_at) AS newest_at
    FROM dirty_ranges
    GROUP BY organization_id
), details AS (
    SELECT organization_id,
           count(*) FILTER (WHERE attributes <> '{}'::jsonb) AS consumers,
           max(attributes_changed_at) AS changed_at
    FROM consumers
    GROUP BY organization_id
), clustered AS (  -- when the newest clustering began: details that changed since may have been missed
    SELECT organization_id, max(started_at) AS at
    FROM jobs
    WHERE kind = 'cluster_consumers' AND state = 'succeeded'
    GROUP BY organization_id
), energy AS (
    SELECT meters.organization_id,
           count(*) AS meters,
           max(rolled_up.hours_until) AS readings_until,
           count(*) FILTER (WHERE rolled_up.meter_id IS NOT NULL AND status.meter_id IS NULL) AS without_forecast
    FROM meters
    LEFT JOIN meter_rollups AS rolled_up ON rolled_up.meter_id = meters.id
    LEFT JOIN forecast_runs AS run ON run.organization_id = meters.organization_id AND run.is_current
    LEFT JOIN meter_forecasts AS status ON status.run_id = run.id AND status.meter_id = meters.id
    WHERE meters.quantity = ANY(%(energy)s)
    GROUP BY meters.organization_id
)
SELECT organizations.id AS organization_id,
       coalesce(live.imports, 0) AS live_imports,
       coalesce(live.roll_ups, 0) AS live_roll_ups,
       coalesce(dirty.meter_ids, '{}') AS dirty_meter_ids,
       dirty.oldest_at AS oldest_dirty_at,
       dirty.newest_at AS newest_dirty_at,
       coalesce(details.consumers, 0) AS consumers_with_details,
       details.changed_at AS details_changed_at,
       clustered.at AS clustered_at,
       coalesce(energy.meters, 0) AS energy_meters,
       energy.readings_until,
       champion.created_at AS model_trained_at,
       champion.trained_until AS model_trained_until,
       run.issued_at AS forecast_issued_at,
       run.readings_until AS forecast_readings_until,
       coalesce(energy.without_forecast, 0) AS meters_without_forecast
FROM organizations
LEFT JOIN live ON live.organization_id = organizations.id
LEFT JOIN dirty ON dirty.organization_id = organizations.id
LEFT JOIN details ON details.organization_id = organizations.id
LEFT JOIN energy ON energy.organization_id = organizations.id
LEFT JOIN clustered ON clustered.organization_id = organizations.id
LEFT JOIN models AS champion ON champion.organization_id = organizations.id AND champion.is_champion
LEFT JOIN forecast_runs AS run ON run.organization_id = organizations.id AND run.is_current
ORDER BY organizations.id
