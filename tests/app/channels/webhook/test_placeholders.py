"""Placeholders, one pass, longer names first (specs/healthchecks.md section 12)."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.message import AlertEvent, DeliveryError
from app.channels.placeholders import expand
from app.channels.webhook.placeholders import body_values, common_values, has_placeholder
from tests.app.channels.facts import UUID, a_message, a_monitor_message, a_ping

NAMES = ["$CODE", "$STATUS", "$NOW", "$NAME", "$NAME_JSON", "$SLUG", "$TAGS", "$TAG1", "$TAG2", "$JSON",
         "$EXITSTATUS", "$BODY", "$BODY_JSON"]  # fmt: skip
LIMIT = 100_000
pieces = st.one_of(st.sampled_from([*NAMES, "$", "$$", "$TAG", "$TAG0", "_JSON", "10"]), st.text(max_size=5))
templates = st.lists(pieces, max_size=12).map("".join)
values = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.sampled_from(NAMES), st.text(max_size=8)))


def all_values(message, status="down"):
    return common_values(message, status) | body_values(message)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$CODE", UUID),
        ("$STATUS", "down"),
        ("$NOW", "2026-03-01T12:00:30+00:00"),
        ("$NAME", "Nightly backup"),
        ("$NAME_JSON", '"Nightly backup"'),
        ("$SLUG", "nightly-backup"),
        ("$TAGS", "prod db"),
        ("$TAG1 $TAG2 $TAG3", "prod db $TAG3"),
        ("$JSON", '{"name": "Nightly backup", "n_pings": 41}'),
        ("$EXITSTATUS", "3"),
        ("$BODY", "disk is full"),
        ("$BODY_JSON", '"disk is full"'),
        ("$NAMEs", "Nightly backups"),
        ("$TAG10", "prod0"),
        ("$TAGS1", "prod db1"),
        ("$$NAME", "$Nightly backup"),
        ("$TAG0 $tag1 $UNKNOWN $", "$TAG0 $tag1 $UNKNOWN $"),
        ("$NAME_JSO", "Nightly backup_JSO"),
        ("", ""),
    ],
)
def test_a_placeholder_becomes_its_value(template, text):
    assert expand(template, all_values(a_message()), LIMIT) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$CODE", UUID),
        ("$NAME is $STATUS", "Web shop is down"),
        ("$SLUG", "web-shop"),
        ("$NOW", "2026-03-01T12:00:30+00:00"),
        ("$TAGS", "prod db"),
        ("$JSON", '{"id": 7, "name": "Web shop"}'),
        ("$EXITSTATUS [$BODY] $BODY_JSON", '-1 [] ""'),
    ],
)
def test_a_monitor_has_values_for_the_same_placeholders(template, text):
    assert expand(template, all_values(a_monitor_message()), LIMIT) == text


def test_the_tenth_tag_has_no_placeholder():
    message = a_message(tags=tuple(f"t{number}" for number in range(1, 12)))
    assert expand("$TAG9 $TAG10 $TAG11", all_values(message), LIMIT) == "t9 t10 t11"
    swapped = a_message(tags=("first", *["x"] * 8, "tenth"))
    assert expand("$TAG10", all_values(swapped), LIMIT) == "first0"


def test_what_is_put_in_is_not_looked_at_again():
    message = a_message(name="$CODE $NAME $BODY", tags=("$STATUS",))
    assert expand("$NAME|$TAG1", all_values(message), LIMIT) == "$CODE $NAME $BODY|$STATUS"


def test_halves_do_not_join_to_a_placeholder():
    message = a_message(name="$CO", tags=("$NAME",))
    assert expand("$NAMEDE $TAG1_JSON", all_values(message), LIMIT) == "$CODE $NAME_JSON"


def test_without_a_last_ping_there_is_no_body_and_the_exit_status_is_minus_one():
    assert expand("$EXITSTATUS[$BODY]$BODY_JSON", all_values(a_message(last_ping=None)), LIMIT) == '-1[]""'
    bare = a_message(last_ping=a_ping(exit_status=None, body=None))
    assert expand("$EXITSTATUS[$BODY]$BODY_JSON", all_values(bare), LIMIT) == '-1[]""'
    assert expand("$EXITSTATUS", all_values(a_message(last_ping=a_ping(exit_status=0))), LIMIT) == "0"


def test_a_body_that_is_no_text_is_decoded_leniently():
    message = a_message(last_ping=a_ping(body=b"a\xffb"))
    assert expand("$BODY", all_values(message), LIMIT) == "a\ufffdb"


def test_the_event_does_not_decide_the_status():
    assert expand("$STATUS", all_values(a_message(AlertEvent.TEST), "up"), LIMIT) == "up"


@given(st.text(max_size=50), st.binary(max_size=50))
def test_the_json_forms_are_json(name, body):
    message = a_message(name=name, last_ping=a_ping(body=body))
    got = json.loads(expand('{"name": $NAME_JSON, "body": $BODY_JSON}', all_values(message), LIMIT))
    assert got == {"name": name, "body": body.decode(errors="replace")}


@given(templates, values)
def test_expansion_agrees_with_a_plain_reading_from_left_to_right(template, given_values):
    names = sorted(given_values, key=len, reverse=True)
    rest, parts = template, []
    while rest:
        name = next((name for name in names if rest.startswith(name)), rest[0])
        parts.append(given_values.get(name, name))
        rest = rest[len(name) :]
    assert expand(template, given_values, LIMIT) == "".join(parts)


@given(templates)
def test_a_template_without_placeholders_stays_as_it_is(template):
    assert expand(template, {}, LIMIT) == template
    if not has_placeholder(template):
        assert expand(template, dict.fromkeys(NAMES, "x"), LIMIT) == template


@given(templates, values, st.integers(0, 60))
def test_the_result_is_bounded(template, given_values, limit):
    whole = expand(template, given_values, LIMIT)
    if len(whole) <= limit:
        assert expand(template, given_values, limit) == whole
    else:
        with pytest.raises(DeliveryError, match=re.escape(f"too long ({limit} characters)")):
            expand(template, given_values, limit)
