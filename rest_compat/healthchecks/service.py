"""The server itself: does it answer, what went through it, what providers report (specs/healthchecks.md section 7.6).

No key of a project opens these, and scripts of other sites may not read them.
"""

import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.errors import Forbidden, HeliographError, Unavailable
from app.mail_in.bounce import addressed_to, note_bounce
from app.pipeline.bounces import bounced
from app.pipeline.callbacks import record_report
from app.site import Site
from app.store import figures as store
from app.store.figures import Figures
from app.web.pings import MAX_REQUEST_BODY
from app.web.reached import raw_headers
from app.web.request_body import BodyTooLarge, ClientGone, read_start
from graphql_api.context import Context
from rest_compat.escaped_json import ascii_json
from rest_compat.healthchecks import descriptions as says
from rest_compat.healthchecks.dialect import HealthchecksDialect, safe
from rest_compat.healthchecks.errors import refusal
from rest_compat.routing import Call, Route, no_arguments

METRICS_HEADER = "X-Metrics-Key"
MOST_FORM_BYTES = 65_536
"""Bytes of a provider's report; a longer one is not read."""

_MOST_FIELDS = 100
_UNDELIVERED = frozenset({"failed", "undelivered", "busy", "no-answer", "canceled"})
_log = logging.getLogger(__name__)


class ServiceDialect:
    """Asks for no key; a refusal is a bare status."""

    forms = HealthchecksDialect.forms

    def __init__(self, site: Site) -> None:
        self._site = site

    async def call(self, request: Request, row: Route, prefix: str) -> Call:
        """Read the start of what is posted."""
        ctx = Context(site=self._site, caller=None, root=self._site.site_root + prefix)
        body = await _start(request) if row.method == "POST" else b""
        return Call(ctx=ctx, path=request.path_params, headers=request.headers, body=body)

    def answered(self, allowed: Sequence[str], status: int, value: Any) -> Response:  # noqa: ARG002 - asked of every dialect
        """Answer text as plain text, and all else as JSON."""
        if isinstance(value, str):
            return safe(PlainTextResponse(value, status))
        return safe(Response(ascii_json(value), status, media_type="application/json"))

    def refused(self, allowed: Sequence[str], request: Request, error: HeliographError) -> Response:  # noqa: ARG002 - asked of every dialect
        """Answer 403 without a body to a wrong key of the site, and by the table of errors to all else."""
        return safe(Response(status_code=403) if isinstance(error, Forbidden) else refusal(error))

    def failed(self, request: Request, status: int, message: str) -> Response:  # noqa: ARG002 - asked of every dialect
        """Answer in plain text."""
        return safe(PlainTextResponse(f"{message}\n", status))

    def wrong_method(self, allowed: Sequence[str], request: Request) -> Response:  # noqa: ARG002 - asked of every dialect
        """Answer 405 without a body."""
        return self._no_such_method(allowed)

    def _no_such_method(self, allowed: Sequence[str]) -> Response:
        return safe(Response(status_code=405, headers={"allow": ", ".join(allowed)}))

    def options(self, allowed: Sequence[str]) -> Response:
        """Answer as to any other method that the path does not have."""
        return self._no_such_method(allowed)


async def status(ctx: Context) -> str:
    """Say OK once the database answered; Unavailable when it does not."""
    try:
        await ctx.database.row(text("SELECT 1"))
    except (OSError, SQLAlchemyError) as error:
        _log.exception("The database does not answer")
        raise Unavailable("The database does not answer.") from error
    return "OK"


async def metrics(ctx: Context, *, key: str) -> Figures:
    """Return the figures of the site; Forbidden unless this is its metrics key, and while it has none."""
    own = ctx.site.settings.metrics_key.get_secret_value()
    if not own or not hmac.compare_digest(key.encode("latin-1"), own.encode()):
        raise Forbidden("This needs the metrics key of the site.")
    return await store.figures(ctx.database)


async def report(ctx: Context, *, notification_uuid: str, error: str, disable: bool) -> None:
    """Record what a provider reports of a notification, if that is an error."""
    if error:
        await record_report(ctx.site, notification_uuid, error, disable=disable)


async def bounce(ctx: Context, *, raw: bytes) -> None:
    """Record what came back to a return address that we signed; any other mail changes nothing."""
    uuids = (bounced(ctx.site, address) for address in addressed_to(raw))
    uuid = next((each for each in uuids if each is not None), None)
    if uuid is not None:
        await note_bounce(ctx.site, uuid, raw)


async def _metrics_key(call: Call) -> Mapping[str, Any]:
    return {"key": call.headers.get(METRICS_HEADER, "").strip(" \t")}


async def _report(call: Call) -> Mapping[str, Any]:
    """Return what a form says: `error`, or in a word of Twilio's how a message or a call ended."""
    form = _form(call.body)
    told = form.get("error", "")
    statuses = [form.get(name) for name in ("MessageStatus", "CallStatus")]
    ended = next((status for status in statuses if status in _UNDELIVERED), None)
    return {
        "notification_uuid": call.path["uuid"],
        "error": told or (f"The provider reports: {ended}" if ended else ""),
        "disable": bool(told and form.get("mark_disabled")),
    }


async def _as_it_is(_call: Call, value: str) -> str:
    return value


async def _figures(call: Call, found: Figures) -> Mapping[str, int | None]:
    return {
        "ts": int(call.ctx.now().timestamp()),
        "max_ping_id": found.pings,
        "max_notification_id": found.newest_notification,
        "num_unprocessed_flips": found.untold_flips,
    }


async def _nothing(_call: Call, _done: None) -> str:
    return ""


async def _mail(call: Call) -> Mapping[str, Any]:
    return {"raw": call.body}


async def _start(request: Request) -> bytes:
    """Return the start of a body, long enough to know one that is too long; nothing of one that breaks off."""
    try:
        return await read_start(
            request.receive, raw_headers(request.scope), keep=MOST_FORM_BYTES + 1, allow=MAX_REQUEST_BODY
        )
    except (BodyTooLarge, ClientGone):
        return b""


def _form(body: bytes) -> Mapping[str, str]:
    """Return the last value of each field of a URL-encoded form; what cannot be read counts as an empty one.

    NUL, which no database keeps, is left out.
    """
    if len(body) > MOST_FORM_BYTES:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1].replace("\0", "") for name, values in fields.items()}


SERVICE = (
    Route("GET", "/status/", status, no_arguments, _as_it_is, says.STATUS, None),
    Route("HEAD", "/status/", status, no_arguments, _as_it_is, says.STATUS_HEAD, None),
    Route("OPTIONS", "/status/", status, no_arguments, _as_it_is, says.STATUS, None),
    Route("GET", "/metrics/", metrics, _metrics_key, _figures, says.METRICS, None),
    Route("POST", "/notifications/{uuid}/status", report, _report, _nothing, says.REPORT, None),
    Route("POST", "/bounces/", bounce, _mail, _nothing, says.BOUNCE, None),
)
"""The endpoints, the same in every version of the API."""
