"""Debian packages unpacked into a private prefix, without root and without touching the system."""
