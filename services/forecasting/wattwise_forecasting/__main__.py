"""`python -m wattwise_forecasting`: the worker in the foreground."""

from .tasks import worker

if __name__ == "__main__":
    worker.main()
