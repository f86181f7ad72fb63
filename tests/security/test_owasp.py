"""The OWASP API Security Top 10 of 2023, a group of claims for each item, by its name."""

import ast
import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import iter_route_contexts
from httpx import Response
from starlette.testclient import TestClient

import api
from api.access.gate import KeyGate
from api.cli import CONTRACT
from api.custody import tokens
from api.custody.roles import Scope
from api.custody.tokens import Token
from api.main import create_app
from api.settings import Settings
from api.web.browsers import GUARDS, PAGES_MAY
from api.web.rate import Rates
from tests.conftest import Server
from tests.contract.operations import NOBODY, Operation, contract, operations, strict
from tests.keys import ADMIN, Client, without_key
from tests.newsroom import Kept, Newsroom
from tests.problems import pointers, problem
from tests.security.callers import make_key
from tests.security.hostile import head, sent, status

SECRET = "Odile Perrault"
TEXT = "I was in the room when the order was given, on the third floor."
SEALED = (SECRET, "in the room", "third floor")
ANY = {"If-Match": "*"}
WHY = {"reason": "a trial"}
BELOW_REVEALING = ("reader", "contributor", "editor", "admin")
Header = dict[str, str]


@pytest.fixture
def stranger(newsroom: Newsroom) -> TestClient:
    """Somebody without a key."""
    return without_key(newsroom.client)


@pytest.fixture
def source(newsroom: Newsroom) -> Kept:
    """A source that is protected."""
    return newsroom.source(SECRET, aliases=["Aunt Odile"], kind="person", external_id="src/1", protected=True)


def settle(newsroom: Newsroom, **changes: Any) -> None:
    """Change settings of the application, until the next test."""
    state = newsroom.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update=changes)


def send(client: TestClient, operation: Operation, key: Header | None = None, record: str = NOBODY) -> Response:
    """Send a request without a body to an operation."""
    path = operation.path.replace("{id}", record).replace("{index}", "0")
    query = {name: WHY.get(name, "1") for name, one in operation.parameters().items() if one.get("required")}
    return client.request(operation.method, path, params=query, headers={**ANY, **(key or {})})


def names_in(body: Any) -> Iterator[str]:
    """Walk an answer for the name of every field."""
    if isinstance(body, dict):
        yield from body
    for inner in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from names_in(inner)


class OneEngine:
    """A group that one engine is enough for: what it is about is decided before any database is asked."""

    @pytest.fixture
    def database_url(self, sqlite_url: str) -> str:
        """Give the address of a SQLite file."""
        return sqlite_url


class TestApi1BrokenObjectLevelAuthorization:
    """Whose object it is decides what can be seen and done, not who knows its id."""

    @pytest.mark.parametrize("role", BELOW_REVEALING)
    def test_an_id_opens_nothing_that_is_sealed(self, newsroom: Newsroom, source: Kept, role: str) -> None:
        page = newsroom.release(source, TEXT, title="Third floor")
        said = newsroom.say(newsroom.claim(), source, document=page, quote={"exact": "I was in the room"})
        key = make_key(newsroom.client, role, Scope.ERASE, Scope.AUDIT)
        paths = [f"{one.path}{what}" for one in (source, page, said) for what in ("", "/history")]
        paths += [f"/v1/log/entries/{index}/disclosure" for index in range(20)]

        answers = [newsroom.client.get(path, headers=key) for path in paths]

        assert {one.status_code for one in answers} <= {200, 404}
        assert [one.request.url for one in answers for word in SEALED if word in one.text] == []

    @pytest.mark.parametrize("role", ["contributor", "editor", "admin"])
    def test_an_id_changes_nothing_that_is_sealed(self, newsroom: Newsroom, source: Kept, role: str) -> None:
        page = newsroom.release(source, TEXT)
        key = make_key(newsroom.client, role)
        client, headers = newsroom.client, {**ANY, **key}

        for patch in ({"name": "Somebody"}, {"aliases": []}, {"protected": False}, {"description": None, "name": "x"}):
            assert client.patch(source.path, json=patch, headers=headers).status_code == 403, patch
        client.post("/v1/sources", json={"external_id": "src/1", "name": "Somebody", "protected": False}, headers=key)

        kept = newsroom.ask(source)
        assert (kept["name"], kept["aliases"], kept["protected"]) == (SECRET, ["Aunt Odile"], True)
        assert newsroom.ask(page)["text"] == TEXT

    def test_no_way_round_a_protected_source_opens_what_it_seals(self, newsroom: Newsroom, source: Kept) -> None:
        twin = newsroom.source("O. Perrault, third floor")
        newsroom.unite(source, twin)
        page = newsroom.release(source, TEXT)
        said = newsroom.say(newsroom.claim(), source, document=page, quote={"exact": "I was in the room"})
        key = {**ANY, **make_key(newsroom.client, "admin", Scope.ERASE, Scope.AUDIT)}
        nobody = newsroom.source("Nobody in particular")
        client = newsroom.client

        client.request("DELETE", f"{twin.path}/same_as", params={"other": source.id}, headers=key)
        client.patch(page.path, json={"publisher": nobody.ref}, headers=key)
        client.patch(said.path, json={"source": nobody.ref, "document": None, "quote": None}, headers=key)
        client.delete(source.path, params={**WHY, "cascade": "true"}, headers=key)
        client.post(f"{page.path}/restore", headers=key)

        answers = [
            client.get(f"{one.path}{what}", headers=key) for one in (twin, page, said) for what in ("", "/history")
        ]
        assert [one.request.url for one in answers for word in SEALED if word in one.text] == []

    def test_an_idempotency_key_brings_nobody_the_answer_of_another(self, newsroom: Newsroom) -> None:
        mine, theirs = (make_key(newsroom.client, "contributor", holder=f"Desk {number}") for number in (1, 2))
        body = {"text": "A bridge is unsafe."}

        first, other, again = (
            newsroom.client.post("/v1/claims", json=body, headers={**key, "Idempotency-Key": "k"})
            for key in (mine, theirs, mine)
        )

        assert first.json()["id"] == again.json()["id"] != other.json()["id"]
        assert "idempotency-replayed" in again.headers
        assert "idempotency-replayed" not in other.headers
        assert other.json()["recorded_by"] == "Desk 2"

    def test_a_repeated_answer_shows_what_the_key_that_repeats_it_may_see(self, newsroom: Newsroom) -> None:
        full, less = (
            make_key(newsroom.client, "contributor", *scopes, holder="Desk 1") for scopes in ([Scope.REVEAL], [])
        )
        body = {"name": SECRET, "protected": True}

        first, again = (
            newsroom.client.post("/v1/sources", json=body, headers={**key, "Idempotency-Key": "k"})
            for key in (full, less)
        )

        assert (first.json()["name"], first.json()["id"]) == (SECRET, again.json()["id"])
        assert SECRET not in again.text

    def test_who_may_not_see_keys_learns_of_no_id_whether_it_is_one(self, newsroom: Newsroom) -> None:
        newsroom.client.post("/v1/keys", json={"holder": "Ana", "role": "reader"}).raise_for_status()
        ids = [newsroom.ids("keys")[0], NOBODY, "no-id"]
        for role in ("reader", "contributor", "editor"):
            key = make_key(newsroom.client, role)
            for method in ("GET", "DELETE"):
                told = [newsroom.client.request(method, f"/v1/keys/{one}", params=WHY, headers=key) for one in ids]
                assert [one.status_code for one in told] == [403, 403, 403]
                assert len({one.json()["detail"] for one in told}) == 1

    def test_what_was_erased_comes_back_for_no_key_and_no_moment(self, newsroom: Newsroom) -> None:
        one = newsroom.source(SECRET, kind="person")
        moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        body = {"target": one.open_ref, "reason": "Asked for it."}
        newsroom.client.post("/v1/erasures", json=body).raise_for_status()

        answers = [
            newsroom.client.get(one.path, params={"known_at": moment}),
            newsroom.client.get(f"{one.path}/history"),
        ]
        newsroom.delete(one)
        answers.append(newsroom.client.post(f"{one.path}/restore"))

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert not any(SECRET in answer.text for answer in answers)


