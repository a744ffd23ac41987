"""Worker: pre-computes statistics by local hour, day and month."""
