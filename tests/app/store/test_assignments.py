"""Who is told of what, for one watchable and for all of a project."""

from app.site import Site
from app.store import assignments
from app.store.projects import ProjectRecord
from tests.rest_compat.healthchecks.given import a_channel, a_check, a_project, assigned


async def test_the_told_of_a_project_are_those_of_each_of_its_watchables(site: Site, project: ProjectRecord):
    by_contact = await a_channel(site, project, "whole contact")
    single = await a_channel(site, project, "single")
    checks = [await a_check(site, project) for _ in range(12)]
    for check in checks[:10]:
        await assigned(site, check, single)
    async with site.database.transaction() as unit:
        for check in checks[9:11]:
            await assignments.assign_contacts(unit, check.id, [by_contact.contact_id])
        await assignments.assign_channels(unit, checks[10].id, {by_contact.id, single.id})
    other = await a_project(site)
    await assigned(site, await a_check(site, other), await a_channel(site, other))

    told = await assignments.told_in_project(site.database, project.id)

    assert told == await assignments.told(site.database, [check.id for check in checks])
    assert told[checks[0].id] == [single.uuid]
    assert told[checks[9].id] == [by_contact.uuid]
    assert told[checks[10].id] == sorted((by_contact.uuid, single.uuid))
    assert checks[11].id not in told