class TestApi2BrokenAuthentication(OneEngine):
    """A key is the one that it is, sent where it belongs, and valid now; or it is none."""

    @pytest.mark.parametrize(
        "header",
        [
            f"Bearer {ADMIN.written[:-1]}1", f"Bearer {ADMIN.written[:20]}1{ADMIN.written[21:]}",
            f"Bearer {ADMIN.written}x",
            f"Bearer {ADMIN.written[:-1]}", f"Bearer {ADMIN.written.upper()}", f"Basic {ADMIN.written}",
            f"Token {ADMIN.written}", ADMIN.written, f"Bearer{ADMIN.written}", f'Bearer "{ADMIN.written}"',
            f"Bearer {ADMIN.written}, Bearer {ADMIN.written}", f"Bearer {ADMIN.public_id}", "Bearer", "Bearer ", "",
            "Bearer null", "Bearer whn_*_*", "Bearer ' OR 1=1 --",
        ],
    )  # fmt: skip
    def test_what_is_not_a_whole_key_is_refused_even_where_reading_is_open(
        self, newsroom: Newsroom, header: str
    ) -> None:
        answer = newsroom.client.get("/v1/claims", headers={"Authorization": header})

        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith('Bearer realm="whence"')
        assert ADMIN.secret not in answer.text

    def test_two_headers_are_no_key_though_each_of_them_is(self, newsroom: Newsroom) -> None:
        reader = make_key(newsroom.client, "reader")["Authorization"]
        for pair in ([ADMIN, ADMIN], [reader, ADMIN], [ADMIN, reader]):
            texts = [one if isinstance(one, str) else f"Bearer {one.written}" for one in pair]
            request = newsroom.client.build_request("GET", "/v1/claims")
            del request.headers["authorization"]
            request.headers = type(request.headers)(
                [*request.headers.multi_items(), *(("Authorization", one) for one in texts)]
            )
            problem(newsroom.client.send(request), 401)

    def test_a_key_anywhere_else_is_none(self, newsroom: Newsroom, stranger: TestClient) -> None:
        settle(newsroom, open_reading=False)
        for name in ("access_token", "key", "token", "api_key", "Authorization"):
            problem(stranger.get("/v1/claims", params={name: ADMIN.written}), 401)
            body = {"text": "So it is.", name: ADMIN.written}
            problem(stranger.post("/v1/claims", json=body), 401)
            problem(stranger.get("/v1/claims", headers={"Cookie": f"{name}={ADMIN.written}"}), 401)
        for name in ("X-API-Key", "X-Authorization", "Proxy-Authorization", "X-Access-Token"):
            problem(stranger.get("/v1/claims", headers={name: f"Bearer {ADMIN.written}"}), 401)

    def test_unknown_wrong_expired_and_revoked_are_told_in_the_same_words(self, newsroom: Newsroom) -> None:
        soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        expired, revoked = make_key(newsroom.client, "admin", expires_at=soon), make_key(newsroom.client, "admin")
        newsroom.client.delete(f"/v1/keys/{newsroom.ids('keys')[-1]}", params=WHY).raise_for_status()
        others = [tokens.make().written, Token(ADMIN.public_id, tokens.make().secret).written]
        headers = [expired, revoked, *({"Authorization": f"Bearer {one}"} for one in others)]
        state = newsroom.client.app.state  # type: ignore[attr-defined]
        gate, state.gate = state.gate, KeyGate(lambda: state.database, lambda: datetime.now(UTC) + timedelta(days=1))

        answers = [newsroom.client.get("/v1/claims", headers=one) for one in headers]
        state.gate = gate

        assert {one.status_code for one in answers} == {401}
        assert len({one.json()["detail"] for one in answers}) == 1
        assert {one.headers["www-authenticate"] for one in answers} == {'Bearer realm="whence", error="invalid_token"'}

    def test_a_revoked_key_is_refused_from_the_next_request_on(self, newsroom: Newsroom) -> None:
        key = make_key(newsroom.client, "contributor")
        body = {"text": "So it is."}
        assert newsroom.client.post("/v1/claims", json=body, headers=key).status_code == 201

        newsroom.client.delete(f"/v1/keys/{newsroom.ids('keys')[-1]}", params=WHY).raise_for_status()

        problem(newsroom.client.post("/v1/claims", json=body, headers=key), 401)


