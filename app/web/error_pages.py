"""Pages that explain what an API answers when it refuses: where `infoUrl` leads (specs/apiscience.md section 3)."""

from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

FOLDER = "/docs/errors/"
"""Below the site's root; the last part of a page's address is its slug."""

_PAGE = Path(__file__).with_name("error_page.html").read_text()
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What one status means and what to look at, in HTML."""

    code: int
    name: str
    meaning: str
    causes: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The name as it stands in addresses."""
        return self.name.lower().replace(" ", "-")


PAGES = {
    page.code: page
    for page in (
        ErrorPage(
            400,
            "Bad Request",
            "Something in the request is missing or wrong. Nothing was stored.",
            (
                (
                    "<code>errors</code> beside the message names each field that is wrong, as in "
                    "<code>templates[1].validations[0].kind</code>."
                ),
                "A body is one JSON object in UTF-8, at most 1 MiB. curl sends it with <code>--data-binary</code>.",
                "Of several steps, one wrong one is enough: a monitor is stored whole or not at all.",
            ),
        ),
        ErrorPage(
            401,
            "Unauthorized",
            "The request brought no key that is valid here, from where it came.",
            (
                (
                    "Send the key as <code>Authorization: Bearer &lt;key&gt;</code>. It has 32 characters, and begins "
                    "with <code>hgw_</code> or <code>hgr_</code>."
                ),
                "A key may have expired, or have been deleted.",
                (
                    "A key may be held to addresses. Behind a proxy, the site has to trust it "
                    "(<code>HELIOGRAPH_TRUSTED_PROXIES</code>) to see yours."
                ),
            ),
        ),
        ErrorPage(
            403,
            "Forbidden",
            "The key is valid, and may not do this.",
            (
                "A read-only key (<code>hgr_…</code>) reads and changes nothing.",
                "A key has the rights of its user, who may have been given read-only access, to all or to one monitor.",
                "A change of several monitors at once needs the right to change each of them.",
                "The project may have as many monitors as it is allowed.",
            ),
        ),
        ErrorPage(
            404,
            "Not Found",
            "There is nothing at this address that the key may see.",
            (
                "Numbers are those of the answers of this API: a number of another project is not found.",
                "What was deleted is not found. Neither is the check that a test run showed: it is not kept.",
                (
                    "Below <code>/v1</code> there are <code>monitors</code>, <code>checks</code>, <code>tags</code>, "
                    "<code>contacts</code> and <code>variables</code>."
                ),
            ),
        ),
        ErrorPage(
            405,
            "Method Not Allowed",
            "This address has no such method.",
            ("The header <code>Allow</code> lists those that it has. Changes are made with <code>PATCH</code>.",),
        ),
        ErrorPage(
            429,
            "Too Many Requests",
            "As much of this is going on as the server does at once.",
            ("Only a few test runs happen at the same time. Ask again in some seconds.",),
        ),
        ErrorPage(
            500,
            "Internal Server Error",
            "We made a mistake. The server's log has it, by the number in the message.",
            ("Asking again is safe for what only reads.", "Tell the number to whoever runs this server."),
        ),
        ErrorPage(
            503,
            "Service Unavailable",
            "A part that this server depends on does not answer at the moment.",
            ("Ask again in some seconds.", "<code>/readyz</code> says whether the database answers."),
        ),
    )
}
"""The pages by status."""


def info_url(root: str, code: int) -> str:
    """Return the address of the page that explains a status; `root` is the site's, without a slash at the end."""
    return f"{root}{FOLDER}{PAGES[code].slug}"


def error_page_routes() -> list[Route]:
    """Return the route of the pages."""
    pages = {page.slug: _written(page) for page in PAGES.values()}

    async def show(request: Request) -> Response:
        page = pages.get(request.path_params["slug"])
        if page is None:
            return PlainTextResponse("not found", status_code=404)
        return HTMLResponse(page, headers=_HEADERS)

    return [Route(FOLDER + "{slug}", show)]


def _written(page: ErrorPage) -> str:
    others = (f'<a href="{other.slug}">{other.code} {other.name}</a>' for other in PAGES.values() if other != page)
    parts = {
        "code": str(page.code),
        "name": page.name,
        "meaning": page.meaning,
        "causes": "\n".join(f"<li>{cause}</li>" for cause in page.causes),
        "others": "\n".join(others),
    }
    text = _PAGE
    for name, part in parts.items():
        text = text.replace(f"{{{{ {name} }}}}", part)
    return text
