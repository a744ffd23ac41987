-- name: queue_history
-- The longest each queue was in every minute since a moment.
-- Parameters: since.
SELECT queue, date_bin('1 minute', at, TIMESTAMPTZ '2000-01-01 00:00Z') AS at, max(length) AS length
FROM queue_samples
WHERE at >= %(since)s
GROUP BY 1, 2
ORDER BY 1, 2
