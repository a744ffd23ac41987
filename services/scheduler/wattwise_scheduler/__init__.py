"""Watches the data, decides what is due, dispatches jobs, recovers the lost."""
