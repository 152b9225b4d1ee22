"""What can be done with monitors."""

from typing import Annotated

import strawberry

from app.runs.result import RunResult
from app.runs.trial import PATIENCE_SECONDS
from app.store.monitors import MonitorRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.monitor import PATHS, MonitorCreateInput, MonitorUpdateInput
from graphql_api.inputs.references import WatchableRef, bounded, monitor_ref
from graphql_api.mutations.payload import Payload, each, own_project, refusable
from graphql_api.nodes.monitor import Monitor
from graphql_api.nodes.run import TrialRun
from graphql_api.resolvers import monitors, run_now, trials


@strawberry.type(description="What `monitorCreate` did.")
class MonitorCreatePayload(Payload):
    """The monitor."""

    monitor: MonitorRecord | None = strawberry.field(
        graphql_type=Monitor | None, default=None, description="The monitor; null when refused."
    )


@strawberry.type(description="What `monitorUpdate` did.")
class MonitorUpdatePayload(Payload):
    """The monitor as it is now."""

    monitor: MonitorRecord | None = strawberry.field(
        graphql_type=Monitor | None, default=None, description="The monitor as it is now; null when refused."
    )


@strawberry.type(description="What `monitorRunNow` did.")
class MonitorRunNowPayload(Payload):
    """Those that are due."""

    monitors: list[MonitorRecord] = strawberry.field(
        graphql_type=list[Monitor], default_factory=list, description="Those that were not refused."
    )


@strawberry.type(description="What `monitorTest` did.")
class MonitorTestPayload(Payload):
    """The run."""

    run: RunResult | None = strawberry.field(
        graphql_type=TrialRun | None, default=None, description="The run, whatever it came to; null when refused."
    )


@refusable(MonitorCreatePayload, PATHS)
async def _create(
    info: Info,
    input: Annotated[MonitorCreateInput, strawberry.argument(description="What the monitor is to be.")],  # noqa: A002 - the argument's name in the schema
) -> MonitorCreatePayload:
    own_project(info.context, input.project_id)
    made = await monitors.monitor_create(info.context, kind=input.kind, changes=input.changes())
    return MonitorCreatePayload(monitor=made)


@refusable(MonitorUpdatePayload, PATHS)
async def _update(
    info: Info,
    by: Annotated[WatchableRef, strawberry.argument(description="Which monitor.")],
    input: Annotated[MonitorUpdateInput, strawberry.argument(description="What is to become of it.")],  # noqa: A002 - the argument's name in the schema
) -> MonitorUpdatePayload:
    changed = await monitors.monitor_update(info.context, ref=by.monitor(), changes=input.changes())
    return MonitorUpdatePayload(monitor=changed)


@refusable(MonitorRunNowPayload)
async def _run_now(
    info: Info,
    ids: Annotated[
        list[strawberry.ID],
        strawberry.argument(
            description="Which ones, at most 100. Each is handled by itself: what is refused is in `errors`."
        ),
    ],
) -> MonitorRunNowPayload:
    handled, errors = await each(bounded(ids), lambda one: run_now.monitor_run_now(info.context, ref=monitor_ref(one)))
    return MonitorRunNowPayload(monitors=list(handled.values()), errors=errors)


@refusable(MonitorTestPayload)
async def _test(
    info: Info, by: Annotated[WatchableRef, strawberry.argument(description="Which monitor.")]
) -> MonitorTestPayload:
    info.context.last_longer(PATIENCE_SECONDS)
    return MonitorTestPayload(run=await trials.monitor_test(info.context, ref=by.monitor()))


@strawberry.type
class MonitorMutation:
    """The mutations of monitors."""

    monitor_create: MonitorCreatePayload = fetched(
        _create, "Make a monitor, with its templates if it is of kind API. It is run at once, unless it is paused."
    )
    monitor_update: MonitorUpdatePayload = fetched(_update, "Change a monitor. Its state stays until its next run.")
    monitor_run_now: MonitorRunNowPayload = fetched(
        _run_now,
        "Let these be due at once, and from then on at their interval. A run that is under way runs on; CONFLICT for "
        "one that is paused.",
    )
    monitor_test: MonitorTestPayload = fetched(
        _test,
        "Run all steps once, now, as they are stored, paused or not, and wait for it: a minute at most. Nothing of it "
        "is recorded, and read-only keys may do it. LIMIT_REACHED while as many as may are under way.",
    )