class TestApi3BrokenObjectPropertyLevelAuthorization:
    """What is ours to say is set by nobody else, and what is only for us is answered to nobody."""

    OURS = (
        "id", "version", "recorded_by", "recorded_at", "updated_by", "updated_at", "log_index", "alias", "sealed",
        "sealed_under", "seed", "salts", "deleted_at", "deletion_reason", "held", "anchor", "settled", "same_as",
    )  # fmt: skip
    HIDDEN = frozenset(
        {"digest", "secret", "seed", "salts", "sealed", "sealed_under", "wrapped", "fingerprint", "sealing_key"}
    )

    @pytest.mark.parametrize("operation", strict("POST", where=lambda one: not one.single), ids=str)
    def test_no_draft_takes_what_is_ours(self, newsroom: Newsroom, operation: Operation) -> None:
        body: Any = dict.fromkeys(self.OURS, 1)
        at_records = operation.collection == "bundles"

        answer = newsroom.client.post(
            operation.path, json={"records": [{"kind": "claim", **body}]} if at_records else body
        )

        before = "/records/0" if at_records else ""
        assert {f"{before}/{name}" for name in self.OURS} <= set(pointers(problem(answer, 422)))

    def test_no_patch_changes_what_is_ours(self, newsroom: Newsroom) -> None:
        said = newsroom.publish(newsroom.claim(), newsroom.source())
        records = [said, newsroom.source(), newsroom.claim(), newsroom.document(TEXT)]
        for record in records:
            before = newsroom.ask(record)
            for name in self.OURS:
                answer = newsroom.try_edit(record, **{name: "Somebody else"})
                assert answer.status_code == 422 or name == "log_index", (record.path, name, answer.text)
            assert {**newsroom.ask(record), "log_index": None} == {**before, "log_index": None}  # it comes later

    def test_whoever_holds_the_key_is_who_recorded_it(self, newsroom: Newsroom) -> None:
        key = make_key(newsroom.client, "contributor", holder="Ana Duarte")
        headers = {
            **key,
            "From": "boss@example.org",
            "X-Forwarded-User": "boss",
            "X-Remote-User": "boss",
            "X-Request-Id": "boss",
        }

        made = newsroom.client.post("/v1/claims", json={"text": "So it is."}, headers=headers).json()

        assert (made["recorded_by"], made["updated_by"]) == ("Ana Duarte", "Ana Duarte")

    def test_no_answer_has_a_field_that_is_only_for_us(self, newsroom: Newsroom, source: Kept) -> None:
        newsroom.say(newsroom.claim(), source, document=newsroom.release(source, TEXT))
        newsroom.client.post("/v1/keys", json={"holder": "Ana", "role": "reader"}).raise_for_status()
        lists = [one for one in strict("GET") if "limit" in one.parameters() and not one.single]
        schemas = contract()["components"]["schemas"].values()

        seen = {name for one in lists for name in names_in(send(newsroom.client, one).json())}

        assert {"recorded_by", "public_id", "alias"} <= seen
        assert seen & self.HIDDEN == set()
        assert {name for schema in schemas for name in schema.get("properties", ())} & self.HIDDEN == set()

    def test_a_key_is_answered_once_and_never_again(self, newsroom: Newsroom) -> None:
        body, once = {"holder": "Ana", "role": "reader"}, {"Idempotency-Key": "k"}

        first, again = (newsroom.client.post("/v1/keys", json=body, headers=once) for _ in range(2))

        secret = first.json()["token"].rpartition("_")[2]
        told = [again.text, newsroom.client.get(first.headers["location"]).text, newsroom.client.get("/v1/keys").text]
        assert again.json()["token"] is None
        assert first.headers["cache-control"] == "no-store"
        assert not any(secret in text for text in told)


