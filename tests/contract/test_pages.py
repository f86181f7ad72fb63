"""Every list can be read to its end, in either direction, and no cursor or size breaks it."""

import base64
import json
import re
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.contract.operations import Operation, Store, parameters, strict, walked

LISTS = strict("GET", where=lambda one: "cursor" in one.parameters())
SIZED = strict("GET", where=lambda one: "limit" in one.parameters())
SORTED = strict("GET", where=lambda one: "sort" in one.parameters())


def sorts(store: Store, operation: Operation) -> list[str]:
    """Ask a list what it can be sorted by: its refusal says so."""
    answer = store.send(operation, query={"sort": "nothing"})
    assert parameters(answer) == {"sort"}
    names = answer.json()["detail"].partition("by ")[2].partition(";")[0].split(", ")
    return [f"{direction}{name}" for name in names for direction in ("", "-")]


def opened(cursor: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def sealed(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def long(store: Store, operation: Operation) -> dict[str, Any]:
    """Give a request for a list that one item is not all of."""
    if "q" in operation.needed():
        word = f"w{uuid4().hex}"
        for number in range(2):
            store.client.post("/v1/claims", json={"text": f"{word} {number}"})
        return {"url": operation.path, "query": {"q": word}}
    if operation.needed():
        page = {"url": f"https://example.org/{uuid4()}"}
        for _ in range(2):
            store.client.post("/v1/documents", json=page)
        return {"url": operation.path, "query": page}
    if operation.path.endswith("/history"):
        made = store.fresh(operation.collection)["id"]
        address = f"/v1/{operation.collection}/{made}"
        store.client.delete(address, params={"reason": "a trial"}, headers={"If-Match": '"1"'})
        store.client.post(f"{address}/restore")
        return {"url": f"{address}/history", "query": {}}
    if operation.path.endswith("/impact"):
        ends = {name: {"id": store.fresh("claims")["id"]} for name in ("from", "to")}
        store.client.post("/v1/relations", json={"kind": "contrary", "status": "confirmed", **ends})
        voice = {"name": f"Voice {uuid4()}", "kind": "person"}
        body = {"claim": ends["from"], "stance": "affirms", "source": voice, "document": {"text": "So it is."}}
        said = store.client.post("/v1/attributions", json=body).json()
        one = {"attributions": said["id"], "sources": said["source"]["id"]}[operation.collection]
        return {"url": operation.path.replace("{id}", one), "query": {}}
    if operation.path.endswith("/citations"):
        said = store.fresh("attributions")["id"]
        for _ in range(2):
            store.client.post(f"/v1/attributions/{said}/citations", json=store.new("citations"))
        return {"url": f"/v1/attributions/{said}/citations", "query": {}}
    if operation.path.endswith("/same_as"):
        address = f"/v1/{operation.collection}/{store.fresh(operation.collection)['id']}/same_as"
        for _ in range(2):
            other = {"id": store.fresh(operation.collection)["id"]}
            store.client.post(address, json={"other": other, "reason": "One and the same."})
        return {"url": address, "query": {}}
    if not operation.single:
        store.fresh(operation.collection)
    return {"url": store.address(operation), "query": {}}


def first_of(store: Store, operation: Operation, asked: dict[str, Any], **query: str) -> Response:
    """Ask for a list's first item, after which there is another one."""
    answer = store.send(operation, url=asked["url"], query={**asked["query"], **query, "limit": "1"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"]
    return answer


@pytest.mark.dealt
@pytest.mark.parametrize("operation", SIZED, ids=str)
def test_the_size_of_a_page_is_clamped(store: Store, operation: Operation) -> None:
    for limit in (0, -1, 10**9, 2**63, -(2**70), 2**70):
        answer = store.send(operation, query={"limit": str(limit)})
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["items"]) <= (1 if limit < 1 else 200)


@pytest.mark.parametrize("operation", SORTED, ids=str)
def test_the_contract_says_what_a_list_can_be_sorted_by(store: Store, operation: Operation) -> None:
    said = operation.parameters()["sort"]["description"]

    assert re.findall(r"`(\w+)`", said) == sorts(store, operation)[::2]


@pytest.mark.parametrize("operation", SORTED, ids=str)
def test_every_sort_reaches_every_record_once(store: Store, operation: Operation) -> None:
    expected = sorted(one["id"] for one in walked(store.client, operation.path, limit=200))
    assert len(expected) > 0

    for sort in sorts(store, operation):
        ids = [one["id"] for one in walked(store.client, operation.path, limit=7, sort=sort)]
        assert sorted(ids) == expected, sort
        there = [one["id"] for one in walked(store.client, operation.path, limit=200, sort=sort)]
        back = [one["id"] for one in walked(store.client, operation.path, limit=200, sort=turned(sort))]
        assert ids == there == back[::-1], sort


def turned(sort: str) -> str:
    return sort[1:] if sort.startswith("-") else f"-{sort}"


@pytest.mark.parametrize("operation", SORTED, ids=str)
def test_a_list_is_in_the_order_that_was_asked_for(store: Store, operation: Operation) -> None:
    for sort in sorts(store, operation):
        key = sort.removeprefix("-")
        values = [place(one, key) for one in walked(store.client, operation.path, limit=50, sort=sort)]
        assert all(one <= other for one, other in pairwise(values if sort == key else values[::-1])), sort


def place(record: dict[str, Any], key: str) -> str:
    value = record[key]
    return str((value["earliest"] if isinstance(value, dict) else value) or "")


@pytest.mark.dealt
@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_the_link_header_says_what_next_says(store: Store, operation: Operation) -> None:
    asked = long(store, operation)
    first = first_of(store, operation, asked)

    query = {**asked["query"], "limit": "1", "cursor": first.json()["next"]}
    by_next = store.send(operation, url=asked["url"], query=query)
    by_link = store.client.get(first.links["next"]["url"])

    assert by_next.status_code == by_link.status_code == 200
    assert by_next.json() == by_link.json()
    assert by_next.json()["items"] != first.json()["items"]


def test_whoever_follows_the_links_of_the_changes_reads_all_and_comes_to_an_end(store: Store) -> None:
    expected = store.client.get("/v1/changes", params={"limit": 200}).json()["items"][:20]
    address, seen = "/v1/changes?after=0&limit=7", list[Any]()
    while address:
        page = store.client.get(address)
        seen += page.json()["items"]
        address = page.links.get("next", {}).get("url", "")
    assert seen[:20] == expected
    assert [one["sequence"] for one in seen] == list(range(1, len(seen) + 1))


@pytest.mark.dealt
@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_cursor_continues_no_other_question(store: Store, operation: Operation) -> None:
    asked = long(store, operation)
    cursor = first_of(store, operation, asked).json()["next"]
    others = {
        "known_at": "2100-01-01T00:00:00Z",
        "sort": "-updated_at",
        "said_by": "2030",
        "url": "https://example.org/b",
    }

    for name, value in others.items():
        if name in operation.parameters():
            query = {**asked["query"], name: value, "cursor": cursor}
            assert parameters(store.send(operation, url=asked["url"], query=query)) == {"cursor"}, name
    for other in LISTS:
        if other is not operation:
            assert parameters(store.send(other, query={"cursor": cursor})) == {"cursor"}, str(other)


@pytest.mark.dealt
@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_broken_cursor_is_refused(store: Store, operation: Operation) -> None:
    for cursor in ("", " ", "x", "AAAA", "e30", "W10", "bnVsbA", "é", "😀", "%00", "=", "x" * 60_001, sealed([])):
        assert parameters(store.send(operation, query={"cursor": cursor})) == {"cursor"}, cursor[:20]


SHARE = 3  # of the places that are made up, each sort of a list is asked for one in so many, other ones than the next


def crafted(place: list[Any]) -> list[Any]:
    """Give places that no list has written, in the type of what it writes and in others."""
    odd: list[Any] = [
        None, 2**62, "", "\u202e😀", {}, [[]], "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2023-01-01",
        "2023-13-01T00:00:00Z", "x" * 2000,
    ]  # fmt: skip
    return [
        *[[*place[:where], value, *place[where + 1 :]] for where in range(min(len(place), 2)) for value in odd],
        place[:-1],
        [*place, *place],
        "x",
        None,
    ]


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_crafted_cursor_breaks_nothing(store: Store, operation: Operation) -> None:
    check_crafted(store, operation, SHARE)


@pytest.mark.slow
@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_no_crafted_cursor_breaks_any_sort(store: Store, operation: Operation) -> None:
    check_crafted(store, operation, 1)


def check_crafted(store: Store, operation: Operation, share: int) -> None:
    asked = long(store, operation)
    sortings = [{"sort": sort} for sort in sorts(store, operation)] if "sort" in operation.parameters() else [{}]
    if len(sortings) < share:
        share = 1
    for number, sorting in enumerate(sortings):
        question, place = opened(first_of(store, operation, asked, **sorting).json()["next"])
        for one in crafted(place)[number % share :: share]:
            query = {**asked["query"], **sorting, "cursor": sealed([question, one])}
            answer = store.send(operation, url=asked["url"], query=query)
            assert answer.status_code in (200, 422), (sorting, one, answer.text)
            if answer.status_code == 422:
                assert parameters(answer) == {"cursor"}


@pytest.mark.parametrize("operation", SORTED, ids=str)
def test_a_record_added_in_between_does_not_break_the_walk(store: Store, operation: Operation) -> None:
    for sort in sorts(store, operation)[-2:]:
        before = [one["id"] for one in walked(store.client, operation.path, limit=200, sort=sort)]
        seen: list[str] = []
        address, added = f"{operation.path}?limit=3&sort={sort}", ""
        while address:
            page = store.client.get(address)
            seen += [one["id"] for one in page.json()["items"]]
            if not added:
                added = store.fresh(operation.collection)["id"]
            address = page.links.get("next", {}).get("url", "")
        assert [one for one in seen if one != added] == before, sort
        assert len(seen) == len(set(seen))


LONGEST = {"sources": ("name", 1_000), "claims": ("text", 20_000), "documents": ("title", 1_000)}


@pytest.mark.parametrize("collection", LONGEST)
def test_the_longest_values_do_not_break_the_walk(own: Store, collection: str) -> None:
    field, size = LONGEST[collection]
    for end in "abc":
        answer = own.client.post(f"/v1/{collection}", json={field: "😀" * (size - 1) + end})
        assert answer.status_code == 201, answer.text

    ids = [one["id"] for one in walked(own.client, f"/v1/{collection}", limit=1, sort=f"-{field}")]

    assert len(ids) == len(set(ids)) == len(list(walked(own.client, f"/v1/{collection}", limit=200)))
