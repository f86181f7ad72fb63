"""Dates people speak of: what they mean, and what is refused with a sentence."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.formats.edtf import latest_of, parse, read_instant

TICK = timedelta(microseconds=1)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def until(*parts: int) -> datetime:
    return at(*parts) - TICK


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2023", at(2023, 1, 1), until(2024, 1, 1)),
        ("2023-07", at(2023, 7, 1), until(2023, 8, 1)),
        ("2024-02", at(2024, 2, 1), until(2024, 3, 1)),
        ("2022-11-08", at(2022, 11, 8), until(2022, 11, 9)),
        ("2022-09-05/2022-09-06", at(2022, 9, 5), until(2022, 9, 7)),
        ("2006-10-14/..", at(2006, 10, 14), None),
        ("2006-10-14/", at(2006, 10, 14), None),
        ("../2020", None, until(2021, 1, 1)),
        ("/2020", None, until(2021, 1, 1)),
        ("2023-07/2023-07-15", at(2023, 7, 1), until(2023, 7, 16)),
        ("2023-07-26T10:00Z/2023-07-26T12:00:00Z", at(2023, 7, 26, 10), at(2023, 7, 26, 12)),
        ("2023~", at(2023, 1, 1), until(2024, 1, 1)),
        ("2023-07?", at(2023, 7, 1), until(2023, 8, 1)),
        ("2023-07-26%", at(2023, 7, 26), until(2023, 7, 27)),
        ("2022~/2023?", at(2022, 1, 1), until(2024, 1, 1)),
        ("201X", at(2010, 1, 1), until(2020, 1, 1)),
        ("19XX", at(1900, 1, 1), until(2000, 1, 1)),
        ("2023-XX", at(2023, 1, 1), until(2024, 1, 1)),
        ("2023-XX-XX", at(2023, 1, 1), until(2024, 1, 1)),
        ("2023-02-XX", at(2023, 2, 1), until(2023, 3, 1)),
        ("0001", at(1, 1, 1), until(2, 1, 1)),
        ("9999-12", at(9999, 12, 1), at(9999, 12, 31, 23, 59, 59, 999_999)),
    ],
)
def test_a_date_means_all_its_instants(text: str, earliest: datetime | None, latest: datetime | None) -> None:
    span = parse(text)

    assert (span.value, span.earliest, span.latest) == (text, earliest, latest)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023-07-26T10:00:00Z", at(2023, 7, 26, 10)),
        ("2023-07-26T10:00:00", at(2023, 7, 26, 10)),
        ("2023-07-26T10:00:00+09:00", at(2023, 7, 26, 1)),
        ("2023-07-26T10:00:00+09", at(2023, 7, 26, 1)),
        ("2023-07-26T22:00:00-03:30", at(2023, 7, 27, 1, 30)),
        ("2023-07-26T10:00:00-00:00", at(2023, 7, 26, 10)),
        ("2023-07-26T10:00:00.5Z", at(2023, 7, 26, 10, 0, 0, 500_000)),
        ("2023-07-26T10:00:00.123456Z", at(2023, 7, 26, 10, 0, 0, 123_456)),
    ],
)
def test_a_time_to_the_second_is_one_instant(text: str, instant: datetime) -> None:
    span = parse(text)

    assert span.earliest == span.latest == instant
    assert span.latest is not None
    assert span.latest.tzinfo is UTC


def test_a_time_to_the_minute_is_the_whole_minute() -> None:
    span = parse("2023-07-26T10:00+02:00")

    assert (span.earliest, span.latest) == (at(2023, 7, 26, 8), until(2023, 7, 26, 8, 1))


def test_nanoseconds_are_cut_and_never_carried_over() -> None:
    assert parse("9999-12-31T23:59:59.999999999Z").latest == at(9999, 12, 31, 23, 59, 59, 999_999)


@pytest.mark.parametrize(
    ("season", "earliest", "latest"),
    [
        ("2023-21", at(2023, 3, 1), until(2024, 1, 1)),
        ("2023-22", at(2022, 12, 1), until(2024, 4, 1)),
        ("2023-24", at(2022, 12, 1), until(2024, 4, 1)),
        ("2023-26", at(2023, 6, 1), until(2023, 10, 1)),
        ("2023-28", at(2022, 12, 1), until(2024, 4, 1)),
        ("2023-29", at(2023, 9, 1), until(2024, 1, 1)),
        ("2023-32", at(2023, 6, 1), until(2023, 10, 1)),
    ],
)
def test_a_season_means_every_month_that_it_can(season: str, earliest: datetime, latest: datetime) -> None:
    span = parse(season)

    assert (span.earliest, span.latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2023-02-30", "28 days"),
        ("2023-02-29", "28 days"),
        ("2023-06-00", "30 days"),
        ("2023-13", "01 to 12"),
        ("2023-00", "01 to 12"),
        ("2023-13-01", "01 to 12"),
        ("2023-21-01", "without day"),
        ("2023-07-26T25:00:00Z", "hours run to 23"),
        ("2023-07-26T10:60:00Z", "minutes"),
        ("2023-07-26T24:00:00Z", "00:00 of the next day"),
        ("2016-12-31T23:59:60Z", "second 59"),
        ("2023-07-26T10:00:00+24:00", "23:59"),
        ("2023-07-26T10:00:00+01:60", "23:59"),
        ("2023-07-26T10:00:00.1234567890Z", "nine digits"),
        ("2023-07-26 10:00:00Z", "capital T"),
        ("2023-07-26t10:00:00z", "capital T"),
        ("0000", "0001 to 9999"),
        ("0000-02-29", "0001 to 9999"),
        ("000X", "0001 to 9999"),
        ("0001-24", "0001 to 9999"),
        ("9999-22", "0001 to 9999"),
        ("-0044", "0001 to 9999"),
        ("12023", "0001 to 9999"),
        ("Y17E7", "0001 to 9999"),
        ("0001-01-01T00:00:00+00:01", "0001 to 9999"),
        ("9999-12-31T23:59:59-00:01", "0001 to 9999"),
        ("9999-12-31T23:59-00:01", "0001 to 9999"),
        ("201X-05", "unknown"),
        ("2023-XX-05", "unknown"),
        ("2024/2020", "earlier date first"),
        ("2022-09-06/2022-09-05", "earlier date first"),
        ("2023-07-26T10:00:00Z/2023-07-26T10:00:00+01:00", "earlier date first"),
        ("../..", "both sides"),
        ("/", "both sides"),
        ("", "Send a year"),
        (" 2023", "without the space"),
        ("2023\n", "without the space"),
        ("2022/2023/2024", "Send a year"),
        ("2026/02/03", "'2026/02/03' is not a date"),
        ("12/05/2026", "'12/05/2026' is not a date"),
        ("2023-7-6", "Send a year"),
        ("20230726", "hyphens"),
        ("20230726T100000Z", "hyphens"),
        ("2023-07-26T10:00:00 02:00", "%2B"),
        ("26.07.2023", "Send a year"),
        ("2004?-06", "Send a year"),
        ("٢٠٢٣", "Send a year"),
        ("today", "Send a year"),
        ("\ud800", "Send a year"),
    ],
)
def test_what_is_no_date_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)) as refused:
        parse(text)

    assert type(refused.value) is ValueError
    assert len(str(refused.value)) < 300
    assert str(refused.value).isprintable()


def test_a_refusal_is_short_however_long_the_text() -> None:
    with pytest.raises(ValueError, match="four digits") as refused:
        parse("2" * 1_000_000)

    assert len(str(refused.value)) < 300


@given(st.dates())
def test_every_day_of_the_calendar_lasts_a_day(day: date) -> None:
    span = parse(day.isoformat())

    assert span.earliest == datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert span.latest is not None
    assert span.latest - span.earliest == timedelta(days=1) - TICK


ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES))
def test_every_instant_is_read_as_it_was_written(instant: datetime) -> None:
    text = instant.isoformat()

    assert parse(text).earliest == parse(text).latest == read_instant(text) == instant


@given(st.text("0123456789-:.TZX/?~%+ ", max_size=40) | st.text(max_size=12))
def test_any_text_is_a_span_in_order_or_a_sentence(text: str) -> None:
    try:
        span = parse(text)
    except UnicodeError:
        raise
    except ValueError:
        return

    assert span.value == text
    assert span.earliest is None or span.latest is None or span.earliest <= span.latest
    assert (span.earliest, span.latest) != (None, None)


@given(st.dates(), st.dates())
def test_an_interval_reaches_from_its_first_to_its_second(one: date, other: date) -> None:
    first, second = sorted((one, other))

    span = parse(f"{first}/{second}")

    assert span.earliest == parse(str(first)).earliest
    assert span.latest == parse(str(second)).latest


@pytest.mark.parametrize("text", ["2023-07-26T10:00:00Z", "2023-07-26T12:00:00.000+02:00"])
def test_an_instant_with_its_zone_is_read_as_utc(text: str) -> None:
    assert read_instant(text) == at(2023, 7, 26, 10)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2023-07-26", "seconds and zone"),
        ("2023-07-26T10:00:00", "seconds and zone"),
        ("2023-07-26T10:00Z", "seconds and zone"),
        ("2023-07-26T10:00:00 02:00", "%2B"),
        ("2023-02-30T10:00:00Z", "28 days"),
        ("0001-01-01T00:00:00+01:00", "0001 to 9999"),
        ("", "seconds and zone"),
    ],
)
def test_an_instant_without_seconds_or_zone_is_refused(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)):
        read_instant(text)


def test_the_latest_of_a_day_is_its_last_microsecond() -> None:
    assert latest_of("2022-11-03") == until(2022, 11, 4)


def test_a_date_with_an_open_end_has_no_latest() -> None:
    with pytest.raises(ValueError, match="has no end"):
        latest_of("2006-10-14/..")
