-- name: stream_profiles
-- The figures of the profiles of these meters, in the columns of contract PROFILES.
-- Parameters: meter_ids.
SELECT meter_id, computed_at, covers_from, covers_until,
       (profile #>> '{hours}')::int AS hours,
       (profile #>> '{days}')::int AS days,
       (profile #>> '{base_and_peak,near_base_kw}')::float8 AS near_base_kw,
       (profile #>> '{base_and_peak,near_peak_kw}')::float8 AS near_peak_kw,
       (profile #>> '{base_and_peak,base_to_peak}')::float8 AS base_to_peak,
       (profile #>> '{peak,kw}')::float8 AS peak_kw,
       (profile #>> '{peak,starts_at}')::timestamptz AS peak_at,
       (profile #>> '{peak,mean_kw}')::float8 AS mean_kw,
       (profile #>> '{peak,load_factor}')::float8 AS load_factor,
       (profile #>> '{shares,night,energy}')::float8 AS night_share,
       (profile #>> '{shares,day,energy}')::float8 AS day_share,
       (profile #>> '{shares,weekend,energy}')::float8 AS weekend_share,
       (profile #>> '{ramp,p95_change}')::float8 AS p95_change,
       (profile #>> '{ramp,largest_rise}')::float8 AS largest_rise,
       (profile #>> '{ramp,largest_fall}')::float8 AS largest_fall,
       (profile #>> '{thermal,kind}')::text AS thermal_kind,
       (profile #>> '{thermal,base_kwh_per_day}')::float8 AS base_kwh_per_day,
       (profile #>> '{thermal,heating_point}')::float8 AS heating_point,
       (profile #>> '{thermal,heating_slope}')::float8 AS heating_slope,
       (profile #>> '{thermal,cooling_point}')::float8 AS cooling_point,
       (profile #>> '{thermal,cooling_slope}')::float8 AS cooling_slope,
       (profile #>> '{thermal,r_squared}')::float8 AS r_squared,
       (profile #>> '{year_on_year,change}')::float8 AS year_on_year,
       (profile #>> '{same_weather,change}')::float8 AS same_weather,
       (profile #>> '{trend,percent_per_year}')::float8 AS trend_percent_per_year,
       (profile #>> '{trend,low}')::float8 AS trend_low,
       (profile #>> '{trend,high}')::float8 AS trend_high,
       (profile #>> '{seasonality,day}')::float8 AS day_seasonality,
       (profile #>> '{seasonality,week}')::float8 AS week_seasonality,
       (profile #>> '{seasonality,year}')::float8 AS year_seasonality
FROM meter_profiles
WHERE meter_id = ANY(%(meter_ids)s)
ORDER BY meter_id
