"""What keeps a conversation within bounds, whoever speaks."""

import asyncio
import re
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.mail_in import conversation, listener
from app.mail_in.conversation import MESSAGE_BYTES
from app.rules.states import ScheduleKind
from app.store.checks import CheckRecord
from tests.app.mail_in.conftest import DOMAIN, Post

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Line:
    """A bare connection: what is sent and what is answered, line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, *lines: bytes) -> str:
        """The last line of the answer to the last of these lines."""
        for line in lines:
            self.writer.write(line + b"\r\n")
            answer = await self.hear()
        return answer

    async def hear(self) -> str:
        """The last line of one answer; empty when the connection has ended."""
        while (line := await self.reader.readline())[3:4] == b"-":
            pass
        return line.decode().rstrip()


@asynccontextmanager
async def line_to(post: Post) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
    yield Line(reader, writer)
    writer.close()


@asynccontextmanager
async def mailing_to(post: Post, check: CheckRecord) -> Any:
    """A conversation in which a mail is awaited."""
    async with line_to(post) as line:
        await line.hear()
        begun = await line.say(
            b"EHLO test", b"MAIL FROM:<a@example.org>", f"RCPT TO:<{check.uuid}@{DOMAIN}>".encode(), b"DATA"
        )
        assert begun.startswith("354 ")
        yield line


async def test_the_greeting_names_the_domain_and_the_size_of_mails(post: Post) -> None:
    client = await post.client()
    assert client.esmtp_extensions["size"] == str(MESSAGE_BYTES)
    async with line_to(post) as line:
        assert await line.hear() == f"220 {DOMAIN} ESMTP Heliograph"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".", None),
        (b"one\r\n.", b"one\r\n"),
        (b"..\r\n...\r\n.x\r\n.", b".\r\n..\r\nx\r\n"),
        (b"bare\n.\nnewlines\r\n.", b"bare\n.\nnewlines\r\n"),
        (b"\r\n\r\n.", b"\r\n\r\n"),
    ],
)
async def test_a_mail_ends_with_a_dot_alone(post: Post, check: CheckRecord, sent: bytes, kept: bytes | None) -> None:
    async with mailing_to(post, check) as line:
        assert await line.say(sent) == "250 OK"
    assert [row.body for row in await post.rows()] == [kept]


@pytest.mark.parametrize(
    ("size", "answer"), [(MESSAGE_BYTES, "250 OK"), (MESSAGE_BYTES + 1, "552 5.3.4 The mail is too large")]
)
async def test_a_mail_has_a_largest_size(post: Post, check: CheckRecord, size: int, answer: str) -> None:
    async with mailing_to(post, check) as line:
        assert await line.say(b"x" * (size - 2) + b"\r\n.") == answer
        assert (await line.say(b"MAIL FROM:<a@example.org>")) == "250 OK"
    assert len(await post.rows()) == (answer == "250 OK")


async def test_an_announced_size_is_refused_at_once(post: Post) -> None:
    async with line_to(post) as line:
        await line.hear()
        announced = f"MAIL FROM:<a@example.org> SIZE={MESSAGE_BYTES + 1}".encode()
        assert (await line.say(b"EHLO test", announced)).startswith("552 ")


async def test_a_mail_without_end_ends_the_conversation(post: Post, check: CheckRecord) -> None:
    async with mailing_to(post, check) as line:
        line.writer.write(b"x" * (3 * MESSAGE_BYTES) + b"\r\nMAIL FROM:<forged@example.org>\r\n")
        with pytest.raises(ConnectionError):
            await line.writer.drain()
            while await line.reader.read(1000):
                pass
            raise ConnectionResetError
    assert await post.rows() == []


@pytest.mark.parametrize("command", [b"MAIL FROM:<a@example.org>", b"RCPT TO:<a@example.org>", b"DATA"])
async def test_nothing_is_taken_before_its_turn(post: Post, command: bytes) -> None:
    async with line_to(post) as line:
        await line.hear()
        assert (await line.say(command)).startswith("503 ")


async def test_data_needs_a_recipient_and_no_argument(post: Post, check: CheckRecord) -> None:
    async with line_to(post) as line:
        await line.hear()
        assert (await line.say(b"EHLO test", b"MAIL FROM:<a@example.org>", b"DATA")).startswith("503 ")
        to = f"RCPT TO:<{check.uuid}@{DOMAIN}>".encode()
        assert await line.say(to, b"DATA now") == "501 Syntax: DATA"


@pytest.mark.parametrize(
    "rubbish", [b"GET / HTTP/1.1", b"\xff\xfe\x00", b"", b"x" * 5_000, b"\x16\x03\x01\x02\x00\x01"]
)
async def test_rubbish_is_answered_and_ends_at_last(post: Post, rubbish: bytes) -> None:
    async with line_to(post) as line:
        await line.hear()
        assert (await line.say(rubbish)).startswith("500 ")
        answers = [await line.say(b"NONSENSE") for _ in range(4)]
        while answers[-1].startswith("500 "):
            answers.append(await line.say(b"NONSENSE"))
        assert answers[-1] == "502 5.5.1 Too many unrecognized commands, goodbye."
        assert len(answers) <= 5
        assert await line.hear() == ""


async def test_a_command_may_be_given_so_often(post: Post) -> None:
    async with line_to(post) as line:
        await line.hear()
        answers = [await line.say(b"NOOP") for _ in range(51)]
        assert answers == ["250 OK"] * 50 + ["421 4.7.0 NOOP sent too many times"]
        assert await line.hear() == ""


async def test_nobody_can_sign_in(post: Post) -> None:
    async with line_to(post) as line:
        await line.hear()
        assert (await line.say(b"EHLO test", b"AUTH PLAIN AGEAYg==")).startswith("538 ")


async def test_who_comes_when_too_many_talk_is_told_to_come_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "MOST_CONVERSATIONS", 1)
    async with line_to(post) as first:
        assert (await first.hear()).startswith("220 ")
        async with line_to(post) as second:
            assert await second.hear() == "421 4.3.2 Too many connections, try again later"
            assert await second.hear() == ""
        assert await first.say(b"QUIT") == "221 Bye"
        assert await first.hear() == ""
    async with line_to(post) as third:
        assert (await third.hear()).startswith("220 ")


@pytest.mark.parametrize("limit", ["IDLE_SECONDS", "CONVERSATION_SECONDS"])
async def test_who_stays_too_long_is_left(post: Post, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(conversation, limit, 0.01)
    async with line_to(post) as line:
        assert (await line.hear()).startswith("220 ")
        assert await line.hear() == ""


async def test_a_sender_that_goes_away_within_a_mail_leaves_nothing(post: Post, check: CheckRecord) -> None:
    async with mailing_to(post, check) as line:
        line.writer.write(b"Subject: half")
        line.writer.write_eof()
        assert await line.hear() == ""
    assert await post.rows() == []


async def test_a_stopping_listener_says_so(post: Post) -> None:
    async with line_to(post) as line:
        await line.hear()
        await post.stop()
        assert await line.hear() == "421 4.3.2 The server is stopping, try again later"
        assert await line.hear() == ""
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", post.port)


async def test_a_mail_that_is_being_recorded_is_answered_before_the_stop(
    post: Post, check: CheckRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a recording that goes on when the listener is told to stop
    submit, begun, stopping = post.ingest.submit, asyncio.Event(), asyncio.Event()

    async def late(signal: Any) -> Any:
        begun.set()
        await stopping.wait()
        return await submit(signal)

    monkeypatch.setattr(post.ingest, "submit", late)
    async with mailing_to(post, check) as line:
        line.writer.write(b"Subject: x\r\n.\r\n")
        await begun.wait()
        # when
        stop = asyncio.create_task(post.stop())
        await asyncio.sleep(0)
        stopping.set()
        await stop
        # then
        assert await line.hear() == "250 OK"
        assert (await line.hear()).startswith("421 ")
    assert len(await post.rows()) == 1


async def test_a_bug_asks_to_come_again_and_is_logged_with_its_number(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    # given a check whose stored schedule is broken
    check = await post.world.check(pinged=False, schedule_kind=ScheduleKind.ON_CALENDAR, schedule="nonsense")
    # when
    async with mailing_to(post, check) as line:
        answer = await line.say(b".")
    # then
    number = re.fullmatch(r"451 4\.3\.0 Internal error ([0-9a-f-]{36})", answer)
    assert number is not None
    assert number[1] in caplog.text
    assert await post.rows() == []
