"""Clustering runs, their clusters, and who belongs to which."""