class TestApi4UnrestrictedResourceConsumption(OneEngine):
    """No request gets more than its share: of rows, of bytes, of work, or of turns."""

    @pytest.mark.parametrize("asked", ["3", "201", "1000000000", "9" * 30])
    def test_a_page_is_no_larger_than_the_server_lets_it_be(self, newsroom: Newsroom, asked: str) -> None:
        settle(newsroom, page_size_max=2, max_nodes_max=2)
        claim = newsroom.claim()
        for _ in range(4):
            newsroom.say(claim)

        listed = newsroom.client.get("/v1/attributions", params={"limit": asked})
        graph = newsroom.client.get(f"{claim.path}/provenance", params={"max_nodes": asked})

        for answer, name in ((listed, "items"), (graph, "nodes")):
            assert answer.status_code == 422 or len(answer.json()[name]) <= 2, answer.text
        assert listed.status_code == 200 or len(asked) > 18

    def test_a_body_is_no_larger_and_no_deeper_than_the_limit(self, newsroom: Newsroom) -> None:
        settle(newsroom, max_body_bytes=1024)
        kind = {"Content-Type": "application/json"}
        for content, code in ((b'"%b"' % (b"x" * 1023), 413), (b"[" * 129 + b"]" * 129, 400), (b'{"a":' * 200, 400)):
            problem(newsroom.client.post("/v1/claims", content=content, headers=kind), code)

    def test_a_caller_is_told_what_is_left_and_refused_when_nothing_is(self, newsroom: Newsroom) -> None:
        key, other = (make_key(newsroom.client, "reader") for _ in range(2))
        settle(newsroom, requests_per_minute=3)
        newsroom.client.app.state.rates = Rates(lambda: 1.0)  # type: ignore[attr-defined]

        answers = [newsroom.client.get("/v1/claims", headers=key) for _ in range(5)]

        assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
        assert [one.headers["ratelimit"] for one in answers] == [f'"default";r={left};t=59' for left in (2, 1, 0, 0, 0)]
        assert {one.headers["ratelimit-policy"] for one in answers} == {'"default";q=3;w=60'}
        assert problem(answers[-1], 429)["type"] == "/problems/too-many-requests"
        assert answers[-1].headers["retry-after"] == "59"
        assert newsroom.client.get("/v1/claims", headers=other).status_code == 200

    def test_keys_cannot_be_tried_without_end(self, newsroom: Newsroom) -> None:
        settle(newsroom, requests_per_minute=3)
        newsroom.client.app.state.rates = Rates(lambda: 1.0)  # type: ignore[attr-defined]

        tries = [{"Authorization": f"Bearer {tokens.make().written}"} for _ in range(5)]

        assert [newsroom.client.get("/v1/claims", headers=one).status_code for one in tries] == [
            401,
            401,
            401,
            429,
            429,
        ]

    @pytest.mark.parametrize("limit", [{"graph_budget": 1}, {"graph_seconds": 1e-9}])
    def test_a_graph_is_worked_at_no_longer_than_the_budget(self, newsroom: Newsroom, limit: dict[str, Any]) -> None:
        claim = newsroom.claim()
        for _ in range(3):
            newsroom.say(claim)
        settle(newsroom, **limit)

        kind = problem(newsroom.client.get(f"{claim.path}/confidence"), 504)["type"]

        assert kind in ("/problems/over-budget", "/problems/out-of-time")
        assert newsroom.ask(claim, "provenance")["complete"] is False


class TestApi5BrokenFunctionLevelAuthorization:
    """What a key may do is what its role and scopes say, however it is asked for."""

    SPELLINGS = (
        "/V1/keys", "//v1/keys", "/v1//keys", "/v1/keys/", "/v1/keys%2F", "/v1/keys;a=b", "/v1/%2e/keys", "/v1/keys%20",
        "/v1/x/../keys", "/v1/%6beys", "/v1/keys?a=1", "/v1/claims/../keys",
    )  # fmt: skip

    def test_no_role_implies_a_scope(self, newsroom: Newsroom, source: Kept) -> None:
        admin = make_key(newsroom.client, "admin")
        erasure = {"target": source.open_ref, "reason": "a trial"}

        problem(newsroom.client.post("/v1/erasures", json=erasure, headers=admin), 403)
        problem(newsroom.client.get("/v1/reveals", headers=admin), 403)
        assert SECRET not in newsroom.client.get(source.path, headers=admin).text
        for scope in Scope:
            body = {"holder": "Myself", "role": "admin", "scopes": [scope]}
            problem(newsroom.client.post("/v1/keys", json=body, headers=admin), 403)

    def test_no_scope_implies_a_role(self, newsroom: Newsroom) -> None:
        reader = make_key(newsroom.client, "reader", *Scope)

        for operation in strict("POST", "PATCH", "DELETE", where=lambda one: not one.asks):
            problem(send(newsroom.client, operation, reader), 403)

    @pytest.mark.parametrize("role", ["reader", "contributor", "editor"])
    def test_whatever_takes_a_higher_role_is_refused_before_anything_is_looked_at(
        self, newsroom: Newsroom, role: str
    ) -> None:
        order = ["reader", "contributor", "editor", "admin"]
        key = make_key(newsroom.client, role)
        above = strict(where=lambda one: order.index(one.said["security"][0]["key"][0]) > order.index(role))

        for operation in above:
            told = problem(send(newsroom.client, operation, key), 403)
            assert "errors" not in told, str(operation)

    def test_no_other_method_or_spelling_goes_round_it(self, newsroom: Newsroom, stranger: TestClient) -> None:
        reader, claim = make_key(newsroom.client, "reader"), newsroom.claim()
        settle(newsroom, open_reading=False)

        assert newsroom.client.head("/v1/keys", headers=reader).status_code == 403
        assert stranger.head("/v1/claims").status_code == 401
        for method in ("OPTIONS", "TRACE", "CONNECT", "PUT", "DEBUG", "get", "delete"):
            assert stranger.request(method, "/v1/keys").status_code in (401, 405), method
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            headers = {**reader, **ANY, name: "DELETE"}
            newsroom.client.get(claim.path, headers=headers, params={})
            newsroom.client.post(claim.path, headers=headers, params={"_method": "DELETE", **WHY})
        for path in self.SPELLINGS:
            assert newsroom.client.get(path, headers=reader).status_code in (403, 404), path
        for name in ("X-Original-URL", "X-Rewrite-URL"):
            assert newsroom.client.get("/v1/claims", headers={**reader, name: "/v1/keys"}).json()["items"][0]["text"]
        assert newsroom.ask(claim)["version"] == 1

    def test_a_bundle_carries_nothing_that_its_sender_may_not_record(self, newsroom: Newsroom) -> None:
        key = make_key(newsroom.client, "contributor")
        one, other = newsroom.claim(), newsroom.claim()
        said = [newsroom.say(one), newsroom.say(one)]
        relation = {"from": one.ref, "to": other.ref, "relation_kind": "contradicts", "status": "confirmed"}
        beyond: list[dict[str, Any]] = [
            {"kind": "relation", **relation},
            {"kind": "dependency", "members": [each.open_ref for each in said], "reason": "one origin"},
            {"kind": "assessment", "target": said[0].open_ref, "scale": "admiralty_credibility", "value": "1"},
        ]

        for entry in beyond:
            records = [{"kind": "claim", "text": "Carried along."}, entry]
            refused = problem(newsroom.client.post("/v1/bundles", json={"records": records}, headers=key), 403)
            assert refused["pointer"] == "/records/1"

        assert [newsroom.ids(kind) for kind in ("relations", "dependencies", "assessments")] == [[], [], []]
        assert len(newsroom.ids("claims")) == 2

    def test_who_may_propose_may_not_decide(self, newsroom: Newsroom) -> None:
        key = make_key(newsroom.client, "contributor")
        proposed = newsroom.relate("contradicts", newsroom.claim(), newsroom.claim(), "proposed")

        answer = newsroom.client.patch(proposed.path, json={"status": "confirmed"}, headers={**key, **ANY})

        problem(answer, 403)
        assert newsroom.ask(proposed)["status"] == "proposed"


