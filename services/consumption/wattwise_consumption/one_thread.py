"""Imported before anything else by the processes that read files apart: one thread for each library, whose pools would
count towards the bounds, and gain little."""

import os

os.environ.update({"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "HDF5_USE_FILE_LOCKING": "FALSE"})
