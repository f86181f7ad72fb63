"""What lists say of claims' standing is what the record says now, or is called stale; and no write works it out."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.claims.models import Claim, ClaimStanding
from api.main import create_app
from api.provenance.judging import judged
from api.provenance.settling import Settler, columns
from api.settings import Settings
from api.storage import marks
from api.storage.database import Database
from api.storage.reading import Reading
from tests.newsroom import Newsroom

KINDS = ("government", "organization", "media_outlet", "state_media", "anonymous", "person", None)
STANCES = ("affirms", "affirms", "denies", "questions")
EVIDENCE = ("witnessed", "documented", "told", "unknown")
LINKS = ("paraphrases", "relies_on")
RELATIONS = ("same_as", "same_as", "contradicts", "contrary", "refines")
STATUSES = ("confirmed", "confirmed", "confirmed", "proposed", "rejected")
ANY_TAG = {"If-Match": "*"}


class Desk:
    """A few records that belong together, and somebody who changes them in any way that the API has."""

    def __init__(self, client: httpx.Client, chance: random.Random) -> None:
        self.client, self.chance = client, chance
        self.kept: dict[str, list[str]] = {}
        for _ in range(4):
            self.add("claims", {"text": "P"})
        for _ in range(5):
            self.add("sources", {"name": "N", "kind": chance.choice(KINDS), "if_named": "new"})
        for source in self.kept["sources"][:3]:
            self.add("documents", {"publisher": {"id": source}, "retrieved_at": "2023"})
            self.rate()
        for _ in range(5):
            self.say()
        self.ways: list[Callable[[], object]] = [
            *(
                self.say,
                self.say,
                self.cite,
                self.cite,
                self.uncite,
                self.retract,
                self.unretract,
                self.edit_attribution,
            ),
            *(self.edit_attribution, self.edit_source, self.edit_source, self.edit_document, self.join, self.part),
            *(self.relate, self.relate, self.edit_relation, self.rate, self.rate, self.depend, self.edit_dependency),
            *(self.delete, self.delete, self.restore, self.restore),
        ]

    def change(self) -> None:
        self.chance.choice(self.ways)()

    def add(self, kind: str, body: dict[str, Any], path: str | None = None) -> None:
        answer = self.client.post(f"/v1/{path or kind}", json=body)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 201:
            self.kept.setdefault(kind, []).append(answer.json()["id"])

    def some(self, kind: str) -> str:
        return self.chance.choice(self.kept.get(kind) or ["0190b5a2-0000-7000-8000-000000000000"])

    def ref(self, kind: str) -> dict[str, str]:
        return {"id": self.some(kind)}

    def maybe(self, kind: str) -> dict[str, str] | None:
        return self.ref(kind) if self.chance.random() < 0.7 else None

    def patch(self, kind: str, body: dict[str, Any]) -> None:
        answer = self.client.patch(f"/v1/{kind}/{self.some(kind)}", json=body, headers=ANY_TAG)
        assert answer.status_code < 500, answer.text

    def say(self) -> None:
        cites = [{"kind": self.chance.choice(LINKS), "attribution": self.ref("attributions")}]
        body = {
            "claim": self.ref("claims"),
            "source": self.maybe("sources"),
            "stance": self.chance.choice(STANCES),
            "evidentiality": self.chance.choice(EVIDENCE),
            "document": self.ref("documents"),
            "verbatim": self.chance.random() < 0.8,
            "cites": cites if self.kept.get("attributions") and self.chance.random() < 0.5 else [],
            "replaces": self.ref("attributions")
            if self.kept.get("attributions") and self.chance.random() < 0.1
            else None,
        }
        self.add("attributions", body)

    def cite(self) -> None:
        body = {"kind": self.chance.choice(LINKS), "attribution": self.ref("attributions")}
        self.add("citations", body, f"attributions/{self.some('attributions')}/citations")

    def uncite(self) -> None:
        self.client.delete(f"/v1/citations/{self.some('citations')}", params={"reason": "wrong"}, headers=ANY_TAG)

    def retract(self) -> None:
        self.client.post(f"/v1/attributions/{self.some('attributions')}/retraction", json={})

    def unretract(self) -> None:
        self.client.delete(f"/v1/attributions/{self.some('attributions')}/retraction", headers=ANY_TAG)

    def edit_attribution(self) -> None:
        changes: dict[str, Any] = {
            "claim": self.ref("claims"),
            "source": self.maybe("sources"),
            "stance": self.chance.choice(STANCES),
            "evidentiality": self.chance.choice(EVIDENCE),
            "document": self.maybe("documents"),
            "replaces": self.maybe("attributions"),
        }
        name = self.chance.choice(list(changes))
        self.patch("attributions", {name: changes[name]})

    def edit_source(self) -> None:
        changes: dict[str, Any] = {"controlled_by": self.maybe("sources"), "kind": self.chance.choice(KINDS)}
        name = self.chance.choice(["controlled_by", "controlled_by", "kind"])
        self.patch("sources", {name: changes[name]})

    def edit_document(self) -> None:
        held = self.chance.choice(["2023", None])
        self.patch("documents", self.chance.choice([{"retrieved_at": held}, {"publisher": self.maybe("sources")}]))

    def join(self) -> None:
        kind = self.chance.choice(["sources", "documents"])
        self.client.post(f"/v1/{kind}/{self.some(kind)}/same_as", json={"other": self.ref(kind), "reason": "one"})

    def part(self) -> None:
        kind = self.chance.choice(["sources", "documents"])
        self.client.delete(f"/v1/{kind}/{self.some(kind)}/same_as")

    def relate(self) -> None:
        ends = {"from": self.ref("claims"), "to": self.ref("claims")}
        status = self.chance.choice(STATUSES)
        self.add("relations", {"kind": self.chance.choice(RELATIONS), "status": status, **ends})

    def edit_relation(self) -> None:
        status = {"status": self.chance.choice(STATUSES)}
        self.patch("relations", self.chance.choice([status, {"to": self.ref("claims")}]))

    def rate(self) -> None:
        kind = self.chance.choice(["source", "attribution"])
        target = {"kind": kind, **self.ref(f"{kind}s")}
        scale = "admiralty_reliability" if kind == "source" else "admiralty_credibility"
        value = self.chance.choice("ABCDE" if kind == "source" else "12345")
        self.add("assessments", {"target": target, "scale": scale, "value": value})

    def members(self) -> list[dict[str, str]]:
        kinds = [self.chance.choice(["source", "attribution"]) for _ in range(2)]
        return [{"kind": kind, **self.ref(f"{kind}s")} for kind in kinds]

    def depend(self) -> None:
        self.add("dependencies", {"members": self.members(), "reason": "one origin"})

    def edit_dependency(self) -> None:
        self.patch("dependencies", {"members": self.members()})

    def delete(self) -> None:
        kind = self.chance.choice([*("relations", "dependencies", "assessments", "attributions") * 3, *self.kept])
        asked = {"reason": "wrong"} if kind == "citations" else {"reason": "wrong", "cascade": "true"}
        self.client.delete(f"/v1/{kind}/{self.some(kind)}", params=asked, headers=ANY_TAG)

    def restore(self) -> None:
        kind = self.chance.choice([kind for kind in self.kept if kind != "citations"])
        self.client.post(f"/v1/{kind}/{self.some(kind)}/restore", params={"cascade": "true"})


def listed(client: httpx.Client, claims: list[str]) -> dict[str, Any]:
    """Ask for claims' standings, which must not be stale."""
    page = client.get("/v1/claims", params={"id": claims, "limit": 200}).json()
    assert "stale" not in page
    return {item["id"]: item["standing"] for item in page["items"]}


