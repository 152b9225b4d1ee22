"""Scripts of multi-step monitors: JavaScript in child processes (specs/apiscience.md section 9, decision 0014)."""
