"""Active measurements, one file a kind: what a target answered, how long each part took, and what failed."""
