"""What chats and pushes say, whatever the facts hold."""

from hypothesis import given
from hypothesis import strategies as st

from app.channels.chat_text import BODY_CHARACTERS, chat_text, details, last_body, rows, title
from tests.app.channels.facts import UUID, a_message, a_ping
from tests.app.channels.trial import DOWN, DOWN_DETAILS, DOWN_TEXT, LINK

ANY_TEXT = st.text(st.characters(categories=("L", "P", "S", "Z", "C")), max_size=200)


def test_title_details_and_link_make_the_text():
    assert title(a_message()) == DOWN
    assert details(a_message(), 4000) == DOWN_DETAILS
    assert chat_text(a_message(), 4000) == DOWN_TEXT


def test_of_a_long_text_the_title_and_the_link_are_kept():
    text = chat_text(a_message(description="é" * 1000), 500)
    assert text.startswith(f"{DOWN}\nReason: ")
    assert text.endswith(f"é\n{LINK}")
    assert 498 <= len(text.encode()) <= 500


def test_a_name_of_nothing_that_can_be_shown_gives_way_to_the_uuid():
    assert title(a_message(name="\r\n\x00")) == f"“{UUID}” is DOWN."


def test_other_checks_are_named_a_few_and_counted():
    others = tuple(f"other {number}" for number in range(8))
    assert dict(rows(a_message(others_down=others)))["Also down"] == (
        "other 0, other 1, other 2, other 3, other 4 and 3 more"
    )


def test_a_body_keeps_its_lines_and_loses_what_cannot_be_stored():
    assert last_body(a_message(last_ping=a_ping(body=b"\r\na\r\nb\tc\x00\x1b[0m\n"))) == "a\nb\tc\ufffd\ufffd[0m"
    assert last_body(a_message(last_ping=a_ping(body=b"x" * 2000))) == "x" * BODY_CHARACTERS
    assert last_body(a_message(last_ping=None)) == ""


@given(ANY_TEXT, ANY_TEXT, st.integers(500, 2000))
def test_a_text_stays_within_its_bytes(name, description, limit):
    message = a_message(name=name, description=description)
    assert len(title(message)) <= 150
    assert len(title(message).splitlines()) == 1
    assert len(chat_text(message, limit).encode(errors="replace")) <= limit
    assert len(details(message, limit).encode()) <= limit
