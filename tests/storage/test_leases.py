"""What only one process may do, whoever dies and whatever the clocks say."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from api.storage import migrations
from api.storage.leases import LEASE, take_lease
from api.storage.records import new_id


def test_who_died_while_the_clock_was_ahead_keeps_nobody_from_numbering(postgresql_url: str) -> None:
    dead, living, now = new_id(), new_id(), datetime.now(UTC)

    def take(holder: UUID, at: datetime) -> bool:
        with migrations.alone(postgresql_url) as connection:
            return take_lease(connection, "a lease", holder, at)

    assert take(dead, now + timedelta(days=1))
    assert take(living, now)
    assert not take(dead, now - timedelta(seconds=1))  # who looked at the clock before, and comes after
    assert not take(dead, now)
    assert not take(dead, now + LEASE)
    assert take(dead, now + 2 * LEASE)
