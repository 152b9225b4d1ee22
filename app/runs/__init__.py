"""Runs of monitors: what a worker is told to do, how it does it, and what it tells of it. No database here."""
