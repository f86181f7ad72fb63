"""How connections to PostgreSQL are set up: as a URL says, and whatever else a server is used for."""

import asyncio
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from api.claims.models import Claim
from api.custody.keys import load_keys
from api.settings import Settings
from api.storage.database import Database
from api.storage.inserting import MANY
from api.storage.ledger import Ledger
from api.storage.migrations import upgrade
from api.storage.postgres import arguments
from api.storage.watch import Watch
from tests.crowd import assert_whole

WORDS = "Россия получила ракеты — “за 2 €”."


def add_many(ledger: Ledger) -> list[Claim]:
    """Keep so many claims that they are copied in."""
    return [ledger.add(Claim(text=WORDS, words=WORDS, **ledger.stamp())) for _ in range(MANY)]


def assert_it_keeps(url: str) -> None:
    """Fail unless what is written there is read as it was said and when, and watched and numbered."""
    with closing(Database(url, 1, load_keys(Settings()))) as database:
        claims = database.write(add_many)
        with database.reading() as reading:
            kept = reading.find(Claim, claims[0].id)

        assert kept is not None
        assert (kept.text, kept.recorded_at) == (WORDS, claims[0].recorded_at)
        assert asyncio.run(is_heard(database.watch()))
        assert_whole(url)


async def is_heard(watch: Watch) -> bool:
    """Say whether a watch tells what was touched."""
    try:
        return await watch.look() is not None
    finally:
        await watch.close()


def test_no_form_that_a_database_asks_for_is_in_the_way(postgresql: Any, postgresql_url: str) -> None:
    name = make_url(postgresql_url).database
    forms = ("datestyle = 'SQL, DMY'", "timezone = 'Asia/Kathmandu'", "client_encoding = 'LATIN1'")
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as server:
        for form in (*forms, "standard_conforming_strings = off"):
            server.execute(f"ALTER DATABASE {name} SET {form}")

    upgrade(postgresql_url)
    assert_it_keeps(postgresql_url)


def test_a_url_leads_to_its_schema_on_whichever_server_takes_writes(postgresql_url: str) -> None:
    address = make_url(postgresql_url)
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE SCHEMA desk")
    url = address.update_query_dict(
        {
            "host": ["/nowhere", address.normalized_query["host"][0]],
            "target_session_attrs": "read-write",
            "options": "-c search_path=desk",
        }
    ).render_as_string(hide_password=False)

    upgrade(url)
    assert_it_keeps(url)

    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as server:
        assert server.execute("SELECT text FROM desk.claim").fetchall() == [(WORDS,)] * MANY
        assert server.execute("SELECT text FROM public.claim").fetchall() == []


def test_what_the_environment_asks_for_holds_where_the_url_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=8MB -c timezone=Asia/Kathmandu")
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "30")
    url = "postgresql+psycopg://whence@db/whence"

    usual = arguments(url, "whence reader")
    told = arguments(f"{url}?connect_timeout=2&keepalives_idle=5&options=-c%20work_mem%3D1MB", "whence reader")

    assert (usual["connect_timeout"], told["connect_timeout"]) == ("30", "2")
    assert (usual["keepalives_idle"], told["keepalives_idle"]) == (30, "5")
    assert usual["options"].startswith("-c work_mem=8MB -c timezone=Asia/Kathmandu -c timezone=UTC ")
    assert told["options"].startswith("-c work_mem=1MB -c timezone=UTC ")


def test_a_url_may_give_options_several_times_and_a_password_around_it_may_be_in_any_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPASSWORD", "\udcff")  # the byte FF

    told = arguments("postgresql+psycopg://db/whence?options=-csearch_path%3Da&options=-cwork_mem%3D1MB", "whence")

    assert told["options"].startswith("-csearch_path=a -cwork_mem=1MB -c timezone=UTC ")
