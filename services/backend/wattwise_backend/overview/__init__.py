"""The first page: is everything all right, what changed, what will happen."""
