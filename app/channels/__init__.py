"""By which means people are told: one folder a kind."""
