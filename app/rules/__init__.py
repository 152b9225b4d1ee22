"""Pure decisions, no I/O; the clock is always an argument."""
