"""PostgreSQL with TimescaleDB as a private, tuned service."""
