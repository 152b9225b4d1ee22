"""Mails handed to a real SMTP server on this machine."""

import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from app.channels.email import Settings, send
from app.channels.email.send import Envelope, hand_in
from app.channels.gateway import parse_smtp_url
from app.channels.message import AlertEvent, DeliveryError
from tests.app.certificates import self_signed
from tests.app.channels.facts import a_gateway, a_message

pytestmark = [
    # The server of the tests warns of its own settings, which are right for a connection within this machine.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning:aiosmtpd"),
]

TO = Settings(address="ops@example.org")


class Mailbox:
    """Keeps the envelopes, or answers with what a test wants to hear."""

    def __init__(self):
        self.envelopes, self.hosts, self.logins = [], [], []
        self.to_sender = self.to_receiver = self.to_data = "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        envelope.mail_from = address
        envelope.mail_options += options
        self.hosts.append(session.host_name)
        return self.to_sender

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        envelope.rcpt_tos.append(address)
        return self.to_receiver

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return self.to_data

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p/w:1", handled=False)


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def serve(mailbox):
    """Start a server for the mailbox; return its port."""
    running = []

    def start(**options):
        class Server(Controller):
            def factory(self):
                return SMTP(self.handler, hostname="mail.example.org", **options)

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Server(mailbox, hostname="127.0.0.1", port=port)
        controller.start()
        running.append(controller)
        return port

    yield start
    for controller in running:
        controller.stop()


def gateway(url, **changes):
    return a_gateway(mail_server=parse_smtp_url(url), **changes)


async def failure(url, settings=TO):
    with pytest.raises(DeliveryError) as caught:
        await send(settings, a_message(), gateway(url))
    return str(caught.value), caught.value.permanent


async def test_a_mail_arrives(serve, mailbox):
    port = serve(enable_SMTPUTF8=False)
    url = "https://monitor.example.org/unsubscribe/" + "x" * 200

    await send(TO, a_message(name="Zálohy 😀 " * 9), gateway(f"smtp://127.0.0.1:{port}", unsubscribe_url=url))

    [envelope] = mailbox.envelopes
    assert envelope.mail_from == "heliograph@monitor.example.org"
    assert envelope.rcpt_tos == ["ops@example.org"]
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == ("DOWN | " + "Zálohy 😀 " * 9).strip()
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert "disk is full" in mail.get_body(("plain",)).get_content()
    assert mailbox.hosts == ["monitor.example.org"]


async def test_a_mail_comes_back_to_its_own_return_address(serve, mailbox):
    back = "n.5a4e6b8c-1f2d-4c3b-9a8e-7d6c5b4a3f2e.0123456789abcdef01234567@bounces.example.org"
    await send(TO, a_message(), gateway(f"smtp://127.0.0.1:{serve()}", return_address=back))
    [envelope] = mailbox.envelopes
    assert envelope.mail_from == back
    assert message_from_bytes(envelope.content, policy=default)["From"].addresses[0].domain == "monitor.example.org"


async def test_a_test_mail_arrives(serve, mailbox):
    port = serve()
    await send(TO, a_message(AlertEvent.TEST), gateway(f"smtp://127.0.0.1:{port}"))
    assert b"Subject: TEST | Nightly backup" in mailbox.envelopes[0].content


@pytest.mark.parametrize(
    ("site_root", "greeting"),
    [("http://127.0.0.1:8000", "[127.0.0.1]"), ("http://[::1]:8000", "[IPv6:::1]"), ("", "localhost")],
)
async def test_the_greeting_is_a_name_or_a_literal(serve, mailbox, site_root, greeting):
    port = serve()
    await send(TO, a_message(), gateway(f"smtp://127.0.0.1:{port}", site_root=site_root))
    assert mailbox.hosts == [greeting]


async def test_credentials_of_the_url_are_used(serve, mailbox):
    port = serve(authenticator=mailbox.login, auth_require_tls=False, auth_required=True)
    await send(TO, a_message(), gateway(f"smtp://us%40er:p%2Fw%3A1@127.0.0.1:{port}"))
    assert mailbox.logins == [(b"us@er", b"p/w:1")]
    assert len(mailbox.envelopes) == 1


