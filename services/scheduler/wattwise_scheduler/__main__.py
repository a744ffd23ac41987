"""`python -m wattwise_scheduler`: runs until it is told to stop."""

import signal
import threading
from datetime import UTC, datetime

import structlog

from wattwise_client import Wattwise
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import Heartbeats, load, logs
from wattwise_runtime.broker import Broker

from .scheduler import Scheduler
from .settings import Settings

log = structlog.get_logger(__name__)


def main() -> None:
    settings = load(Settings)
    logs.configure(ServiceName.SCHEDULER, level=settings.log_level, secrets=settings.secrets)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    broker = Broker(settings.redis_url.get_secret_value())
    with Wattwise(settings.backend_url, settings.token.get_secret_value(), patience=settings.patience) as api:
        scheduler = Scheduler(api, broker)
        started_at = datetime.now(UTC)
        with Heartbeats(
            api, ServiceName.SCHEDULER, started_at=started_at, queue_lengths=lambda: scheduler.queue_lengths
        ):
            log.info("scheduler started", backend=settings.backend_url)
            while not stop.is_set():
                scheduler.round()
                stop.wait(settings.round_every.total_seconds())
    broker.close()
    log.info("scheduler stopped")


if __name__ == "__main__":
    main()
