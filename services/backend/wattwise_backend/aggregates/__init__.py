"""Rollups: how they are published, and the series, profiles and heat maps read from them."""
