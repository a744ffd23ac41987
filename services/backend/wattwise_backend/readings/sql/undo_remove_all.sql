-- Where nothing returns, all go that were chosen: those up to the last one, for they were chosen in order.
DELETE FROM readings
WHERE meter_id = ANY(%(meter_ids)s::int[])
  AND starts_at BETWEEN %(first)s AND %(last)s
  AND import_id = %(import_id)s
  AND (meter_id, starts_at) <= (
      SELECT meter_id, starts_at FROM taken_back ORDER BY meter_id DESC, starts_at DESC LIMIT 1
  )
