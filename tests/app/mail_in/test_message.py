"""What is read of a mail (specs/healthchecks.md section 13): of whole ones all, of broken ones what is there."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail_in.message import TEXT_CHARACTERS, read_mail, read_subject
from app.mail_in.mime import DEEPEST, HEADER_BYTES, MOST_PARTS, SUBJECT_CHARACTERS


def written(subject: str = "", plain: str | None = None, html: str | None = None, **options: str) -> bytes:
    """A mail as the standard library writes it."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    if plain is not None:
        mail.set_content(plain, **options)
    if html is not None:
        (mail.add_alternative if plain is not None else mail.set_content)(html, subtype="html", **options)
    return mail.as_bytes()


def raw(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines)


@pytest.mark.parametrize("subject", ["Backup done", "Záloha hotová ✓", "x" * 300, "žluťoučký kůň " * 10, "a =?b? c"])
def test_the_subject_is_decoded(subject: str) -> None:
    assert read_subject(written(subject)).split() == subject.split()


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        (b"Subject: plain", "plain"),
        (b"SUBJECT :  spaced ", "spaced"),
        (b"Subject: folded\r\n over\r\n\tlines", "folded over\tlines"),
        (b"Subject: first\r\nSubject: second", "first"),
        ("Subject: hotovo ✓ =?utf-8?q?=C5=BE?= C:\\u1".encode(), "hotovo ✓ ž C:\\u1"),
        (b"Subject: =?utf-8?b?xb4=?= =?utf-8?q?_=C5?= =?utf-8?q?=BE?=", "ž ž"),
        (b"Subject: =?UTF-8?Q?with space?=", "with space"),
        (b"Subject: =?iso-8859-2?q?=BE?=", "ž"),
        (b"Subject: =?utf-8*cs?q?=C5=BE?=", "ž"),
        (b"Subject: =?no-such?q?=C5=BE?=", "ž"),
        (b"Subject: =?punycode?q?abc-?=", "abc-"),
        (b"Subject: =?utf-8?q?=FF?=", "\ufffd"),
        (b"Subject: =?utf-8?b?x?=", "=?utf-8?b?x?="),
        (b"Subject: \xff\0", "\ufffd"),
        (b"X-Subject: no", ""),
        (b"", ""),
    ],
)
@pytest.mark.parametrize("end", [b"", b"\r\n\r\nSubject: in the body"])
def test_any_subject_is_read_leniently(line: bytes, subject: str, end: bytes) -> None:
    assert read_subject(line + end) == subject


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2", "windows-1250"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_text_is_decoded_by_encoding_and_charset(charset: str, encoding: str) -> None:
    mail = written("x", "žluťoučký kůň " * 9, "<p>pěl <b>ó</b>dy</p>", charset=charset, cte=encoding)
    subject, body = read_mail(mail)
    assert (subject, body.split()) == ("x", ["žluťoučký", "kůň"] * 9 + ["pěl", "ódy"])


@pytest.mark.parametrize(
    ("plain", "html", "text"),
    [("done\r\n", None, "done\r\n"), (None, "<i>done</i>", "done"), ("a", "<i>b</i>", "a\r\n\nb"), (None, None, "")],
)
def test_the_plain_part_comes_before_the_html_part(plain: str | None, html: str | None, text: str) -> None:
    assert read_mail(written("", plain, html)).body == text


def test_attachments_are_not_read() -> None:
    mail = EmailMessage(policy=SMTP)
    mail.set_content("body")
    mail.add_attachment("attached", filename="a.txt")
    mail.add_attachment("<p>attached</p>", subtype="html")
    mail.add_attachment(written("inner", "forwarded"), maintype="application", subtype="eml")
    assert read_mail(mail.as_bytes()).body.strip() == "body"


def test_of_several_bodies_the_first_is_read() -> None:
    mail = raw(
        "Content-Type: multipart/mixed; boundary=one", "", "preamble", "--one", "", "first", "--one",
        "Content-Type: text/plain", "", "second", "--one--", "epilogue", "--one", "", "third",
    )  # fmt: skip
    assert read_mail(mail).body == "first"


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        (raw("no headers at all"), ""),
        (raw("", "only a body"), "only a body"),
        (b"Subject: x\n\nbare newlines", "bare newlines"),
        (raw("Content-Type: nonsense", "", "a"), "a"),
        (raw("Content-Type: text/plain; charset=no-such", "", "ž"), "ž"),
        (raw('Content-Type: text/plain; charset="a\0b"', "", "ž"), "ž"),
        (raw("Content-Type: text/plain; charset=unicode_escape", "", "\\d"), "\\d"),
        (raw("Content-Type: text/plain; charset=zlib", "", "ž"), "ž"),
        (raw("Content-Type: application/pdf", "", "a"), ""),
        (raw("Content-Type: multipart/mixed", "", "--", "a"), ""),
        (raw("Content-Type: multipart/mixed; boundary=b", "", "none"), ""),
        (raw("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "never closed"), "never closed"),
        (raw("Content-Type: multipart/mixed; boundary=ž", "", "--ž", "", "beyond ASCII"), "beyond ASCII"),
        (raw("Content-Type: multipart/mixed; boundary=b", "", "--b--", "--b", "", "too late"), ""),
        (raw("Content-Type: multipart/mixed; boundary=b", "", "--bb", "", "--b", "", "longer"), "longer"),
        (raw("Content-Transfer-Encoding: base64", "", "!ZG9 uZQ"), "done"),
        (raw("Content-Transfer-Encoding: base64", "", "A"), "A"),
        (raw("Content-Transfer-Encoding: quoted-printable", "", "=C5=BE=", "=ZZ"), "ž=ZZ"),
        (raw("Content-Transfer-Encoding: strange", "", "as it is"), "as it is"),
        (b"", ""),
    ],
)  # fmt: skip
def test_of_a_broken_mail_what_is_there_is_read(mail: bytes, text: str) -> None:
    assert read_mail(mail).body == text


