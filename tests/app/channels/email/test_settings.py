"""What a mail channel may be set to."""

import pytest
from pydantic import ValidationError

from app.channels.email.settings import Settings
from app.channels.kind import keeps_still as is_noop
from app.channels.kind import without_secrets as redacted
from app.channels.message import AlertEvent


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("ops@example.org", "ops@example.org"),
        ("Ops@EXAMPLE.org", "Ops@example.org"),
        ("root@localhost", "root@localhost"),
        ("ops@corp.local", "ops@corp.local"),
        ("ops+alerts@example.test", "ops+alerts@example.test"),
        ("ops@bücher.de", "ops@xn--bcher-kva.de"),
        ("ops@intranet", "ops@intranet"),
        ("ops@Mail.Home.ARPA", "ops@mail.home.arpa"),
        ("žluťák@example.org", "žluťák@example.org"),
    ],
)
def test_an_address_is_normalised(address, kept):
    assert Settings(address=address).address == kept


@pytest.mark.parametrize(
    "address",
    ["", "ops", "@h", "a@b@c", "a b@h.org", "a@h.org\r\nBcc: b@h.org", "a@h.org\n", "Name <a@h.org>",
     "a@h.org,b@h.org", "a b@localhost", "a@-x.local", "@localhost", "a@b@localhost",
     "a@.local", "a@localhost\n", "x" * 65 + "@localhost", "x" * 250 + "@h.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValidationError):
        Settings(address=address)


@pytest.mark.parametrize(
    ("choices", "silent"),
    [
        ({}, set()),
        ({"notify_up": False}, {AlertEvent.UP}),
        ({"notify_down": False}, {AlertEvent.DOWN, AlertEvent.REMINDER}),
        ({"notify_up": False, "notify_down": False}, {AlertEvent.UP, AlertEvent.DOWN, AlertEvent.REMINDER}),
    ],
)
def test_up_and_down_are_a_choice(choices, silent):
    settings = Settings(address="ops@example.org", **choices)
    assert {event for event in AlertEvent if is_noop(settings, event)} == silent


def test_nothing_is_hidden():
    settings = Settings(address="ops@example.org", notify_up=False)
    assert redacted(settings) == {"address": "ops@example.org", "notify_up": False, "notify_down": True}
