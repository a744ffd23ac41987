-- A session's own table, emptied by every commit: the readings that an undo takes back, and what returns in their place.
CREATE TEMPORARY TABLE IF NOT EXISTS taken_back (
    meter_id integer NOT NULL,
    starts_at timestamptz NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL,
    earlier_value double precision,
    earlier_quality smallint,
    earlier_import_id integer,
    earlier_version bigint
) ON COMMIT DELETE ROWS;
DELETE FROM taken_back
