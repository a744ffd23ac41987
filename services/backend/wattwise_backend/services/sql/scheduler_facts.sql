-- name: scheduler_facts
-- Everything that decides which jobs of an organization are due, one row per organization.
-- Parameters: energy (the quantities that are energy), live_states; live_since (an hour before it is history), profiled_before
-- (a profile of a live feed that is older may be computed again), weather_before (the same of what knows no weather yet),
-- rested_before and rest (a roll-up that began before is visible for sure).
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
), weather AS (
    SELECT meters.organization_id,
           max(rolled_up.rolled_up_at) AS rolled_up_at,
           min(rolled_up.hours_from) AS hours_from,
           max(rolled_up.hours_until) AS hours_until
    FROM meters
    JOIN meter_rollups AS rolled_up ON rolled_up.meter_id = meters.id
    WHERE meters.quantity = 'temperature'
    GROUP BY meters.organization_id
), to_profile AS (
    SELECT meters.organization_id, array_agg(meters.id ORDER BY meters.id) AS meter_ids
    FROM meters
    JOIN meter_rollups AS rolled_up ON rolled_up.meter_id = meters.id
    LEFT JOIN meter_profiles AS profile ON profile.meter_id = meters.id
    LEFT JOIN weather ON weather.organization_id = meters.organization_id
    WHERE meters.quantity = ANY(%(energy)s)
      AND CASE
          WHEN rolled_up.hours_until >= %(live_since)s THEN
              profile.meter_id IS NULL
              OR profile.computed_at < %(profiled_before)s
                 AND greatest(rolled_up.rolled_up_at, weather.rolled_up_at) > profile.computed_at
          ELSE
              rolled_up.rolled_up_at <= %(rested_before)s
              AND (
                  profile.meter_id IS NULL
                  OR rolled_up.rolled_up_at > profile.computed_at - %(rest)s
                  -- Weather that came later. Where it is live and the energy is history, once is enough.
                  OR weather.rolled_up_at > profile.computed_at - %(rest)s
                     AND profile.computed_at < %(weather_before)s
                     AND weather.hours_from <= rolled_up.hours_until
                     AND (weather.hours_until < %(live_since)s OR NOT profile.knows_weather)
              )
          END
      AND NOT EXISTS (SELECT FROM dirty_ranges WHERE dirty_ranges.meter_id = meters.id)
    GROUP BY meters.organization_id
)
SELECT organizations.id AS organization_id,
       coalesce(live.imports, 0) AS live_imports,
       coalesce(live.roll_ups, 0) AS live_roll_ups,
       coalesce(dirty.meter_ids, '{}') AS dirty_meter_ids,
       dirty.oldest_at AS oldest_dirty_at,
       dirty.newest_at AS newest_dirty_at,
       coalesce(to_profile.meter_ids, '{}') AS meters_to_profile,
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
LEFT JOIN to_profile ON to_profile.organization_id = organizations.id
LEFT JOIN clustered ON clustered.organization_id = organizations.id
LEFT JOIN models AS champion ON champion.organization_id = organizations.id AND champion.is_champion
LEFT JOIN forecast_runs AS run ON run.organization_id = organizations.id AND run.is_current
ORDER BY organizations.id
