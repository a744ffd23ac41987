"""`python -m wattwise_consumption` runs the worker in the foreground."""

from .tasks import worker

if __name__ == "__main__":
    worker.main()
