"""Metrics of a project's checks, as Prometheus scrapes them (specs/healthchecks.md section 15)."""
