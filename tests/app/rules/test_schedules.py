"""What kind of schedule a text is, and what each kind foretells (specs/healthchecks.md sections 9.3 and 10)."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import InvalidInput
from app.rules.schedules import next_expected, schedule_kind
from app.rules.states import ScheduleKind

CRON, ON_CALENDAR = ScheduleKind.CRON, ScheduleKind.ON_CALENDAR
NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("* * * * *", CRON),
        ("  0  3\t* * MON \n", CRON),
        ("\n0 0 L * *", CRON),
        ("daily", ON_CALENDAR),
        ("Mon *-*-* 12:00", ON_CALENDAR),
        (" 12:00 \n 13:00 ", ON_CALENDAR),
        ("Mon 12:00\nTue 13:00 UTC", ON_CALENDAR),
        ("2020-01-01", ON_CALENDAR),
    ],
)
def test_one_line_of_five_words_is_cron_and_anything_else_is_oncalendar(text: str, kind: ScheduleKind) -> None:
    assert schedule_kind(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        # Neither kind is tried for what has the shape of the other.
        *("0 0 30 2 *", "Mon 1-1 12:00 UTC UTC", "* * * *", "* * * * * *", "* * * * *\n* * * * *", "@daily", "", "\n"),
        *("* *\n* * *", "*-02-30", "12:00:00.5", "12:00;13:00"),
    ],
)
def test_a_text_of_neither_kind_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        schedule_kind(text)


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        (ScheduleKind.PERIOD, "nonsense", NOW + timedelta(seconds=90)),
        (CRON, "0 15 * * *", datetime(2026, 3, 1, 13, tzinfo=UTC)),
        (ON_CALENDAR, "15:00:01", datetime(2026, 3, 1, 13, 0, 1, tzinfo=UTC)),
        (ON_CALENDAR, "14:00\n14:00 Europe/London", datetime(2026, 3, 1, 14, tzinfo=UTC)),
        (ON_CALENDAR, "2020-01-01", None),
    ],
)
def test_the_next_time_is_that_of_the_kind_in_the_zone(kind: ScheduleKind, text: str, due: datetime | None) -> None:
    assert next_expected(kind, 90, text, "Europe/Riga", NOW) == due


@pytest.mark.parametrize(("kind", "text"), [(CRON, "daily"), (ON_CALENDAR, "* * * * *"), (CRON, "61 * * * *")])
def test_a_schedule_that_cannot_be_read_is_an_error(kind: ScheduleKind, text: str) -> None:
    with pytest.raises(InvalidInput):
        next_expected(kind, 90, text, "UTC", NOW)


def test_a_zone_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(InvalidInput):
        next_expected(ON_CALENDAR, 90, "daily", "Mars/Base", NOW)
