"""A statement that runs past its deadline is stopped, and others pay nothing for it."""

import pytest
from sqlalchemy import text

from api.custody.keys import Keys
from api.errors import OutOfTime
from api.storage.database import Database
from api.storage.deadline import Deadline

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT max(i) FROM n"


def test_a_statement_is_stopped_at_the_deadline(database_url: str) -> None:
    database = Database(database_url, 10, Keys.ephemeral())

    with pytest.raises(OutOfTime), database.reading(deadline=Deadline.after(0.2)) as reading:
        reading.rows(text(ENDLESS.format(10**12)))

    database.close()


def test_the_next_reader_on_that_connection_has_all_the_time(database_url: str) -> None:
    database = Database(database_url, 1, Keys.ephemeral())
    with database.reading(deadline=Deadline.after(0.001)) as reading:
        assert reading.rows(text("SELECT 1"))[0][0] == 1

    with database.reading() as reading:
        assert reading.rows(text(ENDLESS.format(300_000)))[0][0] == 300_000

    database.close()


def test_a_deadline_is_over_when_its_clock_says_so() -> None:
    now = 100.0
    deadline = Deadline.after(5, lambda: now)

    deadline.check()
    now = 105.5

    assert deadline.left == -0.5
    with pytest.raises(OutOfTime, match="5 seconds"):
        deadline.check()
