-- A session's own tables, emptied by every commit: the keys that a write brings, and the corrections among its readings.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_keys (
    meter_id integer NOT NULL,
    starts_at timestamptz NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS corrected_readings (
    meter_id integer NOT NULL,
    starts_at timestamptz NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL,
    old_value double precision NOT NULL,
    old_quality smallint NOT NULL,
    old_import_id integer NOT NULL
) ON COMMIT DELETE ROWS;
DELETE FROM incoming_keys;
DELETE FROM corrected_readings
