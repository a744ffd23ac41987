"""Prometheus metrics, served where WATTWISE_METRICS_PORT is set."""

from prometheus_client import Counter, Histogram, start_http_server

JOBS = Counter("wattwise_jobs_total", "Jobs that this worker ended.", ["kind", "outcome"])
JOB_SECONDS = Histogram(
    "wattwise_job_seconds", "How long jobs took.", ["kind"], buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)
)


def serve(port: int) -> None:
    start_http_server(port, addr="127.0.0.1")
