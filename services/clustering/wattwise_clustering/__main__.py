"""`python -m wattwise_clustering`: the worker in the foreground."""

from .tasks import worker

if __name__ == "__main__":
    worker.main()
