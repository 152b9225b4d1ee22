"""The `heliograph` command (DESIGN section 6)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from app.channels.registry import kind_names
from app.errors import HeliographError, InvalidInput
from app.opening import opened
from app.provisioning import make
from app.provisioning.demo import make_demo_check
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.security.keys import KeyRole
from app.security.roles import Role
from app.settings import load_settings
from app.site import Site
from app.store.keys import NewKey

cli = typer.Typer(
    help="Heliograph: self-hosted monitoring.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its boxes would show what variables hold
)
project_cli = typer.Typer(help="Projects.", no_args_is_help=True)
key_cli = typer.Typer(help="Keys of a project.", no_args_is_help=True)
user_cli = typer.Typer(help="People who sign in.", no_args_is_help=True)
contact_cli = typer.Typer(help="Who is told.", no_args_is_help=True)
cli.add_typer(project_cli, name="project")
cli.add_typer(key_cli, name="key")
cli.add_typer(user_cli, name="user")
cli.add_typer(contact_cli, name="contact")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ProjectName = Annotated[str, typer.Option("--project", help="Name or id of the project.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]

_ROLES = {role.value.lower().replace("_", "-"): role for role in KeyRole}
_REPORT_RHYTHMS = {rhythm.value.lower(): rhythm for rhythm in ReportRhythm}
_NAG_RHYTHMS = {rhythm.value.lower(): rhythm for rhythm in NagRhythm}
_USER_ROLES = {role.value.lower(): role for role in (Role.ADMIN, Role.EDITOR, Role.VIEWER)}


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit status 1."""
    try:
        cli()
    except HeliographError as refusal:
        Console(stderr=True).print(Text(refusal.message, style="red"), soft_wrap=True)
        raise SystemExit(1) from refusal


@project_cli.command("create")
def project_create(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    check_limit: Annotated[int, typer.Option(help="So many checks it may have.")] = 10_000,
    ping_limit: Annotated[int, typer.Option(help="So many pings are kept of each check.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Make a project, its three keys and the contact `Default`."""
    made = _on_site(lambda site: make.make_project(site, name, check_limit=check_limit, ping_limit=ping_limit))
    _print(made, as_json)


@key_cli.command("create")
def key_create(
    project: ProjectName,
    role: Annotated[str, typer.Option(help="read-write, read-only or ping.")],
    allow_ip: Annotated[str | None, typer.Option(help="Addresses, networks, patterns with *; comma-separated.")] = None,
    user: Annotated[str | None, typer.Option(help="E-mail address of the user it acts for.")] = None,
    expires: Annotated[datetime | None, typer.Option(help="When it stops to work, in UTC.")] = None,
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a key; its secret is shown this once."""
    wanted = NewKey(_chosen(_ROLES, role), name, allow_ip, expires_at=expires and expires.replace(tzinfo=UTC))
    _print(_on_site(lambda site: make.make_key(site, project, wanted, user_email=user)), as_json)


@user_cli.command("create")
def user_create(
    project: ProjectName,
    email: Annotated[str, typer.Option(help="Address by which the user is known.")],
    password: Annotated[str, typer.Option(help="At least 8 characters.")],
    role: Annotated[str, typer.Option(help="admin, editor or viewer.")] = "editor",
    timezone: Annotated[str, typer.Option(help="The user's clock: a name such as Europe/Berlin.")] = "UTC",
    reports: Annotated[str, typer.Option(help="Reports by mail: off, daily, weekly or monthly.")] = "monthly",
    nags: Annotated[str, typer.Option(help="Mails while anything is down: off, hourly or daily.")] = "off",
    as_json: AsJson = False,
) -> None:
    """Make a user who is a member of the project, and a token that acts for the user."""
    chosen = _chosen(_USER_ROLES, role)
    hears = make.Preferences(timezone, _chosen(_REPORT_RHYTHMS, reports), _chosen(_NAG_RHYTHMS, nags))
    _print(_on_site(lambda site: make.make_user(site, project, email, password, chosen, hears)), as_json)


@user_cli.command("grant")
def user_grant(
    project: ProjectName,
    email: Annotated[str, typer.Option(help="Address by which the user is known.")],
    watchable: Annotated[str, typer.Option(help="Uuid or number of a check or monitor.")],
    role: Annotated[str, typer.Option(help="admin, editor or viewer.")],
    as_json: AsJson = False,
) -> None:
    """Give a member of the project another role for one check or monitor."""
    chosen = _chosen(_USER_ROLES, role)
    named = {"user_email": email, "watchable": watchable}
    _print(_on_site(lambda site: make.make_grant(site, project, **named, role=chosen)), as_json)


@contact_cli.command("create")
def contact_create(
    project: ProjectName,
    name: Annotated[str, typer.Option(help="Whom it reaches.")],
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(kind_names())}.")],
    value: Annotated[str, typer.Option(help="The one address, URL or number that says most.")] = "",
    settings: Annotated[str, typer.Option(help="Further settings of the kind, as a JSON object.")] = "{}",
    as_json: AsJson = False,
) -> None:
    """Make a contact with one channel."""
    more = _json_object(settings)
    made = _on_site(lambda site: make.make_contact(site, project, name=name, kind=kind, value=value, settings=more))
    _print(made, as_json)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest shape; every server does so at its start too."""
    _on_site(_nothing)
    Console().print("The database is up to date.")


@cli.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from graphql_api.schema import sdl

    typer.echo(sdl())


@cli.command()
def demo(project: ProjectName, as_json: AsJson = False) -> None:
    """Make a check to try things on."""
    _print(_on_site(lambda site: make_demo_check(site, project)), as_json)


@cli.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run everything in one process."""
    from app.main import serve as run

    run(load_settings(), host, port)


@cli.command()
def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the web server alone, beside `worker` and `scheduler` processes."""
    from app.main import web as run

    run(load_settings(), host, port)


@cli.command()
def worker(queues: Annotated[str, typer.Option(help="Only these queues, comma-separated.")] = "") -> None:
    """Run a worker, which sends alerts."""
    from app.main import worker as run

    run(load_settings(), [queue for queue in queues.split(",") if queue])


@cli.command()
def scheduler() -> None:
    """Run the scheduler, which notices late checks and sends again what a crash left."""
    from app.main import scheduler as run

    run(load_settings())


def _on_site(act: Callable[[Site], Awaitable[Any]]) -> Any:
    """Do one thing on a migrated database, also while a server runs on it."""

    async def run() -> Any:
        async with opened(load_settings(), pool_size=1) as site:
            return await act(site)

    return asyncio.run(run())


async def _nothing(_site: Site) -> None:
    return None


def _chosen(choices: dict[str, Any], text: str) -> Any:
    if text not in choices:
        raise InvalidInput(f"{text!r} is none of: {', '.join(choices)}.")
    return choices[text]


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidInput("--settings is not JSON.") from error
    if not isinstance(value, dict):
        raise InvalidInput("--settings is not a JSON object.")
    return value


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    for group, values in result.items():
        shown = values if isinstance(values, dict) else {"": values}
        for name, value in shown.items():
            typer.echo(f"{group} {name}".strip() + f": {value}")


if __name__ == "__main__":
    main()
