"""What workers are told: everything that a run needs, in a number of statements that does not grow."""

import pytest

from app.models.tables import validations
from app.rules.outcomes import ProbeKind
from app.rules.steps import StepRequest
from app.rules.validations import Validation, ValidationOperator, ValidationSource
from app.site import Site
from app.store import locations, run_plans, variables
from app.store.monitor_changes import TemplateChanges, ValidationInput
from app.store.templates import TemplateHeader
from tests.graphql_api.test_statements import counted
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


async def location_id(world: World) -> int:
    return (await locations.of_project(world.site.database, world.project_id))[0].id


async def test_a_plan_holds_the_templates_in_order_and_what_must_hold_of_their_responses(world: World) -> None:
    first = TemplateChanges(
        name="log in",
        method="post",
        url="https://shop.example.org/{{path}}",
        url_parameters=(("a", "1"), ("a", "2")),
        headers=(TemplateHeader("X-Key", "sesame", secret=True), TemplateHeader("Accept", "text/html")),
        body="{}",
        follow_redirects=True,
        timeout=5,
        pre_process_script="let a = 1;",
        post_script="let b = 2;",
        validations=(
            ValidationInput(source=ValidationSource.STATUS, operator=ValidationOperator.EQUALS, expected="201"),
            ValidationInput(source=ValidationSource.BODY, operator=ValidationOperator.IS_JSON),
        ),
    )
    monitor = await world.monitor(steps=(first, TemplateChanges(url="http://b")), timeout=20, retries=2)
    place = (monitor.id, await location_id(world))

    plan = (await run_plans.plans(world.site.database, world.site.vault, [place]))[place]

    assert (plan.monitor_id, plan.monitor_name, plan.location_name) == (monitor.id, "shop", "Washington DC")
    assert (plan.timeout, plan.retries, plan.variables, plan.secrets) == (20.0, 2, {}, ())
    login, home = plan.steps
    assert login.request == StepRequest(
        "POST",
        "https://shop.example.org/{{path}}",
        (("X-Key", "sesame"), ("Accept", "text/html")),
        (("a", "1"), ("a", "2")),
        "{}",
    )
    assert (login.name, login.follow_redirects, login.timeout) == ("log in", True, 5.0)
    assert (login.pre_process_script, login.post_script, login.secrets) == ("let a = 1;", "let b = 2;", ("sesame",))
    stored = [row.id for row in await world.site.database.rows(validations.select().order_by(validations.c.position))]
    assert login.validations == (
        (stored[0], Validation(ValidationSource.STATUS, ValidationOperator.EQUALS, expected="201")),
        (stored[1], Validation(ValidationSource.BODY, ValidationOperator.IS_JSON)),
    )
    assert (home.request, home.validations, home.timeout) == (StepRequest("GET", "http://b"), (), None)


async def test_a_monitor_of_an_address_has_one_step_that_wants_a_good_status(world: World) -> None:
    monitor = await world.monitor(steps=(), kind=ProbeKind.HTTP, address="http://shop.example.org/")
    place = (monitor.id, await location_id(world))

    (step,) = (await run_plans.plans(world.site.database, world.site.vault, [place]))[place].steps

    assert (step.request, step.follow_redirects) == (StepRequest("GET", "http://shop.example.org/"), True)
    assert step.template_id is None
    good = Validation(ValidationSource.STATUS, ValidationOperator.IN, expected="2xx,3xx")
    assert step.validations == ((None, good),)


async def test_a_plan_holds_the_variables_and_every_text_of_the_secret_ones(world: World) -> None:
    place = ((await world.monitor()).id, await location_id(world))
    async with world.site.database.transaction() as unit:
        for name, value, secret in (("plain", '"p"', False), ("key", '"k"', True), ("pair", '{"a":["x",7]}', True)):
            await variables.put(unit, world.site.vault, world.project_id, {name: value}, world.now, secret=secret)

    plan = (await run_plans.plans(world.site.database, world.site.vault, [place]))[place]

    assert plan.variables == {"plain": "p", "key": "k", "pair": {"a": ["x", 7]}}
    assert set(plan.secrets) == {"k", '{"a":["x",7]}', '["x",7]', "x", "7"}
    assert '["x",7]' not in repr(plan)


async def test_many_plans_cost_as_many_statements_as_one(world: World) -> None:
    places = [((await world.monitor(name)).id, await location_id(world)) for name in "abcde"]

    counts = []
    for wanted in (places[:1], places):
        with counted(world.site) as statements:
            found = await run_plans.plans(world.site.database, world.site.vault, [*wanted, (10**9, 1)])
        assert list(found) == wanted
        counts.append(len(statements))

    assert counts == [5, 5]
