"""Access keys: what they let in, how they end, and that nothing gives them away."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from api.access.gate import NOT_VALID, KeyGate
from api.custody.roles import Scope
from api.custody.tokens import make, parse
from api.errors import Unauthorized
from api.main import create_app
from api.settings import Settings
from api.storage import sqlite
from api.storage.database import Database
from api.storage.journal import Journal
from api.storage.records import new_id
from api.storage.references import models
from api.web.examples import example
from api.web.requests import StrictRoute
from tests.conftest import Server
from tests.crowd import follow, wait_until
from tests.keys import ADMIN, HOLDER, Client
from tests.problems import problem
from tests.security.callers import make_key
from tests.storage.test_statements import counted


@pytest.fixture
def app(app: Any) -> Iterator[Any]:
    """The application, which gets its own gate back when a test has put another one in."""
    gate = app.state.gate
    yield app
    app.state.gate = gate


def header(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def new_key(admin: Any, role: str = "reader", **fields: Any) -> dict[str, Any]:
    """Make a key, and return all that is answered."""
    answer = admin.post("/v1/keys", json={"holder": f"a {role}", "role": role, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def revoke(admin: Any, key: dict[str, Any]) -> None:
    admin.delete(f"/v1/keys/{key['id']}", params={"reason": "It was lost."}).raise_for_status()


# How they end -------------------------------------------------------------------------------------------------------


def test_a_revoked_key_is_refused_on_the_next_request(client: TestClient, settings: Settings) -> None:
    key = new_key(client)
    with Client(create_app(settings)) as elsewhere:
        for asked in (client, elsewhere):
            assert asked.get("/v1/claims", headers=header(key["token"])).status_code == 200

        revoke(client, key)

        for asked in (client, elsewhere):
            assert asked.get("/v1/claims", headers=header(key["token"])).status_code == 401
    assert problem(client.get(f"/v1/keys/{key['id']}"), 410)["detail"].endswith("It was lost.")
    problem(client.delete(f"/v1/keys/{key['id']}", params={"reason": "Again."}), 410)
    assert key["id"] not in [one["id"] for one in client.get("/v1/keys").json()["items"]]


def test_a_revocation_is_for_good(client: TestClient) -> None:
    key = new_key(client)
    revoke(client, key)

    assert client.post(f"/v1/keys/{key['id']}/restore").status_code == 404


def test_a_key_ends_at_its_instant(client: TestClient, app: Any) -> None:
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    key = new_key(client, expires_at=ends.isoformat())

    for moment, status in ((ends - timedelta(microseconds=1), 200), (ends, 401)):
        app.state.gate = KeyGate(lambda: app.state.database, lambda moment=moment: moment)
        assert client.get("/v1/claims", headers=header(key["token"])).status_code == status


def test_a_key_that_could_never_be_used_is_not_made(client: TestClient) -> None:
    body = {"holder": "x", "role": "reader", "expires_at": "2020-01-01T00:00:00Z"}

    assert problem(client.post("/v1/keys", json=body), 422)["errors"][0]["pointer"] == "/expires_at"


# What is refused before any database is asked -----------------------------------------------------------------------


@pytest.mark.dealt
@pytest.mark.parametrize("spoilt", [ADMIN.written[:-1], ADMIN.written[:20] + "x" + ADMIN.written[21:], "", "secret"])
def test_a_typo_never_reaches_the_database(client: TestClient, spoilt: str) -> None:
    client.get("/v1/claims")
    with counted(keys=True) as statements:
        answers = [client.get("/v1/claims", headers=header(spoilt)) for _ in range(5)]

    assert {problem(answer, 401)["type"] for answer in answers} == {"/problems/unauthorized"}
    assert {answer.headers["www-authenticate"] for answer in answers} == {
        'Bearer realm="whence", error="invalid_token"'
    }
    assert [one for one in statements if "access_key" in one] == []  # what is tidied after the start asks for others


def test_whatever_is_wrong_with_a_key_takes_the_same_words_and_the_same_work(client: TestClient) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    expired, revoked = new_key(client, expires_at=soon.isoformat()), new_key(client)
    revoke(client, revoked)
    other_secret = type(ADMIN)(ADMIN.public_id, make().secret)
    time.sleep(1.1)

    for token in (expired["token"], revoked["token"], make().written, other_secret.written):
        with counted(keys=True) as statements:
            answer = client.get("/v1/claims", headers=header(token))
        assert problem(answer, 401)["detail"] == NOT_VALID
        assert len([one for one in statements if "access_key" in one]) == 1
        assert not [one for one in statements if "access_key" not in one and " FROM " in one]


# Who is known ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(app: Any, client: TestClient) -> Database:
    """The database that the application has opened."""
    opened: Database = app.state.database
    return opened


def admitted(gate: KeyGate, token: str, journal: Journal | None) -> int:
    """Ask the gate for a caller, and return how many statements that took."""

    async def look() -> Journal | None:
        return journal

    with counted(keys=True) as statements:
        asyncio.run(gate.admit(f"Bearer {token}", look))
    return len([one for one in statements if "access_key" in one])


def test_a_caller_is_known_for_as_long_as_nothing_touches_their_key(client: TestClient, database: Database) -> None:
    made, gate, journal = new_key(client), KeyGate(lambda: database), Journal()

    assert [admitted(gate, made["token"], journal) for _ in range(2)] == [1, 0]
    journal.add([new_id().int])
    assert [admitted(gate, made["token"], journal) for _ in range(2)] == [0, 0]
    journal.add([UUID(made["id"]).int])
    assert [admitted(gate, made["token"], journal) for _ in range(2)] == [1, 0]
    journal.add_everything()
    assert [admitted(gate, made["token"], journal) for _ in range(2)] == [1, 0]
    assert [admitted(gate, made["token"], None) for _ in range(3)] == [1, 1, 1]


def test_a_caller_who_is_known_is_refused_from_the_end_of_the_key_on(client: TestClient, database: Database) -> None:
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    token, moments = new_key(client, expires_at=ends.isoformat())["token"], [ends - timedelta(seconds=1)] * 2 + [ends]
    gate, journal = KeyGate(lambda: database, lambda: moments.pop(0)), Journal()

    assert [admitted(gate, token, journal) for _ in range(2)] == [1, 0]
    with pytest.raises(Unauthorized):
        admitted(gate, token, journal)


def test_whoever_has_half_of_a_known_key_is_nobody(client: TestClient, database: Database) -> None:
    one, other = (parse(new_key(client)["token"]) for _ in range(2))
    gate, journal = KeyGate(lambda: database), Journal()
    for token in (one, other):
        admitted(gate, token.written, journal)

    with pytest.raises(Unauthorized):
        admitted(gate, type(one)(one.public_id, other.secret).written, journal)


def test_only_so_many_are_known(client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.access.gate.KNOWN", 2)
    one, two, three = (new_key(client)["token"] for _ in range(3))
    gate, journal = KeyGate(lambda: database), Journal()

    asked = (one, two, three, three, two, one, three)

    assert [admitted(gate, token, journal) for token in asked] == [1, 1, 1, 0, 0, 1, 1]


def test_what_is_no_key_asks_the_store_for_nothing(database: Database) -> None:
    async def never() -> Journal | None:
        raise AssertionError

    with pytest.raises(Unauthorized):
        asyncio.run(KeyGate(lambda: database).admit("Bearer secret", never))


def test_a_server_that_starts_again_knows_nobody(sqlite_url: str) -> None:
    def asked(app: FastAPI) -> set[int]:
        with Client(app) as client:
            return {client.get("/v1/claims", headers=header(key["token"])).status_code for _ in range(5)}

    app, other = (create_app(Settings(database_url=sqlite_url)) for _ in range(2))
    with Client(other) as elsewhere:
        key = new_key(elsewhere)
        elsewhere.get("/v1/claims", headers=header(key["token"]))  # its use is noted, once a day
    assert asked(app) == {200}
    with Client(other) as elsewhere:
        revoke(elsewhere, key)

    assert asked(app) == {401}  # whoever begins to look has heard of nothing


# What is kept of their use ------------------------------------------------------------------------------------------


def used(client: TestClient, key: dict[str, Any]) -> Any:
    return client.get(f"/v1/keys/{key['id']}").json()["last_used"]


def test_the_last_day_of_use_is_noted_once_a_day(client: TestClient, app: Any) -> None:
    key = new_key(client)
    assert used(client, key) is None

    for day in ("2031-05-01", "2031-05-02"):
        noon = datetime.fromisoformat(f"{day}T12:00:00Z")
        app.state.gate = KeyGate(lambda: app.state.database, lambda noon=noon: noon)
        writes = 0
        for _ in range(3):
            with counted(keys=True) as statements:
                client.get("/v1/claims", headers=header(key["token"]))
            writes += sum("access_key_use" in one and not one.startswith("SELECT") for one in statements)
        assert writes == 1
        assert used(client, key) == day


def test_a_use_that_cannot_be_noted_fails_nothing_and_is_noted_with_the_next(sqlite_url: str) -> None:
    file = make_url(sqlite_url).database
    with Client(create_app(Settings(database_url=sqlite_url))) as client:
        key = new_key(client)
        with closing(sqlite.driver().connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert client.get("/v1/claims", headers=header(key["token"])).status_code == 200
            other.execute("ROLLBACK")
        assert used(client, key) is None

        client.get("/v1/claims", headers=header(key["token"]))

        assert used(client, key) is not None


def test_making_and_revoking_are_in_the_log(client: TestClient) -> None:
    key = new_key(client)
    revoke(client, key)

    wait_until(lambda: len([one for one in follow(client) if one["id"] == key["id"]]) == 2, "the log lacks them", 10)
    found = [one for one in follow(client) if one["id"] == key["id"]]
    assert [(one["kind"], one["action"], one["recorded_by"]) for one in found] == [
        ("access_key", "created", HOLDER),
        ("access_key", "deleted", HOLDER),
    ]


# What gives them away -----------------------------------------------------------------------------------------------


def test_a_key_is_shown_once(client: TestClient) -> None:
    body, sent_again = {"holder": "x", "role": "reader"}, {"Idempotency-Key": str(uuid4())}
    first = client.post("/v1/keys", json=body, headers=sent_again)
    again = client.post("/v1/keys", json=body, headers=sent_again)

    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-store"
    assert again.json() == {**first.json(), "token": None}
    assert parse(first.json()["token"]).public_id == first.json()["public_id"]
    assert "token" not in client.get(first.headers["location"]).json()


def test_neither_key_nor_digest_is_in_any_answer_or_line_of_the_log(server: Server) -> None:
    client = server.client
    key = new_key(client, "admin", scopes=[scope.value for scope in Scope])
    token = parse(key["token"])
    for path in ("/v1/claims", "/nowhere", "/v1/keys?no=1"):
        client.get(path, headers=header(key["token"]))
        client.get(path, headers=header(key["token"][:-1]))
    wait_until(lambda: key["id"] in [one["id"] for one in follow(client)], "the log lacks it", 10)

    answers = [
        client.get(path).text
        for path in (
            "/v1/keys",
            f"/v1/keys/{key['id']}",
            "/v1/changes",
            "/v1/reveals",
            "/metrics",
            "/v1/log/checkpoint",
        )
    ]
    for number in range(len(follow(client))):
        for rest in ("", "/disclosure"):
            answer = client.get(f"/v1/log/entries/{number}{rest}")
            assert answer.status_code == 200, answer.text
            answers.append(answer.text)

    everything = "\n".join([*answers, server.log.read_text("utf-8")])
    assert token.public_id in everything
    for secret in (token.secret, token.digest.hex(), base64.b64encode(token.digest).decode(), ADMIN.secret):
        assert secret not in everything


# What they do -------------------------------------------------------------------------------------------------------


def test_what_is_recorded_carries_the_holders_name(client: TestClient) -> None:
    ana, bo = (make_key(client, "editor", holder=holder) for holder in ("Ana", "Bo"))
    claim = client.post("/v1/claims", json={"text": "So it is."}, headers=ana).json()
    address, tag = f"/v1/claims/{claim['id']}", {"If-Match": "*"}
    changed = client.patch(address, json={"place": "Here"}, headers={**bo, **tag}).json()
    client.delete(address, params={"reason": "a trial"}, headers={**ana, **tag}).raise_for_status()

    assert (claim["recorded_by"], changed["recorded_by"], changed["updated_by"]) == ("Ana", "Ana", "Bo")
    assert problem(client.get(address), 410)["deleted_by"] == "Ana"


def test_nobody_says_in_whose_name_they_record(client: TestClient) -> None:
    body = {"text": "So it is.", "recorded_by": "Somebody else"}

    assert problem(client.post("/v1/claims", json=body), 422)["errors"][0]["pointer"] == "/recorded_by"


def test_an_idempotency_key_is_its_holders_own(client: TestClient) -> None:
    ana, bo = (make_key(client, "editor", holder=holder) for holder in ("Ana", "Bo"))
    key = {"Idempotency-Key": "one"}

    first, second, again = (
        client.post("/v1/claims", json={"text": "So it is."}, headers={**holder, **key}) for holder in (ana, bo, ana)
    )

    assert first.json()["id"] != second.json()["id"]
    assert again.json()["id"] == first.json()["id"]


def test_nobody_gives_a_scope_that_they_lack(client: TestClient) -> None:
    admin = make_key(client, "admin", Scope.AUDIT)

    def give(*scopes: Scope) -> Any:
        body = {"holder": "x", "role": "reader", "scopes": [scope.value for scope in scopes]}
        return client.post("/v1/keys", json=body, headers=admin)

    assert give(Scope.AUDIT).status_code == 201
    for scope in (Scope.REVEAL, Scope.ERASE):
        assert scope.value in problem(give(Scope.AUDIT, scope), 403)["detail"]


def test_no_other_operation_reaches_a_key(client: TestClient) -> None:
    target = {"kind": "access_key", "id": new_key(client)["id"]}

    assert "access_key" not in models()
    problem(client.post("/v1/assessments", json={**example("assessment"), "target": target}), 422)
    problem(client.post("/v1/erasures", json={"target": target, "reason": "a trial"}), 422)
    problem(client.post("/v1/bundles", json={"records": [{"kind": "access_key", "holder": "x", "role": "admin"}]}), 422)


# How the answers are held -------------------------------------------------------------------------------------------


def test_an_answer_to_a_key_is_for_its_holder_alone(client: TestClient) -> None:
    for path, status in (("/v1/claims", 200), ("/v1/claims/x", 422), ("/v1/keys", 200), ("/nowhere", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "Authorization" in answer.headers["vary"]


def test_a_preflight_takes_no_key_and_allows_to_send_one(database_url: str) -> None:
    settings = Settings(database_url=database_url, cors_origins=["https://desk.example.org"], open_reading=False)
    asked = {"Origin": "https://desk.example.org", "Access-Control-Request-Method": "POST"}
    with TestClient(create_app(settings)) as nobody:
        answer = nobody.options("/v1/claims", headers={**asked, "Access-Control-Request-Headers": "Authorization"})

    assert answer.status_code == 200
    assert "Authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("host", "told", "is_open"),
    [
        ("127.0.0.1", None, True),
        ("127.9.9.9", None, True),
        ("::1", None, True),
        ("localhost", None, True),
        ("0.0.0.0", None, False),
        ("::", None, False),
        ("10.0.0.7", None, False),
        ("desk.example.org", None, False),
        ("127.0.0.1", False, False),
        ("0.0.0.0", True, True),
    ],
)
def test_reading_is_open_on_loopback_unless_somebody_says(host: str, told: bool | None, is_open: bool) -> None:
    assert Settings(host=host, open_reading=told).reading_is_open is is_open


@pytest.fixture
def closed(settings: Settings) -> Iterator[TestClient]:
    """A client without key, of an application that is not open to read."""
    with TestClient(create_app(settings.model_copy(update={"open_reading": False}))) as nobody:
        yield nobody


def test_where_reading_is_closed_the_pages_and_the_probes_are_not(closed: TestClient) -> None:
    for path in ("/", "/docs", "/docs/recording", "/openapi.json", "/problems", "/static/whence.css"):
        assert closed.get(path).status_code == 200, path
    assert closed.get("/healthz").status_code == closed.get("/readyz").status_code == 200
    assert closed.get("/metrics").status_code == 401


def test_a_route_that_says_no_role_cannot_be_made() -> None:
    routes: Callable[..., Any] = APIRouter(route_class=StrictRoute).get("/v1/open")

    with pytest.raises(TypeError, match="which role"):
        routes(lambda: json.dumps({}))
