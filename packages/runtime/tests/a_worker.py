"""A worker like any other, started as a process by test_worker_process.py. What its jobs do is in their scope."""

import time

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, Worker

worker = Worker(ServiceName.AGGREGATION)


@worker.job(JobKind.ROLL_UP)
def roll_up(run: JobRun) -> Success:
    end = time.monotonic() + float(str(run.job.scope.get("seconds", 0)))
    while time.monotonic() < end:
        run.progress(0.5, "busy")
        time.sleep(0.02)
    return Success(message="rolled up")


if __name__ == "__main__":
    worker.main()