class TestApi6UnrestrictedAccessToSensitiveBusinessFlows:
    """What can do harm in numbers, or for good, is done on purpose, one by one or on record."""

    def test_whoever_opens_many_protected_records_at_once_is_on_record_with_all_of_them(
        self, newsroom: Newsroom
    ) -> None:
        made = [newsroom.source(f"{SECRET} {number}", protected=True, if_named="new") for number in range(20)]
        key = make_key(newsroom.client, "reader", Scope.REVEAL, holder="Desk 7")

        assert newsroom.client.get("/v1/sources", params={"limit": 200}, headers=key).text.count(SECRET) == 20

        seen = [one for one in newsroom.ask("/v1/reveals", limit=200)["items"] if one["recorded_by"] == "Desk 7"]
        assert {each["id"] for one in seen for each in one["records"]} == {one.id for one in made}

    def test_an_erasure_is_of_one_record_for_a_reason_and_on_record(self, newsroom: Newsroom) -> None:
        one, other = newsroom.source(SECRET), newsroom.source()
        for body in (
            {"target": [one.open_ref, other.open_ref]},
            {"target": {"kind": "source"}},
            {"target": one.open_ref, "reason": " "},
        ):
            newsroom.refused("erasures", {"reason": "Asked for it.", **body})

        newsroom.add("erasures", {"target": one.open_ref, "reason": "Asked for it."})

        (kept,) = newsroom.ask("/v1/erasures")["items"]
        assert (kept["target"], kept["reason"], kept["recorded_by"]) == (one.open_ref, "Asked for it.", "the tests")
        assert newsroom.ask(other)["alias"] is None

    def test_who_may_say_that_a_source_took_it_back_may_not_make_it_disappear(self, newsroom: Newsroom) -> None:
        key = make_key(newsroom.client, "contributor")
        said = newsroom.say(newsroom.claim(), newsroom.source())

        retracted = newsroom.client.post(f"{said.path}/retraction", json={"reason": "They were wrong."}, headers=key)
        deleted = newsroom.client.delete(said.path, params=WHY, headers={**key, **ANY})

        assert retracted.status_code == 201, retracted.text
        problem(deleted, 403)
        assert newsroom.ask(said)["retraction_reason"] == "They were wrong."

    def test_no_line_of_whoever_may_not_end_a_retraction_puts_another_in_its_place(self, newsroom: Newsroom) -> None:
        said = newsroom.say(newsroom.claim())
        newsroom.retract(said, "2026-01-05", reason="It was forged.")
        stamp = {"recorded_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
        origin = {"id": str(uuid4()), "version": 9, **stamp, "origin": {"id": said.id, "version": 1, **stamp}}
        lines = [
            {"kind": "attribution", "claim": said["claim"], "stance": said["stance"], "origin": origin},
            {"kind": "retraction", "attribution": said.ref, "retracted_at": "2999-01-01", "reason": "Never mind."},
        ]

        def send(role: str) -> Response:
            body, key = {"records": lines}, make_key(newsroom.client, role)
            return newsroom.client.post("/v1/bundles", json=body, headers=key)

        problem(send("contributor"), 403)
        assert newsroom.ask(said)["retraction_reason"] == "It was forged."
        assert send("editor").status_code == 201
        assert newsroom.ask(said)["retraction_reason"] == "Never mind."

    def test_nothing_is_deleted_unseen_or_by_the_list(self, newsroom: Newsroom) -> None:
        claim = newsroom.claim()
        newsroom.say(claim)

        for path in ("/v1/claims", "/v1/claims/*"):
            assert newsroom.client.delete(path, params=WHY, headers=ANY).status_code in (405, 422)
        problem(newsroom.client.delete(claim.path, params=WHY), 428)
        problem(newsroom.client.delete(claim.path, headers=ANY), 422)
        problem(newsroom.client.delete(claim.path, params=WHY, headers=ANY), 409)
        assert newsroom.ask(claim)["version"] == 1

    def test_nothing_becomes_one_by_its_name_unasked(self, newsroom: Newsroom) -> None:
        first = newsroom.source("KCNA", kind="news_agency")

        refused = newsroom.refused("sources", {"name": "kcna"}, 409)
        newsroom.refused("bundles", {"records": [{"kind": "source", "name": "KCNA"}]}, 409)
        other = newsroom.source("KCNA", if_named="new")

        assert [one["id"] for one in refused["candidates"]] == [first.id]
        assert other.id != first.id
        assert newsroom.ask(first)["same_as"] == newsroom.ask(other)["same_as"] == []


class TestApi7ServerSideRequestForgery(OneEngine):
    """Whence asks no other server for anything, whatever address it is given."""

    CLIENTS = frozenset(
        {"aiohttp", "ftplib", "httpx", "requests", "smtplib", "telnetlib", "urllib3", "http.client", "urllib.request"}
    )

    def test_no_address_that_is_recorded_is_ever_called(self, newsroom: Newsroom) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            here = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            source = newsroom.source("Somebody", homepage=here, description=here, aliases=[here])
            page = newsroom.release(source, f"{TEXT} {here}", url=f"{here}a", archive_url=f"{here}b")
            claim = newsroom.claim(here)
            newsroom.edit(page, url=f"{here}c", archive_url=None)
            said = newsroom.say(claim, source, document=page, quote={"exact": "I was in the room"})
            newsroom.ask("/v1/documents/lookup", url=f"{here}a")
            bundle = {
                "kind": "document",
                "url": here,
                "archive_url": here,
                "publisher": {"name": "Elsewhere", "homepage": here},
            }
            newsroom.bundle(bundle)
            ids = {"claims": claim.id, "sources": source.id, "documents": page.id, "attributions": said.id}
            for operation in operations("GET"):
                send(newsroom.client, operation, record=ids.get(operation.collection, NOBODY))
            forward = {
                "Host": "testserver",
                "Referer": here,
                "Origin": here,
                "X-Forwarded-Host": here,
                "Forwarded": f"host={here}",
            }
            newsroom.client.get(claim.path, headers=forward)

            with pytest.raises(BlockingIOError):  # nobody has called
                listener.accept()

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "gopher://127.0.0.1:70/",
            "data:text/html,x",
            "javascript:alert(1)",
            "//host/x",
            "ldap://h/",
        ],
    )
    def test_an_address_of_another_kind_is_not_recorded(self, newsroom: Newsroom, url: str) -> None:
        for collection, field in (("documents", "url"), ("documents", "archive_url"), ("sources", "homepage")):
            name = {"name": "Somebody"} if collection == "sources" else {}
            assert pointers(newsroom.refused(collection, {**name, field: url})) == [f"/{field}"]

    def test_no_module_of_ours_has_the_means(self) -> None:
        named = {
            name
            for file in Path(api.__path__[0]).rglob("*.py")
            for name in _imported(ast.parse(file.read_text("utf-8")))
        }

        assert "uvicorn" in named
        assert named & self.CLIENTS == set()


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