def nested(depth: int) -> bytes:
    mail = raw("", "deep")
    for level in range(depth):
        mail = raw(f"Content-Type: multipart/mixed; boundary=b{level}", "", f"--b{level}", mail, f"--b{level}--")
    return mail


@pytest.mark.parametrize(("depth", "text"), [(DEEPEST, "deep"), (DEEPEST + 1, ""), (5_000, "")])
def test_parts_are_looked_into_so_deep(depth: int, text: str) -> None:
    assert read_mail(nested(depth)).body == text


@pytest.mark.parametrize(("count", "text"), [(MOST_PARTS - 1, "last"), (MOST_PARTS, "")])
def test_so_many_parts_are_looked_at(count: int, text: str) -> None:
    others = ["--b", "Content-Type: image/png", "", "x"] * count
    mail = raw("Content-Type: multipart/mixed; boundary=b", "", *others, "--b", "", "last")
    assert read_mail(mail).body == text


def test_everything_has_a_largest_size() -> None:
    html = "Content-Type: text/html"
    assert len(read_subject(b"Subject: " + b"x" * 9_000)) == SUBJECT_CHARACTERS
    assert read_subject(b"X: " + b"x" * HEADER_BYTES + b"\r\nSubject: too far") == ""
    assert len(read_mail(raw("", "x" * 2_000_000)).body) == TEXT_CHARACTERS
    assert len(read_mail(raw(html, "", "x" * 2_000_000)).body) == TEXT_CHARACTERS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("back<b>up</b> is <i>do</I>ne", "backup is done"),
        ("<p>one</p><p>two</p>three<br>four<BR/>five", "one two three four five"),
        ("<td>a</td><td>b</td>\n\n  c", "a b c"),
        ("a<!-- hidden > -->b", "a b"),
        ("<STYLE>p { color: red }</style >a<script>if (1 < 2) x()</script>b", "a b"),
        ("<title>no</title><titled>yes", "yes"),
        ("1 &lt; 2 &amp;&nbsp;&#382; &#x17E; &nosuch; &", "1 < 2 & ž ž &nosuch; &"),
        ("&#" + "9" * 5_000 + ";", "&#" + "9" * 5_000 + ";"),
        ("a < b and 5 <3", "a < b and 5 <3"),
        ("<a href='x'>link</a><img alt=\"x\">", "link"),
        ("<!doctype html><?xml ?><![CDATA[a]]>", ""),
        ("<script>never closed", ""),
        ("<!-- never closed", ""),
        ("text <b never closed", "text"),
    ],
)
def test_of_html_the_words_are_read(html: str, text: str) -> None:
    assert read_mail(raw("Content-Type: text/html", "", html)).body == text


@pytest.mark.parametrize(
    "unit", ["<", "<!--", "<a ", "</a ", "<![", "<script>", "&#9", "<a href='", " ", "--b\r\n", "=?"]
)
def test_endless_beginnings_are_read_at_once(unit: str) -> None:
    many = unit * (1_000_000 // len(unit))
    for kind in ("text/html", "multipart/mixed; boundary=b"):
        read_mail(raw(f"Content-Type: {kind}", f"Subject: {many}", "", many))


PIECES = st.sampled_from(
    [
        b"\r\n", b"\n", b" ", b"Subject:", b"Content-Type:", b"multipart/mixed;", b"text/html;", b"boundary=b", b"--b",
        b"--", b"Content-Transfer-Encoding:", b"base64", b"quoted-printable", b"charset=", b"utf-16", b"idna", b"\xff",
        b"=?utf-8?b?", b"=?x?q?", b"?=", b"=C5", b"<script>", b"<!--", b"<p>", b"&#382;", b"\0", b"\t",
    ]
)  # fmt: skip


@given(st.binary(max_size=500) | st.lists(PIECES, max_size=60).map(b"".join))
def test_any_bytes_are_a_mail(mail: bytes) -> None:
    text = read_mail(mail)
    assert isinstance(text.subject, str)
    assert isinstance(text.body, str)
