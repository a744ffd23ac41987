-- Of the readings that an undo takes back: how many, how many of them have something in their place, and how many of
-- these stay as they are.
SELECT count(*), count(earlier_import_id),
       count(*) FILTER (WHERE earlier_value = value AND earlier_quality = quality)
FROM taken_back
