"""Logs: one JSON object a line on standard output, from our code and from libraries alike, without secrets."""

import logging
import sys
from collections.abc import Sequence

import stamina
import stamina.instrumentation
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def configure(service: str, *, level: str, secrets: Sequence[str]) -> None:
    """Takes over the root logger. Times are UTC; secrets are replaced wherever they would appear."""

    def name_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    def hide_secrets(_: WrappedLogger, __: str, line: str) -> str:
        for secret in secrets:
            line = line.replace(secret, "***")
        return line

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_service,
    ]
    rendering = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=rendering)  # type: ignore[arg-type]  # the last one takes the rendered line
    )
    # Whoever gives up waiting for the backend says so; each single try is not worth a line.
    stamina.instrumentation.set_on_retry_hooks([])
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx2", "httpcore2", "kombu", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