class TestApi8SecurityMisconfiguration(OneEngine):
    """It is closed and quiet unless an operator says otherwise."""

    @contextmanager
    def broken(self, settings: Settings) -> Iterator[TestClient]:
        """Serve an application with an operation that fails in ways that nobody foresaw."""
        app = create_app(settings)

        @app.get("/v1/broken")
        def broken() -> None:
            raise RuntimeError("secret detail")

        with Client(app, raise_server_exceptions=False) as client:
            yield client

    def test_every_answer_tells_browsers_what_they_may_do_with_it(self, settings: Settings) -> None:
        with self.broken(settings) as client:
            made, json_text = (
                client.post("/v1/claims", json={"text": "So it is."}),
                {"Content-Type": "application/json"},
            )
            answers = {
                200: client.get("/v1/claims"),
                201: made,
                304: client.get("/v1/policies", headers={"If-None-Match": "*"}),
                400: client.post("/v1/claims", content=b"{", headers=json_text),
                401: client.get("/v1/claims", headers={"Authorization": "Bearer x"}),
                404: client.get("/nowhere"),
                405: client.put("/v1/claims"),
                413: client.post("/v1/claims", content=b"x" * 2**21, headers=json_text),
                415: client.post("/v1/claims", content=b"{}"),
                421: client.get("/", headers={"Host": "elsewhere.example.org"}),
                422: client.get("/v1/claims?no=1"),
                428: client.delete(made.headers["location"], params=WHY),
                500: client.get("/v1/broken"),
            }
            pages = [client.get(path) for path in ("/", "/docs", "/problems")]

        for code, answer in answers.items():
            assert answer.status_code == code
            assert {name: answer.headers[name] for name in GUARDS} == GUARDS, code
        for page in pages:
            assert page.headers["content-security-policy"] == PAGES_MAY
            assert {name: page.headers[name] for name in list(GUARDS)[1:]} == dict(list(GUARDS.items())[1:])

    def test_what_was_sent_to_another_host_is_not_carried_out(self, newsroom: Newsroom) -> None:
        for host in ("elsewhere.example.org", "testserver.example.org", "127.0.0.1.example.org", "", "testserver@evil"):
            for path in ("/", "/v1/claims", "/nowhere"):
                problem(newsroom.client.get(path, headers={"Host": host}), 421)
            problem(newsroom.client.post("/v1/claims", json={"text": "So it is."}, headers={"Host": host}), 421)
        assert (
            newsroom.client.get("/v1/claims", headers={"Host": "TESTSERVER:8000", "X-Forwarded-Host": "evil"}).json()[
                "items"
            ]
            == []
        )

    def test_no_page_of_another_origin_may_call_unless_it_is_listed(self, settings: Settings) -> None:
        listed = settings.model_copy(update={"cors_origins": ["https://desk.example.org"]})
        for told, allowed in ((settings, set()), (listed, {"https://desk.example.org"})):
            with Client(create_app(told)) as client:
                for origin in (
                    "https://desk.example.org",
                    "https://desk.example.org.evil",
                    "http://desk.example.org",
                    "null",
                ):
                    asked = {
                        "Origin": origin,
                        "Access-Control-Request-Method": "POST",
                        "Access-Control-Request-Headers": "authorization",
                    }
                    for answer in (
                        client.get("/v1/claims", headers=asked),
                        client.options("/v1/claims", headers=asked),
                    ):
                        said = answer.headers.get("access-control-allow-origin")
                        assert said == (origin if origin in allowed else None)
                        assert "access-control-allow-credentials" not in answer.headers

    def test_a_failure_tells_nothing_of_the_inside(self, settings: Settings) -> None:
        with self.broken(settings) as client:
            answer = client.get("/v1/broken")

        assert problem(answer, 500)["type"] == "/problems/internal"
        for word in ("secret", "Traceback", "RuntimeError", ".py", "sqlite", "/work"):
            assert word not in answer.text

    def test_the_server_does_not_say_what_it_is(self, serve: Callable[..., Server], sqlite_url: str) -> None:
        server = serve(sqlite_url)
        for said in (
            head(server, "GET /v1/claims", "Connection: close"),
            b"nonsense\r\n\r\n",
            head(server, "GET /nowhere", "Connection: close"),
        ):
            answered = sent(server, said).lower()
            assert status(answered) in (200, 400, 404)
            assert b"\r\nserver:" not in answered
            assert b"\r\nx-powered-by:" not in answered
            assert b"uvicorn" not in answered

    def test_the_page_that_tries_the_api_loads_nothing_from_outside(self, newsroom: Newsroom) -> None:
        for path in ("/docs", "/static/swagger-init.js", "/static/whence.css"):
            assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", newsroom.client.get(path).text) == []

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "whence.example.org", "127.0.0.1.example.org"])
    def test_outside_loopback_reading_is_closed_unless_it_is_opened(
        self, newsroom: Newsroom, stranger: TestClient, host: str
    ) -> None:
        settle(newsroom, host=host)
        open_to_all = {str(one) for one in operations() if "security" not in one.said}

        refused = {str(one) for one in operations() if send(stranger, one).status_code == 401}

        assert open_to_all == {"get_health", "get_readiness"}
        assert refused == {str(one) for one in operations()} - open_to_all
        for loopback in ("127.0.0.1", "127.8.9.1", "::1", "localhost"):
            settle(newsroom, host=loopback)
            assert stranger.get("/v1/claims").status_code == 200


