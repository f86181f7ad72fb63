"""How much a caller may send in a minute, and what is said of it."""

from typing import Any
from uuid import uuid4

import pytest

from api.main import create_app
from api.settings import Settings
from api.web.rate import COUNTERS, WINDOW, Rates
from tests.keys import KEY, without_key
from tests.problems import problem

QUOTA = 5


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    """Settings with a quota that is soon used up; one engine is enough."""
    return Settings(database_url=sqlite_url, requests_per_minute=QUOTA, open_reading=True)


@pytest.fixture
def app(settings: Settings) -> Any:
    """An application whose minute does not end."""
    app = create_app(settings)
    app.state.rates = Rates(lambda: 1000.0)
    return app


def test_every_answer_says_how_many_requests_are_left(client: Any) -> None:
    for left, path in ((4, "/v1/claims"), (3, "/v1/claims?limmit=1"), (2, f"/v1/claims/{uuid4()}")):
        answer = client.get(path)
        assert answer.headers["ratelimit-policy"] == f'"default";q={QUOTA};w=60'
        assert answer.headers["ratelimit"] == f'"default";r={left};t=20', path


def test_what_no_operation_takes_counts_for_the_address(client: Any) -> None:
    for left, path in ((4, "/v1/nothing"), (3, "/v1/claims")):
        assert without_key(client).get(path).headers["ratelimit"] == f'"default";r={left};t=20'


def test_keys_that_are_refused_are_counted_for_the_address_and_no_more_are_looked_at(client: Any) -> None:
    for left in (4, 3, 2, 1, 0):
        refused = client.get("/v1/claims", headers={"Authorization": f"Bearer guess {left}"})
        assert (refused.status_code, refused.headers["ratelimit"]) == (401, f'"default";r={left};t=20')

    for key in ("Bearer another", *KEY.values()):
        assert client.get("/v1/claims", headers={"Authorization": key}).status_code == 429
    assert without_key(client).get("/v1/claims").headers["ratelimit"] == '"default";r=4;t=20'


def test_a_key_serves_where_the_others_of_its_address_send_none_and_too_much(client: Any) -> None:
    answers = [without_key(client).get("/v1/claims").status_code for _ in range(QUOTA + 1)]

    assert answers == [200] * QUOTA + [429]
    for left in (4, 3, 2, 1, 0):
        recorded = client.post("/v1/claims", json={"text": f"P {left}."})
        assert (recorded.status_code, recorded.headers["ratelimit"]) == (201, f'"default";r={left};t=20')
    assert client.get("/v1/claims").status_code == 429


def test_what_is_over_the_quota_is_refused_and_told_when_to_come_back(client: Any) -> None:
    for _ in range(QUOTA):
        assert client.get("/v1/claims").status_code == 200

    for refused in (client.get("/v1/claims"), client.post("/v1/claims", content=b"[" * 10**6)):
        assert problem(refused, 429)["type"] == "/problems/too-many-requests"
        assert refused.headers["retry-after"] == "20"
        assert refused.headers["ratelimit"] == '"default";r=0;t=20'


def test_pages_and_health_are_not_counted(client: Any) -> None:
    for _ in range(QUOTA * 2):
        assert client.get("/healthz").status_code == 200
        assert "ratelimit" not in client.get("/docs").headers


def test_the_next_minute_begins_at_nothing() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    assert [rates.spend(1, 2).is_over for _ in range(3)] == [False, False, True]

    now = float(WINDOW)

    assert rates.spend(1, 2).sent == 1


def test_two_payers_are_counted_apart() -> None:
    rates = Rates(lambda: 0.0)
    key = uuid4()

    assert [rates.spend(one, 9).sent for one in (1, key, 1, 2)] == [1, 1, 2, 1]


def test_many_addresses_share_a_fixed_number_of_counters(client: Any, app: Any) -> None:
    from starlette.requests import Request

    from api.web.rate import address_of

    def counter(host: str) -> int:
        return address_of(Request({"type": "http", "headers": [], "client": (host, 1)}))

    counters = {counter(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}") for number in range(200_000)}

    assert counters <= set(range(COUNTERS))
    assert counter("2001:db8::1") == counter("2001:db8::ffff:1") != counter("2001:db8:0:1::1")
