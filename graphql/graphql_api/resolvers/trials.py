"""What can be tried with monitors: runs that are recorded nowhere."""

from app.runs.result import RunResult
from app.store import locations, monitors, templates, variables
from app.store.monitors import MonitorRef
from app.store.run_plans import run_plan
from graphql_api.context import Context


async def monitor_test(ctx: Context, *, ref: MonitorRef) -> RunResult:
    """Run all steps of a monitor once, now, as it is stored, paused or not; nothing of it is recorded.

    Busy at once while as many test runs as may are under way in this process (app/runs/trial.py).
    """
    project, vault = ctx.project(), ctx.site.vault
    monitor = await monitors.find(ctx.database, project.id, ref)
    places = (await locations.of_monitors(ctx.database, [monitor.id])).get(monitor.id, [])
    steps = await templates.of_monitor(ctx.database, vault, monitor.id)
    values = await variables.of_project(ctx.database, vault, project.id)
    return await ctx.site.trials.run(run_plan(monitor, places[0].name if places else "", steps, values))
