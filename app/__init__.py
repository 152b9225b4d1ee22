"""The machine: models, rules, pipeline, channels, and the pages that are not API."""
