"""What every worker needs to run: Celery app, job lease, settings base, logs, metrics."""
