-- Keeps what is taken back as a version that no import replaced.
INSERT INTO reading_revisions
    (meter_id, starts_at, old_value, old_quality, old_import_id, old_stored_at, replaced_by_import_id, replaced_at)
SELECT meter_id, starts_at, value, quality, %(import_id)s, %(stored_at)s, NULL, %(now)s
FROM taken_back
