-- Everything measured or computed of meters that has no foreign key to them.
WITH gone AS (SELECT id FROM meters WHERE consumer_id = %(consumer_id)s),
    a AS (DELETE FROM readings WHERE meter_id IN (SELECT id FROM gone)),
    b AS (DELETE FROM reading_revisions WHERE meter_id IN (SELECT id FROM gone)),
    c AS (DELETE FROM dirty_ranges WHERE meter_id IN (SELECT id FROM gone)),
    e AS (DELETE FROM arrivals WHERE meter_id IN (SELECT id FROM gone)),
    d AS (DELETE FROM rollups WHERE meter_id IN (SELECT id FROM gone))
DELETE FROM forecasts WHERE meter_id IN (SELECT id FROM gone)
