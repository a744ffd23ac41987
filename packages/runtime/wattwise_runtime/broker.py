"""Celery over Redis, as both ends use it: it carries the ids of jobs and nothing else."""

from datetime import timedelta
from uuid import UUID

import redis
from celery import Celery
from kombu import Queue as BrokerQueue
from kombu.exceptions import OperationalError

from wattwise_contract.jobs import JobKind, Queue

# Redis has no priorities: Celery keeps a list for each step and empties the lowest first.
URGENT, NORMAL, LATER = 0, 5, 9
SEPARATOR = ":"
TIMEOUT = timedelta(seconds=3)


class BrokerAway(Exception):
    """Redis does not answer. Nothing is lost: jobs wait in the database."""


def celery_app(name: str, redis_url: str, *, queues: tuple[Queue, ...] = tuple(Queue)) -> Celery:
    """A Celery application that acknowledges early (the lease decides who works), keeps no results, takes one message
    at a time, and tries for ever to reach Redis."""
    app = Celery(name, broker=redis_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=False,
        task_queues=[BrokerQueue(queue.value, routing_key=queue.value) for queue in queues],
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=TIMEOUT.total_seconds(),
        broker_transport_options={
            "priority_steps": [URGENT, NORMAL, LATER],
            "sep": SEPARATOR,
            "queue_order_strategy": "priority",
            "socket_connect_timeout": TIMEOUT.total_seconds(),
            "socket_keepalive": True,
            "health_check_interval": 5,
        },
    )
    return app


class Broker:
    """The scheduler's end: sends ids, and asks how long the queues are."""

    def __init__(self, redis_url: str) -> None:
        self._app = celery_app("wattwise-scheduler", redis_url)
        seconds = TIMEOUT.total_seconds()
        # redis-py comes with celery[redis].
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=seconds, socket_connect_timeout=seconds)

    def send(self, job_id: UUID, kind: JobKind, priority: int) -> None:
        """Raises BrokerAway."""
        try:
            self._app.send_task(
                kind.task_name,
                kwargs={"job_id": str(job_id)},
                queue=kind.queue.value,
                priority=URGENT if priority > 0 else NORMAL if priority == 0 else LATER,
                retry=False,
            )
        except (OperationalError, redis.RedisError, OSError) as error:
            raise BrokerAway(str(error)) from error

    def queue_lengths(self) -> dict[Queue, int]:
        """Messages that no worker has taken. Raises BrokerAway."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for queue in Queue:
                    for step in (URGENT, NORMAL, LATER):
                        pipeline.llen(_list_of(queue, step))
                counts = [int(count) for count in pipeline.execute()]
        except (redis.RedisError, OSError) as error:
            raise BrokerAway(str(error)) from error
        return {queue: sum(counts[3 * place : 3 * place + 3]) for place, queue in enumerate(Queue)}

    def close(self) -> None:
        self._app.close()
        self._redis.close()


def _list_of(queue: Queue, step: int) -> str:
    """The Redis list that Celery keeps the messages of a queue and priority step in."""
    return f"{queue.value}{SEPARATOR}{step}" if step else queue.value
