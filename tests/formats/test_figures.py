"""A figure is the same figure however it is written, and what only looks like one is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.formats.figures import figures


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10,000 10.000 10'000 10’000 10000", ["10000"] * 5),
        ("10 000 hommes, 10\u00a0000, 10\u202f000", ["10000"] * 3),
        ("1,234,567.80 and 1.234.567,8", ["1234567.8"] * 2),
        ("3.5 3,5 3.50", ["3.5"] * 3),
        ("0.500, 0", ["0.5", "0"]),
        ("on 3.3.2026, 03/03/2026", ["3", "3", "2026"] * 2),
        ("in 2023 500 men", ["2023", "500"]),
        ("12,3456", ["12.3456"]),
        ("٥٠٠ في ٢٠٢٣ ١٠٬٠٠٠", ["500", "2023", "10000"]),
        ("5tonnes, the 3rd, le 1er, $5bn, 10km", ["5", "3", "1", "5", "10"]),
        ("12,34,567, 10,00,000", ["1234567", "1000000"]),
        ("March 3 100,000 and 10 000 100,000", ["3", "100000", "10000", "100000"]),
        ("死者10,000人", ["10000"]),
        ("3½ 1,000¼ 10¾% ½", ["3.5", "1000.25", "10.75"]),
        ("A380, COVID19", []),
        ("no figure", []),
    ],
)
def test_figures_are_read_however_they_are_written(text: str, values: list[str]) -> None:
    assert [one.value for one in figures(text)] == values


@given(st.integers(0, 10**15), st.sampled_from(",.'’ \u00a0\u202f"))
def test_groups_are_the_whole_number(number: int, between: str) -> None:
    (one,) = figures(f"{number:,}".replace(",", between))

    assert one.value == str(number)
    assert one.grouped is (number >= 1000)


@given(st.text(st.sampled_from("0123456789٣ ,.'a死\u0301")))
def test_figures_stand_in_order_where_they_say(text: str) -> None:
    done = 0
    for one in figures(text):
        assert done <= one.start < one.whole_end <= one.end <= len(text)
        assert text[one.start].isdecimal()
        assert text[one.end - 1].isdecimal()
        assert one.whole.isascii()
        done = one.end
