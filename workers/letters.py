"""Sending one letter: claimed at home, sent on the loop of the actors, recorded at home."""

from dataclasses import replace

from app.channels.email.letters import Nag, render_nag, render_report
from app.channels.email.send import post
from app.channels.gateway import Gateway
from app.pipeline import letters
from app.pipeline.letters import ClaimedLetter
from workers.attempts import failure_of, guarded
from workers.home import Home


async def send_letter(home: Home, uuid: str, attempt: int) -> None:
    """Make the next attempt of a letter of which `attempt` were made. Never raises: the lease makes good."""
    await guarded(_attempt(home, uuid, attempt), f"letter {uuid}")


async def _attempt(home: Home, uuid: str, attempt: int) -> None:
    claimed = await home.at_home(letters.claim(home.site, uuid, attempt))
    if claimed is None:
        return
    gateway = replace(home.gateway, unsubscribe_url=claimed.unsubscribe_url)
    failure = await failure_of(_send(claimed, gateway), f"letter {uuid}")
    if failure is None:
        await home.at_home(letters.record_success(home.site, claimed.claim))
        return
    await home.at_home(letters.record_failure(home.site, claimed, failure.reason, permanent=failure.permanent))


async def _send(claimed: ClaimedLetter, gateway: Gateway) -> None:
    content, uuid, receiver = claimed.content, claimed.claim.uuid, claimed.user.email
    if isinstance(content, Nag):
        mail = render_nag(content, uuid, receiver, gateway)
    else:
        mail = render_report(content, uuid, receiver, gateway)
    await post(mail, receiver, gateway)
