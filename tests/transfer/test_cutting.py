"""Lines are cut alike, whatever the pieces that they come in."""

import tracemalloc
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Invalid, Malformed, TooLarge
from api.formats import tables
from api.transfer.cutting import MOST_LINES, Cutter, RowCutter
from api.transfer.rows import Table

LONGEST = 50


def cut(cutter: Cutter, pieces: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Cut pieces into lines."""
    batches = [batch for piece in pieces for batch in cutter.take(piece)] + list(cutter.end())
    return [(line.number, line.content) for batch in batches for line in batch]


def pieces_of(body: bytes, cuts: Sequence[int]) -> list[bytes]:
    """Cut a body at these places."""
    places = sorted({0, *(min(one, len(body)) for one in cuts), len(body)})
    return [body[begin:stop] for begin, stop in pairwise(places)]


lines = st.lists(st.binary(max_size=8).filter(lambda one: b"\n" not in one and one == one.strip()), max_size=8)


@given(lines, st.lists(st.integers(0, 80), max_size=6), st.sampled_from([b"\n", b"\r\n"]))
def test_lines_are_the_same_however_they_are_cut(said: list[bytes], cuts: list[int], end: bytes) -> None:
    pieces = pieces_of(end.join(said), cuts)

    found = [(number, content.removesuffix(b"\r")) for number, content in cut(Cutter(LONGEST * 10), pieces)]

    assert found == [(number, one) for number, one in enumerate(said, 1) if one]


def test_blank_lines_count_and_are_left_out_and_a_byte_order_mark_is_nothing() -> None:
    assert cut(Cutter(LONGEST), [b"\xef\xbb\xbfa\n\n \r\nb"]) == [(1, b"a"), (4, b"b")]


def test_lines_before_the_first_are_counted() -> None:
    assert cut(Cutter(LONGEST, first=3), [b"a\nb\nc\nd\n"]) == [(3, b"c"), (4, b"d")]


def test_a_batch_is_no_larger_than_it_may_be() -> None:
    cutter = Cutter(LONGEST)

    batches = list(cutter.take(b"x\n" * (2 * MOST_LINES + 1))) + list(cutter.end())

    assert [len(batch) for batch in batches] == [MOST_LINES, MOST_LINES, 1]


@pytest.mark.parametrize("cutter", [Cutter, RowCutter])
@pytest.mark.parametrize("first", [1, 3])
def test_what_is_too_long_is_let_go_as_it_comes_and_keeps_nothing_back(cutter: type[Cutter], first: int) -> None:
    cutting, long = cutter(LONGEST, first), b"x" * 2**16
    tracemalloc.start()

    batches = [batch for piece in [b'a\n"x', *[long] * 100, b'"', b'"",y\nb\n'] for batch in cutting.take(piece)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (found,) = [*batches, *cutting.end()]

    assert peak < 2**20
    told = [(one.number, one.content.strip(), type(one.refused)) for one in found if one.number > 1]
    assert told == [(2, b"", TooLarge), (3, b"b", type(None))][first // 2 :]


def test_a_row_goes_on_over_the_end_of_a_line_within_quotes() -> None:
    first: list[bytes] = []

    found = cut(RowCutter(LONGEST, begin=first.append), [b'name\r\n"a\r\nb', b'",c\r\n\r\nd\r\n'])

    assert first == [b"name\r\n"]
    assert found == [(2, b'"a\r\nb",c\r\n'), (5, b"d\r\n")]


@pytest.mark.parametrize("separator", [",", ";"])
def test_rows_of_empty_cells_count_and_are_left_out(separator: str) -> None:
    table = "key,name,\r\na,b,\r\n,,\r\n , ,\t\r\nc,,\r\n,,".replace(",", separator).encode()

    found = cut(RowCutter(LONGEST), [table])

    assert [(number, content[:1]) for number, content in found] == [(2, b"a"), (5, b"c")]


def test_a_column_without_a_name_is_told() -> None:
    with pytest.raises(Invalid, match="this one has one without a name"):
        Table("source").begin(b"name,source_kind,,\n")


def test_a_row_that_does_not_end_is_given_as_it_is() -> None:
    assert cut(RowCutter(LONGEST), [b'name\n"a\nb']) == [(2, b'"a\nb')]


@given(st.text(st.sampled_from('a,"\r\n'), max_size=20), st.lists(st.integers(0, 30), max_size=4))
def test_rows_are_those_that_the_whole_table_has(said: str, cuts: list[int]) -> None:
    body = b"name\n" + said.encode()
    try:
        _, *rows = [row for row in tables.read(body) if any(row)]
    except ValueError:
        return

    found = cut(RowCutter(LONGEST), pieces_of(body, cuts))

    assert [row for _, content in found for row in tables.read(content) if any(row)] == rows
    assert all(len(list(tables.read(content))) == 1 for _, content in found)


def test_a_quote_within_a_cell_and_any_end_of_a_line_keep_the_rows_apart() -> None:
    stray = b'key,name\r\n5,a 12" pipe\r\n6,x\r\n7,b 3" y\r\n'
    mac = stray.replace(b"\r\n", b"\r")

    assert [number for number, _ in cut(RowCutter(LONGEST), [stray])] == [2, 3, 4]
    assert [number for number, _ in cut(RowCutter(LONGEST), [mac[:9], mac[9:]])] == [2, 3, 4]
    assert cut(RowCutter(LONGEST), [b"key\na\rb\n"]) == [(2, b"a\r"), (3, b"b\n")]


def test_semicolons_separate_cells_where_the_first_row_has_no_comma() -> None:
    table = b'key;name\n1;"a\nb"\n2;size,"big\n3;c\n'

    assert [number for number, _ in cut(RowCutter(LONGEST), [table])] == [2, 4, 5]


def test_of_a_quote_that_is_not_closed_it_is_said_how_far_it_goes() -> None:
    table = Table("source")
    table.begin(b"external_id,name\n")
    ((_, row),) = cut(RowCutter(LONGEST), [b'external_id,name\nx,"a\nb\nc\n'])
    cutter = RowCutter(LONGEST)
    long, *_ = next(cutter.take(b'name\n"' + b"x\n" * LONGEST + b'"\n' + b"y\n" * MOST_LINES))

    with pytest.raises(Malformed, match="over 3 lines: look for a quote"):
        table.entry(row)
    with pytest.raises(Invalid, match="over 2 lines: look for a quote"):
        table.entry(b'"x,a\ny,b"\n')
    assert f"goes on to line {LONGEST + 2}: look for a quote" in str(long.refused)


def test_two_rows_in_one_are_refused() -> None:
    table = Table("source")
    table.begin(b"name\n")

    with pytest.raises(Malformed, match="2 rows in one"):
        table.entry(b"a\nb\n")