def fresh(database: Database, claims: list[str]) -> dict[str, Any]:
    """Work claims' standings out from the record, each by itself."""
    with database.reading() as reading:
        live = [row.id for row in reading.live(Claim, map(UUID, claims)).values()]
        return {str(one): columns(judged(reading, [one])[one]) for one in live}


def check(client: TestClient, claims: list[str]) -> None:
    shown = listed(client, claims)
    right = fresh(client.app.state.database, claims)  # type: ignore[attr-defined]
    assert {claim: {name: shown[claim][name] for name in right[claim]} for claim in shown} == right


@tuned(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), length=st.integers(1, 15))
def test_whatever_was_done_the_list_says_how_claims_stand_now(newsroom: Newsroom, seed: int, length: int) -> None:
    desk = Desk(newsroom.client, random.Random(seed))
    check(newsroom.client, desk.kept["claims"])

    for _ in range(length):
        for _ in range(desk.chance.choice([1, 1, 2, 5])):
            desk.change()

        check(newsroom.client, desk.kept["claims"])


def test_a_write_works_nothing_out(newsroom: Newsroom, database: Database) -> None:
    claim = newsroom.claim()
    listed(newsroom.client, [claim.id])

    newsroom.publish(claim, newsroom.source(), evidentiality="witnessed")

    with database.reading() as reading:
        assert marks.count(reading) == 3
        assert reading.session.get_one(ClaimStanding, UUID(claim.id)).attributions == 0
    assert listed(newsroom.client, [claim.id])[claim.id]["attributions"] == 1


