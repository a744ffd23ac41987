-- Everything measured or computed of meters that has no foreign key to them.
WITH a AS (DELETE FROM arrivals WHERE meter_id = ANY(%(meter_ids)s::int[])),
    b AS (DELETE FROM reading_revisions WHERE meter_id = ANY(%(meter_ids)s::int[])),
    c AS (DELETE FROM dirty_ranges WHERE meter_id = ANY(%(meter_ids)s::int[])),
    d AS (DELETE FROM rollups WHERE meter_id = ANY(%(meter_ids)s::int[]))
DELETE FROM forecasts WHERE meter_id = ANY(%(meter_ids)s::int[])
