"""Accounts, permissions, /api/ for people and /data/ for machines; alone owns the database."""

from importlib.metadata import version

__version__ = version("wattwise-backend")
