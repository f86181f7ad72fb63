"""What is read is the same for everybody who asks at once, and can only be read."""

import copy
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlmodel import select

from api.attributions.models import Attribution
from api.claims.models import Claim
from api.custody.callers import COMMAND_LINE
from api.custody.keys import Keys
from api.storage import views
from api.storage.database import Database
from api.storage.views import Views


def test_all_who_ask_first_at_once_look_at_one_view(monkeypatch: pytest.MonkeyPatch) -> None:
    askers = 16
    with ThreadPoolExecutor(askers) as pool:
        for _ in range(50):
            monkeypatch.setattr(views, "_views", {})
            ready = Barrier(askers)

            def look(ready: Barrier = ready) -> int:
                ready.wait()
                return id(Views("sqlite", True).of(Attribution))

            assert len({asked.result() for asked in [pool.submit(look) for _ in range(askers)]}) == 1


def test_a_row_is_compared_and_copied_as_any_and_cannot_be_changed(database_url: str) -> None:
    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        made = database.write(
            lambda ledger: ledger.add(Claim(text="It is so.", words="it is so.", **ledger.stamp())).id, COMMAND_LINE
        )
        with database.reading() as reading, database.reading() as again:
            (row,), (same,) = reading.find_all(Claim, [made]), again.find_all(Claim, [made])

    assert row == same
    assert isinstance(row, Claim)
    assert copy.copy(row).text == row.text
    with pytest.raises(TypeError, match="cannot be changed"):
        row.text = "It is not so."


def test_what_belongs_to_a_session_is_let_go_of_after_the_look(database_url: str) -> None:
    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        database.write(lambda ledger: ledger.add(Claim(text="So.", words="so.", **ledger.stamp())), COMMAND_LINE)
        with database.reading() as reading:
            then = reading.at(datetime.now(UTC))
            rows = [one.session.exec(select(Claim)).one() for one in (reading, then)]
            assert [rows[0] in reading.session, rows[1] in then.session] == [True, True]

        assert [rows[0] in reading.session, rows[1] in then.session] == [False, False]
