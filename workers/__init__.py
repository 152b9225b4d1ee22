"""What runs beside requests: the broker's actors and the scheduler's loops."""
