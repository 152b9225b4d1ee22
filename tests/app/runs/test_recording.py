"""What is kept of a run: how much, in which letters, and nothing that is secret."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from app.probes.http import MAX_BODY_BYTES, RECORDED_BODY_BYTES
from app.probes.result import Response
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.rules.validations import checked
from app.runs.bodies import body_text
from app.runs.masking import MASK, Masking
from app.runs.recording import Recorder
from app.runs.sending import with_params
from tests.app.receiver import answer
from tests.app.runs.given import Op, S, body_has, plan, script, step

SECRET = 'p&ss "wörd"/1'


async def kept(runner, receiver, body, *validations, content_type="text/plain", **options):
    receiver.answers = [answer(200, body, Content_Type=content_type)]
    return (await runner.run(plan(step(receiver.url, *validations, **options)))).calls[0]


# --- bodies


async def test_of_a_body_64_kib_are_kept_and_all_of_it_is_judged(runner, receiver):
    call = await kept(runner, receiver, b"a" * 200_000 + b"end", body_has("aend"))
    assert call.outcome is Outcome.PASS
    assert (call.response.body, call.download_bytes) == ("a" * RECORDED_BODY_BYTES, 200_003)


async def test_scripts_see_a_megabyte_of_a_body_and_the_size_of_all(runner, receiver):
    one = script(
        f"assert.lengthOf(context.response.body, {MAX_BODY_BYTES});"
        f"assert.equal(context.statistics.downloadSize, {MAX_BODY_BYTES + 5})"
    )
    call = await kept(runner, receiver, b"a" * (MAX_BODY_BYTES + 5), one)
    assert (call.outcome, call.download_bytes) == (Outcome.PASS, MAX_BODY_BYTES + 5)


@pytest.mark.parametrize("validations", [(), (body_has("é"),)], ids=["start", "all"])
async def test_a_body_is_cut_between_characters(runner, receiver, validations):
    call = await kept(runner, receiver, ("x" + "é" * 100_000).encode(), *validations)
    assert call.response.body == "x" + "é" * (RECORDED_BODY_BYTES // 2 - 1)


async def test_what_is_no_text_is_replaced(runner, receiver):
    call = await kept(runner, receiver, b"a\0b\xff\xc3", body_has("\0b"))
    assert (call.outcome, call.response.body) == (Outcome.PASS, "a\ufffdb\ufffd\ufffd")


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", b"Zo\xc3\xab", "Zoë"),
        ("text/plain; charset=ISO-8859-1", b"Zo\xeb", "Zoë"),
        ('text/plain;Charset="windows-1252"; x=y', b"\x80 5", "€ 5"),
        ("text/plain; charset=utf-8", b"Zo\xc3\xab", "Zoë"),
        ("text/plain; charset=shift_jis", b"\x83\x65", "テ"),
        ("text/plain; charset=UTF-16LE", b"Z\0o\0", "Zo"),
        ("text/plain; charset=nonsense", b"Zo\xc3\xab", "Zoë"),
        ("text/plain; charset=punycode", b"Zo-ita", "Zo-ita"),
        ("text/plain; charset=rot13", b"Zo", "Zo"),
        ("text/plain; charset=unicode_escape", b"\\u0041", "\\u0041"),
        ("text/plain; charset=base64", b"Wm8=", "Wm8="),
        ("text/plain; charset=\xff", b"Zo", "Zo"),
    ],
)
def test_a_body_is_read_by_its_charset_if_pages_are_written_in_it(content_type, body, text):
    assert body_text(Response(200, (("content-type", content_type),), body, len(body))) == text


def test_the_headers_are_kept_as_they_came():
    headers = (("X-B", "1"), ("x-a", "2"), ("X-B", "3\0"))
    kept = Recorder(()).response(Response(204, headers, b"", 0), "")
    assert (kept.status, kept.headers) == (204, (("X-B", "1"), ("x-a", "2"), ("X-B", "3\ufffd")))


@given(any_.text(any_.characters(exclude_categories=())), any_.lists(any_.text()))
def test_every_text_can_be_stored(text, secrets):
    recorder = Recorder(secrets)
    kept = [*recorder.request(StepRequest(text, text, ((text, text),), ((text, text),), text)).headers[0]]
    kept += [recorder.message(text), recorder.response(Response(200, (), b"", 0), text).body]
    for one in kept:
        assert "\0" not in one
        one.encode()


# --- secrets


async def test_secrets_are_sent_and_seen_and_nowhere_kept(runner, receiver):
    echo = f"you said {SECRET} and {json.dumps(SECRET)} and step-secret".encode()
    receiver.answers = [answer(200, echo, X_Echo="step-secret", Location="/?p%26ss%20%22w%C3%B6rd%22%2F1")]
    one = step(
        receiver.url + "/step-secret",
        body_has(SECRET),
        body_has("step-secret"),
        body_has("nothing of that"),
        script("assert.equal(context.response.body, '')"),
        script("throw new Error(context.variables.password)"),
        method="POST",
        headers=(("Authorization", "Bearer step-secret"),),
        params=(("p", "{{password}}"), ("step-secret", "1")),
        body='{"password": "{{password}}"}',
        pre_process_script="console.log('about to send', context.variables.password)",
        secrets=("step-secret", "abc"),
    )
    behind = step(receiver.url, body_has("abc"), params=(("of", "step-secret"),))

    result = await runner.run(plan(one, behind, variables={"password": SECRET}, secrets=(SECRET,)))

    sent = receiver.requests[0]
    assert sent.target == "/step-secret?p=p%26ss%20%22w%C3%B6rd%22%2F1&step-secret=1"
    assert (sent.values("Authorization"), sent.body) == (["Bearer step-secret"], f'{{"password": "{SECRET}"}}'.encode())
    first = result.calls[0]
    assert first.request == StepRequest(
        "POST",
        f"{receiver.url}/***",
        (("Authorization", "Bearer ***"),),
        (("p", "***"), ("***", "1")),
        '{"password": "***"}',
    )
    assert first.response.body == 'you said *** and "***" and ***'
    assert dict(first.response.headers) | {"X-Echo": "***", "Location": "/?***"} == dict(first.response.headers)
    assert [wrong.validation_id for wrong in first.validation_failures] == [3, 4, 5]
    assert "abc" in result.calls[1].validation_failures[0].message
    assert result.logs == ("about to send ***",)
    everything = json.dumps(asdict(result), default=str, ensure_ascii=False)
    assert "secret" not in everything.replace("step-secret", "secret")
    assert "p&ss" not in everything


async def test_a_secret_across_the_end_of_what_is_kept_is_masked_whole(runner, receiver):
    start = "a" * (RECORDED_BODY_BYTES - 6)
    call = await kept(runner, receiver, f"{start}step-secret".encode(), secrets=("step-secret",))
    assert call.response.body == start + MASK


async def test_the_request_of_a_step_that_was_not_sent_is_masked_as_well(runner, receiver):
    one = step(receiver.url + "/step-secret", pre_process_script="throw 'step-secret'", secrets=("step-secret",))
    [call] = (await runner.run(plan(one))).calls
    assert (call.request.href, call.failure.message) == (receiver.url + "/***", "***")


async def test_the_start_of_a_secret_where_a_message_was_cut_is_masked(runner, receiver):
    call = await kept(
        runner,
        receiver,
        b"x" * 190 + b"step-secret",
        checked(S.BODY, Op.EQUALS, None, "y"),
        script("throw new Error('x'.repeat(986) + 'step-secret')"),
        secrets=("step-secret",),
    )
    cut, ended = (wrong.message for wrong in call.validation_failures)
    assert cut == f"Expected the body to equal y, got {'x' * 190}***…"
    assert ended == f"Error: {'x' * 986}***"


@pytest.mark.parametrize(
    ("secrets", "text", "masked"),
    [
        ((), "plain text…", "plain text…"),
        (("abc",), "abc", "abc"),
        (("abcd", "abcdef"), "abcdefgh abcd", "***gh ***"),
        (("a+b c",), "a+b c a%2Bb%20c a%2Bb+c", "*** *** ***"),
        (('a"b\\c',), r"a\"b\\c", "***"),
        (("schön",), '"sch\\u00f6n" schön', '"***" ***'),
        (("'a\\'",), "'\\'a\\\\\\''", "'***'"),
        (('<a&b">',), "&lt;a&amp;b&quot;&gt;", "***"),
        (("abcdef",), "abc… abcd… abcde", "abc… ***… ***"),
    ],
)
def test_secrets_are_found_in_every_usual_spelling(secrets, text, masked):
    assert Masking(secrets).message(text) == masked


# --- addresses


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("http://a", "http://a?q=1&r=%26%20%C3%A9"),
        ("http://a/b?", "http://a/b?q=1&r=%26%20%C3%A9"),
        ("http://a/b?c=d", "http://a/b?c=d&q=1&r=%26%20%C3%A9"),
        ("http://a/b?c=d&", "http://a/b?c=d&q=1&r=%26%20%C3%A9"),
        ("http://a/b#c?d", "http://a/b?q=1&r=%26%20%C3%A9#c?d"),
    ],
)
def test_parameters_are_appended_to_those_that_an_address_has(href, address):
    assert with_params(href, (("q", "1"), ("r", "& é"))) == address
    assert with_params(href, ()) == href
