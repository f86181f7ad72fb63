"""A table comes back as it was, and no cell of it is one that a spreadsheet carries out."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.formats.tables import read, write

SIGNS = "=+-@\t\r\n＝＋－＠"
cells = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.text(st.sampled_from(f"'{SIGNS}\",;x"), max_size=8),
)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=4))
def test_a_table_comes_back_as_it_was(rows: list[list[str]]) -> None:
    assert list(read(write(rows))) == rows


@given(cells)
def test_no_cell_begins_with_a_sign_that_is_carried_out(cell: str) -> None:
    ((written, _),) = csv.reader(io.StringIO(write([[cell, "x"]]).decode(), newline=""))

    assert not written.startswith(tuple(SIGNS))


@given(cells)
def test_nor_does_what_follows_what_others_separate_cells_by(cell: str) -> None:
    written = write([["x", cell]]).decode()

    assert not any(part.lstrip('"').startswith(tuple("=+-@＝＋－＠")) for part in re.split("[;\t\r\n]", written))


@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_gets_an_apostrophe_and_loses_exactly_that_one(sign: str) -> None:
    assert write([[f"{sign}1", "x"]]).decode().lstrip('"').startswith("'")
    assert list(read(f"\"''{sign}1\",x\r\n".encode())) == [[f"'{sign}1", "x"]]


def test_what_is_no_table_is_refused() -> None:
    for body in (b'"open', b'"a"b,c', b"\xff"):
        with pytest.raises(ValueError, match=r"CSV|UTF-8"):
            list(read(body))
