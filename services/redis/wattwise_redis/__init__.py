"""Redis as a private service."""
