"""Jobs: the row in the database is the truth, Redis only carries its id."""
