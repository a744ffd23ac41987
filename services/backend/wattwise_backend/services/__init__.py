"""The nine services: who is alive, how long the queues are, and what the scheduler looks at."""