def test_what_one_request_does_not_reach_is_counted(settings: Settings) -> None:
    little = settings.model_copy(update={"settled_claims": 2})
    with TestClient(create_app(little)) as client:
        newsroom = Newsroom(client)
        claims = [newsroom.claim() for _ in range(5)]

        pages = [newsroom.ask("/v1/claims", level_min=0) for _ in range(4)]

        assert [(page.get("stale"), len(page["items"])) for page in pages] == [(3, 2), (1, 4), (None, 5), (None, 5)]
        newsroom.relate("same_as", claims[0], claims[1])
        newsroom.edit(claims[2], text="Q")
        page = newsroom.ask("/v1/claims")
        assert page["stale"] == sum(item["standing"]["stale"] for item in page["items"]) == 1


def test_a_claim_over_the_budget_has_no_standing_and_holds_up_no_other(settings: Settings) -> None:
    little = settings.model_copy(update={"graph_budget": 2})
    with TestClient(create_app(little)) as client:
        newsroom = Newsroom(client)
        hot, cool = newsroom.claim(), newsroom.claim()
        for claim in (hot, hot, hot, cool):
            newsroom.say(claim)

        pages = [newsroom.ask("/v1/claims") for _ in range(3)]

        assert "stale" not in pages[-1]
        assert [item["standing"] is None for item in pages[-1]["items"]] == [True, False]


def test_where_the_database_takes_no_writes_the_list_says_what_may_be_old(
    newsroom: Newsroom, database: Database, read_only: Callable[[], None]
) -> None:
    claim = newsroom.claim()
    listed(newsroom.client, [claim.id])
    newsroom.say(claim)
    read_only()

    page = newsroom.ask("/v1/claims")

    assert page["stale"] == 1
    assert page["items"][0]["standing"]["attributions"] == 0


def test_a_change_that_comes_while_a_claim_is_worked_out_is_not_lost(newsroom: Newsroom, database: Database) -> None:
    claim = newsroom.claim()
    one, other = Settler(10, 1000), Settler(10, 1000)

    def overtaken(reading: Reading, limit: int) -> list[UUID]:
        reading.live(Claim, [UUID(claim.id)])  # the snapshot is taken
        newsroom.say(claim)
        other.settle(database, lambda reading, limit: [])
        return [UUID(claim.id)]

    one.settle(database, overtaken)

    with database.reading() as reading:
        assert reading.session.get_one(ClaimStanding, UUID(claim.id)).stale
    assert listed(newsroom.client, [claim.id])[claim.id]["attributions"] == 1


def test_readers_that_settle_at_once_do_not_fail(settings: Settings) -> None:
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        newsroom = Newsroom(one)
        claims = [newsroom.claim() for _ in range(20)]

        def work(turn: int) -> int:
            client = (one, other)[turn % 2]
            if turn % 5 == 0:
                Newsroom(client).say(claims[turn % 20])
            status: int = client.get("/v1/claims", params={"level_min": turn % 2}).status_code
            return status

        with ThreadPoolExecutor(8) as crowd:
            assert set(crowd.map(work, range(60))) == {200}

        check(one, [claim.id for claim in claims])


def test_a_bundle_is_settled_in_one_request(newsroom: Newsroom) -> None:
    said = ({"kind": "attribution", "stance": "affirms", "claim": {"text": f"P {number}"}} for number in range(100))
    newsroom.bundle(*said)

    assert "stale" not in newsroom.ask("/v1/claims", limit=100)


@pytest.fixture
def database(newsroom: Newsroom) -> Database:
    """The database that the newsroom records in."""
    found: Database = newsroom.client.app.state.database  # type: ignore[attr-defined]
    return found


@pytest.fixture
def read_only(database: Database) -> Callable[[], None]:
    """Make the database refuse writes from now on."""

    def forbid() -> None:
        if database.engine_name == "sqlite":
            with database._opened.writer.connect() as connection:
                connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            with database._opened.writer.connect() as connection:
                connection.exec_driver_sql(
                    f'ALTER DATABASE "{database.url.database}" SET default_transaction_read_only = on'
                )
                connection.commit()
            database._opened.writer.dispose()

    return forbid