async def test_wrong_credentials_are_the_sites_fault_not_the_receivers(serve, mailbox):
    port = serve(authenticator=mailbox.login, auth_require_tls=False, auth_required=True)
    text, permanent = await failure(f"smtp://user:s3cret@127.0.0.1:{port}")
    assert text.startswith("The mail server answered 535 ")
    assert "s3cret" not in text
    assert not permanent
    assert mailbox.envelopes == []


async def test_without_a_mail_server_the_error_says_what_to_set():
    with pytest.raises(DeliveryError, match=r"^No mail server is set \(HELIOGRAPH_SMTP_URL\)$") as caught:
        await send(TO, a_message(), a_gateway())
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("550 5.1.1 No such user", True),
        ("554 Rejected", True),
        ("550 5.4.4 No route to host", False),
        ("550 5.4.40 Something else", True),
        ("451 4.7.1 Greylisted", False),
    ],
)
async def test_a_refused_receiver_is_permanent_for_5xx_but_5_4_4(serve, mailbox, answer, permanent):
    mailbox.to_receiver = answer
    port = serve()
    assert await failure(f"smtp://127.0.0.1:{port}") == (f"The mail server answered {answer}", permanent)


@pytest.mark.parametrize("step", ["to_sender", "to_data"])
async def test_a_refusal_that_is_not_the_receivers_is_not_permanent(serve, mailbox, step):
    setattr(mailbox, step, "554 5.7.1 Not from here")
    port = serve()
    text, permanent = await failure(f"smtp://127.0.0.1:{port}")
    assert text == "The mail server answered 554 5.7.1 Not from here"
    assert not permanent


async def test_a_long_answer_is_cut(serve, mailbox):
    mailbox.to_receiver = "550 " + "x" * 400
    text, _ = await failure(f"smtp://127.0.0.1:{serve()}")
    assert len(text) <= 200


async def test_an_address_beyond_ascii_needs_a_server_that_can(serve, mailbox):
    settings = Settings(address="žluťák@example.org")
    able, unable = serve(enable_SMTPUTF8=True), serve(enable_SMTPUTF8=False)
    await send(settings, a_message(), gateway(f"smtp://127.0.0.1:{able}"))
    assert mailbox.envelopes[0].rcpt_tos == ["žluťák@example.org"]
    text, permanent = await failure(f"smtp://127.0.0.1:{unable}", settings)
    assert text == "The mail server does not support what this mail needs"
    assert not permanent


async def test_tls_that_must_be_and_is_not_offered_is_an_error(serve, mailbox):
    text, permanent = await failure(f"smtp://127.0.0.1:{serve()}?starttls=always")
    assert text == "SMTP STARTTLS extension not supported by server."
    assert not permanent
    assert mailbox.envelopes == []


async def test_plain_words_where_tls_is_expected_are_a_failed_handshake(serve):
    text, permanent = await failure(f"smtps://127.0.0.1:{serve()}")
    assert text == "TLS handshake failed"
    assert not permanent


async def test_a_closed_port_is_a_failed_connection():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await failure(f"smtp://127.0.0.1:{taken.getsockname()[1]}") == ("Connection failed", False)


async def test_a_silent_server_is_a_timeout():
    envelope = Envelope("a@example.org", "b@example.org", b"Subject: x\r\n\r\nx")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = parse_smtp_url(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(DeliveryError, match=r"^Connection timed out$") as caught:
            await hand_in(envelope, server, local_name="localhost", deadline=0.2)
    assert not caught.value.permanent


async def test_a_certificate_that_nobody_vouches_for_is_a_failed_handshake(serve, mailbox, tmp_path):
    port = serve(tls_context=self_signed(tmp_path))
    assert await failure(f"smtp://127.0.0.1:{port}") == ("TLS handshake failed", False)
    assert await failure(f"smtp://127.0.0.1:{port}?starttls=always") == ("TLS handshake failed", False)
    assert mailbox.envelopes == []


async def test_tls_can_be_left_off(serve, mailbox, tmp_path):
    port = serve(tls_context=self_signed(tmp_path))
    await send(TO, a_message(), gateway(f"smtp://127.0.0.1:{port}?starttls=never"))
    assert len(mailbox.envelopes) == 1