class TestApi9ImproperInventoryManagement(OneEngine):
    """Everything that answers is written down, and nothing else does."""

    PAGES = ("/", "/docs", "/docs/recording", "/docs/confidence", "/openapi.json", "/problems", "/problems/{slug}")
    FILES = "/static/{path:path}"
    SERVICE = frozenset({"/healthz", "/readyz", "/metrics"})
    ELSEWHERE = """
        /v1 /v1/ /v0/claims /v2/claims /api/v1/claims /claims /V1/claims /v1/claims.json /v1/admin /v1/internal /v1/test
        /v1/users /v1/log /admin /debug /debug/pprof /console /graphql /redoc /swagger /swagger.json /openapi.yaml
        /docs/oauth2-redirect /docs/ /.env /.git/config /actuator /server-status /health /status /metrics/ /robots.txt
        /backup /whence.db /data/whence.db /data/keys/sealing.key /static /static/ /static/swagger-ui/
        /static/../settings.py /static/%2e%2e/settings.py /static/..%2fsettings.py /static//etc/passwd
    """

    def test_every_route_is_in_the_contract_or_a_page(self, newsroom: Newsroom) -> None:
        routes: Any = newsroom.client.app.routes  # type: ignore[attr-defined]
        known = {(one.method, one.path) for one in operations()} | {("GET", page) for page in (*self.PAGES, self.FILES)}

        there = {
            (method, one.path)
            for one in iter_route_contexts(routes)
            for method in one.methods or ()
            if method != "HEAD"
        }

        assert there == known

    def test_every_operation_is_of_the_one_version_or_of_the_service(self) -> None:
        assert {one.path for one in operations() if not one.path.startswith("/v1/")} == self.SERVICE

    def test_the_contract_that_is_served_is_the_one_that_is_kept(self, newsroom: Newsroom) -> None:
        assert newsroom.client.get("/openapi.json").json() == json.loads(CONTRACT.read_text("utf-8"))

    def test_nothing_answers_where_nothing_is_written_down(self, newsroom: Newsroom) -> None:
        for path in self.ELSEWHERE.split():
            for method in ("POST", "DELETE"):
                assert newsroom.client.request(method, path).status_code in (404, 405), path
            assert newsroom.client.get(path).status_code == 404, path


HOSTILE = [
    b"", b" ", b"\xff\xfe", "é😀\u202e".encode(), b"*", b'"', b'"\\"', b'W/"1"', b"'; DROP TABLE claim; --", b"%00",
    b"%0d%0aX: y", b"0", b"-1", b"9" * 40, b"1e400", b"NaN", b"null", b"{}", b"[[[[", b"x" * 8000, b",,,,,",
    b'"a",' * 500, b"../../etc/passwd", b"${jndi:ldap://127.0.0.1/x}", b"{{7*7}}", b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-14:00", b"127.0.0.1", b"\t\t", b"e30", b"W10", b"WyJ4IiwgW11d", b"\x7f", b"bytes=0-",
    b"100-continue", b"gzip", b"fr;q=9e999,*;q=-1",
]  # fmt: skip
READ = (
    "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-Id", "Accept-Language", "Content-Type",
    "Content-Encoding", "Range", "Origin",
)  # fmt: skip
NOT_READ = (
    "Accept", "Accept-Encoding", "Cookie", "Forwarded", "From", "If-Modified-Since", "If-Range", "Prefer", "Referer",
    "TE", "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto",
    "X-Real-IP",
)  # fmt: skip


