"""Entry points: ids in, one call. The pipeline is imported by the first job, so that the service is up before
scikit-learn is."""

from typing import cast

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, PermanentFailure, Worker

from .settings import Settings

worker = Worker(ServiceName.CLUSTERING, Settings)


@worker.job(JobKind.CLUSTER_CONSUMERS)
def cluster_consumers(run: JobRun) -> Success:
    from . import pipeline
    from .details import TooFewDetails
    from .kmeans import TooFewConsumers

    settings = cast(Settings, worker.settings)
    try:
        return pipeline.cluster_consumers(run, seed=settings.clustering_seed)
    except (TooFewConsumers, TooFewDetails) as error:
        raise PermanentFailure(str(error)) from error
