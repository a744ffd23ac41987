"""Accounts, permissions, /api/ for people and /data/ for machines; alone owns the database."""
