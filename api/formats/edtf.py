"""Dates people speak of: EDTF strings (ISO 8601-2, levels 0 and 1) and the instants that they can mean.

    2023                      the year            2023-07-26T10:00Z            the whole minute
    2023-07                   the month           2023-07-26T10:00:00.5Z       that instant
    2023-07-26                the day             2022-09-05/2022-09-06        from the first to the second
    201X, 2023-XX             digits unknown      2006-10-14/.., ../2020       open on one side
    2023~, 2023-07?, 2023%    about, perhaps      2023-22                      a season

What has no zone is read as UTC. `?`, `~` and `%` say how sure somebody is; they do not move the bounds.

Seasons 21 to 24 do not say which hemisphere, so they mean the months of both: spring and autumn March to
December, summer and winter from December of the year before to March of the year after. 25 to 28 (northern)
and 29 to 32 (southern) are narrower. Each takes in the meteorological and the astronomical reckoning.

Own code, because the `edtf` package (5.0.2) drops the time of day and the zone, takes intervals that end
before they begin, and reads 200 strings a second.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_TICK = timedelta(microseconds=1)
_DATE = re.compile(r"([0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?[?~%]?")
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(Z|([+-])([0-9]{2})(?::([0-9]{2}))?)?"
)
_LOST_PLUS = re.compile(r".+:[0-9.]+ [0-9]{2}(:[0-9]{2})?")
_WHOLE_YEAR, _MARCH, _JUNE, _SEPTEMBER, _AROUND = (1, 12), (3, 6), (6, 9), (9, 12), (0, 15)
_SEASONS = {  # first and last month, counted from January of the year; 0 is the December before it
    **{21: (3, 12), 22: _AROUND, 23: (3, 12), 24: _AROUND},
    **{25: _MARCH, 26: _JUNE, 27: _SEPTEMBER, 28: _AROUND},
    **{29: _SEPTEMBER, 30: _AROUND, 31: _MARCH, 32: _JUNE},
}
_FORMS = (
    "Send a year (2023), a month (2023-07), a day (2023-07-26), a time (2023-07-26T10:00:00Z) "
    "or an interval of them (2022-09-05/2022-09-06, 2006-10-14/..)."
)


@dataclass(frozen=True, slots=True)
class Span:
    """A date as it was sent, and the first and last instant (UTC) that it can mean; None where it is open."""

    value: str
    earliest: datetime | None
    latest: datetime | None


@lru_cache(maxsize=1_000)
def parse(text: str) -> Span:
    """Read a date, a time or an interval; ValueError says what to send instead."""
    start, slash, end = text.partition("/")
    if not slash or "/" in end:  # with several slashes it is no interval, and no date either
        return Span(text, *_bounds(text))
    earliest = None if start in ("", "..") else _bounds(start)[0]
    latest = None if end in ("", "..") else _bounds(end)[1]
    if earliest is None and latest is None:
        raise ValueError("An interval open on both sides says nothing: give a start or an end, or send null.")
    if earliest is not None and latest is not None and latest < earliest:
        raise ValueError(f"{_shown(text)} ends before it begins: send the earlier date first.")
    return Span(text, earliest, latest)


def read_instant(text: str) -> datetime:
    """Read an RFC 3339 date-time with its zone, as UTC; ValueError says what to send instead."""
    parts = _TIME.fullmatch(text)
    if parts is None and _LOST_PLUS.fullmatch(text):
        raise ValueError(f"{_shown(text)} is not an instant. {_why(text)}")
    if parts is None or parts[6] is None or parts[8] is None:
        raise ValueError(f"{_shown(text)} is not an instant: send seconds and zone, 2023-07-26T10:00:00Z.")
    return _moment(parts)[0]


def write_instant(instant: datetime) -> str:
    """Write an instant, which is in UTC, as every answer has it."""
    return instant.isoformat().replace("+00:00", "Z")


def latest_of(text: str) -> datetime:
    """Read any date and give the last instant that it can mean; an open end is a ValueError."""
    latest = parse(text).latest
    if latest is None:
        raise ValueError(f"{_shown(text)} has no end: send a day (2022-11-03) or another date that ends.")
    return latest


def _bounds(text: str) -> tuple[datetime, datetime]:
    if parts := _TIME.fullmatch(text):
        return _moment(parts)
    if parts := _DATE.fullmatch(text):
        return _date(parts)
    raise ValueError(f"{_shown(text)} is not a date that can be read. {_why(text)}")


def _date(parts: re.Match[str]) -> tuple[datetime, datetime]:
    text, (year, month, day) = _shown(parts[0]), parts.groups()
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if (first != last and month) or (month == "XX" and day not in (None, "XX")):
        raise ValueError(f"{text} gives a part of what is unknown: after 201X nothing, after XX only XX.")
    if month is None or month == "XX":
        return _months(first, last, _WHOLE_YEAR)
    number = int(month)
    if number in _SEASONS and day is None:
        return _months(first, last, _SEASONS[number])
    if not 1 <= number <= 12:
        raise ValueError(f"{text} has no month {month}: months are 01 to 12, seasons 21 to 32 without day.")
    if day is None or day == "XX":
        return _months(first, last, (number, number))
    begin = _day(first, number, int(day))
    return begin, begin + (timedelta(days=1) - _TICK)


def _months(first: int, last: int, months: tuple[int, int]) -> tuple[datetime, datetime]:
    """Span the months from the first year to the last, where month 0 and 13 lie in the years beside."""
    begin, end = first * 12 + months[0] - 1, last * 12 + months[1] - 1
    if begin < 12 or end >= 120_000:
        raise ValueError("Years run from 0001 to 9999, and so must every instant that the date can mean.")
    length = monthrange(end // 12, end % 12 + 1)[1]
    return (
        datetime(begin // 12, begin % 12 + 1, 1, tzinfo=UTC),
        datetime(end // 12, end % 12 + 1, length, 23, 59, 59, 999_999, tzinfo=UTC),
    )


def _day(year: int, month: int, day: int) -> datetime:
    if year == 0:
        raise ValueError("Years run from 0001 to 9999.")
    if not 1 <= month <= 12:
        raise ValueError(f"There is no month {month:02}: months are 01 to 12.")
    length = monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise ValueError(f"There is no day {day:02} in {year:04}-{month:02}, which has {length} days.")
    return datetime(year, month, day, tzinfo=UTC)


def _moment(parts: re.Match[str]) -> tuple[datetime, datetime]:
    text, (hour, minute, second) = _shown(parts[0]), (int(parts[4]), int(parts[5]), int(parts[6] or 0))
    if hour == 24:
        raise ValueError(f"{text} has an hour 24: write 00:00 of the next day.")
    if second == 60:
        raise ValueError(f"{text} is a leap second, which cannot be kept: write second 59.")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"{text} is no time of day: hours run to 23, minutes and seconds to 59.")
    # Cut, not rounded: what is past the microsecond must not carry an instant into the next second, or year.
    fraction = int((parts[7] or "")[:6].ljust(6, "0"))
    local = _day(int(parts[1]), int(parts[2]), int(parts[3])).replace(hour=hour, minute=minute, second=second)
    offset = timedelta(hours=int(parts[10] or 0), minutes=int(parts[11] or 0))
    if offset >= timedelta(days=1) or int(parts[11] or 0) > 59:
        raise ValueError(f"{text} has no such zone: an offset is at most 23:59.")
    zone = timezone(-offset if parts[9] == "-" else offset)
    try:
        begin = local.replace(microsecond=fraction, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} lies, in UTC, outside the years 0001 to 9999.") from None
    return begin, begin if parts[6] else begin + (timedelta(minutes=1) - _TICK)


def _why(text: str) -> str:
    if text != text.strip():
        return "Send it without the space around it."
    if _LOST_PLUS.fullmatch(text):
        return "It has a space where a plus was meant: in an address, write + as %2B."
    if re.fullmatch(r"[0-9]{8}(T.*)?", text):
        return "Put hyphens between year, month and day: 2023-07-26."
    if re.fullmatch(r"-[0-9]+(-.*)?|Y.*|[+-]?[0-9]{5,}(-.*)?", text):
        return "Years run from 0001 to 9999, with four digits."
    if re.fullmatch(r"[0-9-]{10}[T ][0-9:.]+\.[0-9]{10,}.*", text):
        return "Send at most nine digits of a second; six are kept."
    if re.fullmatch(r"[0-9-]{10}[ t][0-9:.]+.*|[0-9-]{10}T.*z", text):
        return "Put a capital T between date and time, and Z for UTC: 2023-07-26T10:00:00Z."
    return _FORMS


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
