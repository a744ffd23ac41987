-- A session's own tables, emptied by every commit: what a write brings, and what of it makes a difference.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_readings (
    meter_id integer NOT NULL,
    starts_at timestamptz NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS changed_readings (
    meter_id integer NOT NULL,
    starts_at timestamptz NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL,
    old_value double precision,
    old_quality smallint,
    old_import_id integer
) ON COMMIT DELETE ROWS;
TRUNCATE incoming_readings, changed_readings