class TestApi10UnsafeConsumptionOfApis(OneEngine):
    """What other systems send is not believed: it is read strictly, and taken for nothing but what it is."""

    @pytest.mark.parametrize("names", [*((name,) for name in READ), NOT_READ], ids=", ".join)
    def test_no_value_of_a_header_breaks_an_answer(self, newsroom: Newsroom, names: tuple[str, ...]) -> None:
        claim = newsroom.claim()
        for value in HOSTILE:
            headers = {name.encode(): value for name in names}
            for answer in (
                newsroom.client.get(claim.path, headers=headers),
                newsroom.client.patch(claim.path, json={"place": "x"}, headers=headers),
                newsroom.client.post("/v1/claims", json={"text": "So it is."}, headers=headers),
            ):
                assert answer.status_code < 500, (value, answer.text)
                assert answer.status_code < 400 or names != NOT_READ or answer.status_code == 428, (value, answer.text)
                assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", answer.headers["x-request-id"]), value

    @pytest.mark.parametrize("name", ["cursor", "known_at", "limit", "sort", "id", "external_id", "after"])
    def test_no_value_of_a_parameter_breaks_an_answer(self, newsroom: Newsroom, name: str) -> None:
        path = "/v1/changes" if name == "after" else "/v1/sources"
        for value in HOSTILE:
            for query in (value, value * 2):
                answer = newsroom.client.get(path, params={name: query.decode("latin-1")})
                assert answer.status_code < 500, value
                assert answer.status_code == 200 or answer.json()["errors"][0]["parameter"] == name

    @pytest.mark.parametrize(
        "records",
        [
            [{"kind": "source", "ref": "a", "name": "A", "controlled_by": {"$ref": "a"}}],
            [{"kind": "source", "ref": one, "name": one, "controlled_by": {"$ref": to}} for one, to in ("ab", "ba")],
            [{"kind": "source", "ref": "a", "name": "A"}, {"kind": "source", "ref": "a", "name": "B"}],
            [{"kind": "source", "name": "A", "controlled_by": {"$ref": "nobody"}}],
            [{"kind": "source", "name": "A", "controlled_by": {"$ref": "a", "id": NOBODY}}],
            [{"kind": "document", "publisher": {"$ref": "c"}}, {"kind": "claim", "ref": "c", "text": "A claim."}],
            [{"kind": "key", "holder": "Me", "role": "admin"}],
            [{"kind": "erasure", "target": {"kind": "claim", "id": NOBODY}, "reason": "x"}],
            [{"kind": "access_key", "digest": "x"}], [{"kind": ["source"]}], [{"kind": None}],
            [{}], [None], [[]], ["x"], {}, None, "x",
            [{"kind": "source", "name": "A"}, {"kind": "source", "name": ""}],
            [{"kind": "claim", "text": str(number)} for number in range(10_001)],
            [{"kind": "source", "ref": "../" * 60, "name": "A", "__proto__": {"x": 1}, "constructor": {}}],
        ],
        ids=lambda records: None,
    )  # fmt: skip
    def test_a_bundle_that_is_wrong_anywhere_leaves_nothing(self, newsroom: Newsroom, records: Any) -> None:
        told = newsroom.refused("bundles", {"records": records})

        assert all(one.startswith("/records") for one in pointers(told))
        assert [newsroom.ids(kind) for kind in ("sources", "documents", "claims")] == [[], [], []]

    def test_nothing_that_is_sent_writes_a_line_of_the_log(self, serve: Callable[..., Server], sqlite_url: str) -> None:
        server = serve(sqlite_url, WHENCE_LOG_FORMAT="json", WHENCE_LOG_LEVEL="debug")
        line = '{"event": "forged", "level": "info"}'
        text = f"x\r\n{line}\n\x1b[2Jforged"
        client, mark = server.client, uuid4().hex
        for path in ("/%0d%0a" + line.replace('"', "%22"), "/v1/claims/%0A%1b[2Jforged", "/v1/claims/%E2%80%A8" + mark):
            client.get(path)
        client.post("/v1/claims", json={"text": text, "external_id": text}).raise_for_status()
        client.post("/v1/keys", json={"holder": text, "role": "reader"})
        client.get("/v1/claims", params={"text": text})
        for header in (b"a\nb", b"a\rb", b"a\x0bb", b"a\x85b", line.encode(), b"forged\xe2\x80\xa8"):
            sent(
                server,
                head(server, "GET /v1/claims", "Connection: close")[:-2] + b"X-Request-Id: " + header + b"\r\n\r\n",
            )
        sent(server, f"GET /forged\x0b{line} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

        written = server.log.read_text("utf-8").splitlines()
        lines = [json.loads(one) for one in written if one.startswith("{")]

        assert any(mark in one.get("path", "") for one in lines)
        assert line not in written
        assert {one["message"] for one in lines} & {"forged"} == set()
        assert [one for one in lines if any("\n" in str(value) or "\x1b" in str(value) for value in one.values())] == []

    @pytest.mark.parametrize(("trusted", "refused"), [([], True), (["192.0.2.0/24"], True), (["127.0.0.1"], False)])
    def test_only_a_proxy_that_is_trusted_says_whom_a_request_is_charged_to(
        self, serve: Callable[..., Server], sqlite_url: str, trusted: list[str], refused: bool
    ) -> None:
        told = {"WHENCE_REQUESTS_PER_MINUTE": "5", "WHENCE_TRUSTED_PROXIES": json.dumps(trusted)}
        server = serve(sqlite_url, **told)
        forged = "X-Forwarded-For: 192.0.2.{0}\r\nX-Real-IP: 192.0.2.{0}\r\nForwarded: for=192.0.2.{0}\r\n"
        asking = "GET /v1/claims HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + forged + "\r\n"

        answers = [  # more than two minutes' worth, should one turn meanwhile
            sent(server, asking.format(number).encode()) for number in range(15)
        ]

        assert (429 in [status(one) for one in answers]) is refused
