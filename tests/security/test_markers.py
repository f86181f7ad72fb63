"""The marker hunt: every field that protection seals holds a word of its own, and no byte that leaves holds any."""

import base64
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from api.custody.roles import Scope
from tests.conftest import Server
from tests.contract.operations import Operation, operations
from tests.security.callers import make_key

pytestmark = pytest.mark.early

SORTS = ("-updated_at", "name", "title", "text")
WAYS = {"known_at", "said_by", "limit", "sort"}
BASE64 = re.compile(rb"[A-Za-z0-9_+/-]{24,}={0,2}")


@dataclass
class Planted:
    """What was planted: each marker, the field that it stands in, and the records by collection."""

    client: httpx.Client
    markers: dict[str, str] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    moments: list[str] = field(default_factory=list)

    def marker(self, place: str) -> str:
        """Make a word that stands nowhere else."""
        word = f"zq{secrets.token_hex(6)}"
        self.markers[word] = place
        return word

    def wikidata(self, place: str) -> str:
        """Make a Wikidata id that stands nowhere else."""
        item = f"Q{secrets.randbelow(9 * 10**13) + 10**13}"
        self.markers[item] = place
        return item

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Record something, and remember it by its collection."""
        answer = self.client.post(f"/v1/{path}", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        collection = path.rpartition("/")[2]
        self.ids.setdefault(collection, []).append(made["id"])
        return made

    def patch(self, path: str, body: dict[str, Any]) -> None:
        """Change something."""
        self.client.patch(f"/v1/{path}", json=body, headers={"If-Match": "*"}).raise_for_status()

    def tick(self) -> None:
        """Remember this moment, to ask for what was known then."""
        self.moments.append(datetime.now(UTC).isoformat().replace("+00:00", "Z"))


def plant(client: httpx.Client) -> Planted:
    """Fill a store with what must not be found: protected at once, and protected later."""
    planted = Planted(client)
    claim = planted.post("claims", {"text": "A bridge is unsafe."})
    for when in ("at once", "later"):
        source = planted.post("sources", _source(planted, when) | {"protected": when == "at once"})
        planted.patch(f"sources/{source['id']}", {"description": planted.marker(f"description, {when}, version 2")})
        _say(planted, claim, source, when)
        planted.tick()
        if when == "later":
            planted.patch(f"sources/{source['id']}", {"protected": True})
    _protect_each_kind(planted, claim)
    planted.tick()
    return planted


def _source(planted: Planted, when: str) -> dict[str, Any]:
    return {
        "name": planted.marker(f"name, {when}"),
        "aliases": [planted.marker(f"alias, {when}")],
        "kind": "anonymous",
        "homepage": f"https://{planted.marker(f'homepage, {when}')}.example.org/",
        "wikidata": planted.wikidata(f"wikidata, {when}"),
        "description": planted.marker(f"description, {when}"),
        "attested_distinct": {"by": "the desk", "reason": planted.marker(f"attested, {when}")},
    }


def _say(planted: Planted, claim: dict[str, Any], source: dict[str, Any], when: str) -> None:
    outlet = planted.post("sources", {"name": f"Outlet, {when}", "kind": "media_outlet", "if_named": "new"})
    _rate(planted, {"kind": "source", "id": source["id"]}, "admiralty_reliability", "B", f"source, {when}")
    for role, parties in {
        "published": {"publisher": {"id": source["id"]}},
        "wrote": {"publisher": {"id": outlet["id"]}, "authors": [{"id": source["id"]}]},
        "stands in": {"publisher": {"id": outlet["id"]}},
    }.items():
        quote, cue, rest = (planted.marker(f"{part} of what it {role}, {when}") for part in ("quote", "cue", "text"))
        page = planted.post(
            "documents",
            {
                "title": planted.marker(f"title of what it {role}, {when}"),
                "url": f"https://example.org/{planted.marker(f'url of what it {role}, {when}')}",
                "archive_url": f"https://example.org/{planted.marker(f'archive of what it {role}, {when}')}",
                "published_at": "2026-03-02",
                "text": f"{rest} {cue} {quote} {rest}",
                **parties,
            },
        )
        said = planted.post(
            "attributions",
            {
                "claim": {"id": claim["id"]}, "source": {"id": source["id"]}, "stance": "affirms",
                "evidentiality": "witnessed", "document": {"id": page["id"]}, "verbatim": True,
                "quote": {"exact": quote, "prefix": f"{cue} "}, "cue": cue, "said_at": "2026-03-01",
            },
        )  # fmt: skip
        target = {"kind": "attribution", "id": said["id"]}
        _rate(planted, target, "admiralty_credibility", "2", f"statement that it {role}, {when}")
        if role == "stands in":
            relay = planted.marker(f"quote of a relay in what it {role}, {when}")
            planted.patch(f"documents/{page['id']}", {"text": f"{rest} {cue} {quote} {relay}"})
            planted.post(
                "attributions",
                {
                    "claim": {"id": claim["id"]}, "source": {"id": outlet["id"]}, "stance": "affirms",
                    "document": {"id": page["id"]}, "quote": {"exact": relay},
                    "cites": [{"kind": "quotes", "attribution": {"id": said["id"]}}],
                },
            )  # fmt: skip
        else:
            body = {"reason": planted.marker(f"retraction of what it {role}, {when}")}
            planted.client.post(f"/v1/attributions/{said['id']}/retraction", json=body).raise_for_status()


def _rate(planted: Planted, target: dict[str, str], scale: str, value: str, whose: str) -> None:
    rationale, assessor = planted.marker(f"rationale of a rating, {whose}"), planted.marker(f"assessor, {whose}")
    body = {"target": target, "scale": scale, "value": value, "rationale": rationale, "assessor": assessor}
    planted.post("assessments", body)


def _protect_each_kind(planted: Planted, claim: dict[str, Any]) -> None:
    secret = planted.post(
        "claims",
        {
            "text": planted.marker("text of a claim"),
            "translations": {"fr": planted.marker("translation of a claim")},
            "about": [{"label": planted.marker("subject"), "wikidata": planted.wikidata("wikidata of a subject")}],
            "place": planted.marker("place"),
            "topics": [planted.marker("topic")],
            "protected": True,
        },
    )
    said = planted.post(
        "attributions",
        {"claim": {"id": secret["id"]}, "stance": "affirms", "cue": planted.marker("cue by itself"), "protected": True},
    )
    planted.post("documents", {"title": planted.marker("title by itself"), "protected": True})
    planted.post(
        "relations",
        {
            "kind": "contradicts", "from": {"id": claim["id"]}, "to": {"id": secret["id"]}, "status": "confirmed",
            "rationale": planted.marker("rationale of a relation"), "protected": True,
        },
    )  # fmt: skip
    planted.post(
        "assessments",
        {
            "target": {"kind": "attribution", "id": said["id"]}, "scale": "admiralty_credibility", "value": "2",
            "rationale": planted.marker("rationale of a rating"), "assessor": planted.marker("assessor"),
            "protected": True,
        },
    )  # fmt: skip
    members = [{"kind": "attribution", "id": one} for one in planted.ids["attributions"][:2]]
    body = {"members": members, "reason": planted.marker("reason of a dependency"), "protected": True}
    planted.post("dependencies", body)


def requests(planted: Planted) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """List everything that can be asked for by GET: each operation, about each record, as of each moment, sorted."""
    for one in operations("GET"):
        for address in _addresses(one, planted):
            for query in _queries(one, planted):
                yield str(one), address, query


def _addresses(one: Operation, planted: Planted) -> list[str]:
    if not one.single:
        return [re.sub(r"\{\w+\}", "0", one.path)]
    return [one.path.replace("{id}", record) for record in planted.ids.get(one.collection, ["no-such-id"])]


def _queries(one: Operation, planted: Planted) -> Iterator[dict[str, Any]]:
    known, needed = one.parameters(), one.needed()
    yield needed
    if "known_at" in known:
        yield from ({**needed, "known_at": moment} for moment in planted.moments)
    if "said_by" in known:
        yield {**needed, "said_by": "2026-03-01"}
    if "limit" in known:
        yield {**needed, "limit": 1}
    if "sort" in known:
        yield from ({**needed, "sort": sort, "limit": 2} for sort in SORTS)
    for name in ("size", "first", "second", "index"):
        if name in known:
            yield {**needed, "size": 3, "index": 1} if name == "size" else {**needed, "first": 1, "second": 3}


def found_in(planted: Planted, answer: httpx.Response) -> list[str]:
    """Name the markers that an answer holds, in its headers or body, plainly or in base64."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return found_in_bytes(planted, head.encode() + b"\n" + answer.content)


def found_in_bytes(planted: Planted, content: bytes) -> list[str]:
    """Name the markers that some bytes hold."""
    seen = [content, unquote(content.decode("utf-8", "replace")).encode()]
    for token in BASE64.findall(content):
        for decode in (base64.b64decode, base64.urlsafe_b64decode):
            try:
                seen.append(decode(token + b"=" * (-len(token) % 4)))
            except ValueError:
                continue
    everything = b"\n".join(seen).lower()
    return [place for marker, place in planted.markers.items() if marker.lower().encode() in everything]


@pytest.fixture(scope="module")
def hunted(serve_all: Callable[..., Server], common_url: str) -> tuple[Server, Planted]:
    """A server in a process of its own that logs all it can, with everything planted; the last test alters it."""
    server = serve_all(common_url, WHENCE_LOG_LEVEL="debug", WHENCE_OPEN_READING="false")
    return server, plant(server.client)


def test_no_marker_is_in_any_byte_that_a_reader_can_obtain(hunted: tuple[Server, Planted], common_url: str) -> None:
    side = int(common_url.startswith("postgresql"))  # the ways to ask about a record are dealt out to the engines
    hunt(hunted, [one for nth, one in enumerate(requests(hunted[1])) if nth % 2 == side or not WAYS & one[2].keys()])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_marker_is_found_in_whatever_way_it_is_asked_for(hunted: tuple[Server, Planted]) -> None:
    hunt(hunted, list(requests(hunted[1])))


def hunt(hunted: tuple[Server, Planted], every: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Ask as a reader, and look for markers in the answers and in the log."""
    server, planted = hunted
    reader = make_key(server.client, "reader")
    asked, leaks = 0, []
    for name, address, query in every:
        for method in ("GET", "HEAD") if "limit" in query else ("GET",):
            answer = server.client.request(method, address, params=query, headers=reader)
            asked += 1
            assert answer.status_code < 500, (address, query, answer.text)
            leaks += [(name, address, query, place) for place in found_in(planted, answer)]

    leaks += [("the log", "", {}, place) for place in found_in_bytes(planted, server.log.read_bytes())]
    print(f"{asked} answers to a reader, {len(planted.markers)} markers: {len(leaks)} leaks")
    assert asked > 400
    assert len(planted.markers) > 60
    assert leaks == []


def test_a_key_that_may_reveal_finds_nearly_all_of_them_so_the_hunt_can_fail(hunted: tuple[Server, Planted]) -> None:
    server, planted = hunted
    revealing = make_key(server.client, "reader", Scope.REVEAL)
    found = set()
    for _, address, query in requests(planted):
        if "limit" not in query and "known_at" not in query:
            found |= set(found_in(planted, server.client.get(address, params=query, headers=revealing)))

    assert set(planted.markers.values()) - found == set()


def test_no_filter_or_search_tells_a_marker_from_a_word_that_stands_nowhere(hunted: tuple[Server, Planted]) -> None:
    server, planted = hunted
    reader = make_key(server.client, "reader")

    def listed(path: str, **query: str) -> Any:
        answer = server.client.get(f"/v1/{path}", params=query, headers=reader)
        return answer.status_code, len(answer.json().get("items", ()))

    filters = {
        "name": ("sources", "name"), "alias": ("sources", "name"), "text of a claim": ("claims", "text"),
        "translation": ("claims", "text"), "subject": ("claims", "about"), "wikidata of a subject": ("claims", "about"),
        "topic": ("claims", "topic"), "url": ("documents/lookup", "url"), "archive": ("documents/lookup", "url"),
    }  # fmt: skip
    tried = 0
    for marker, place in planted.markers.items():
        for beginning, (path, name) in filters.items():
            if place.startswith(beginning):
                before = "https://example.org/" if name == "url" else ""
                nowhere = listed(path, **{name: f"{before}zqnowhere"})
                assert listed(path, **{name: before + marker}) == nowhere, place
                tried += 1
    assert tried > 15
    revealing = make_key(server.client, "reader", Scope.REVEAL)
    for marker, place in planted.markers.items():
        for key in (reader, revealing):  # what is sealed is searched for nobody
            answer = server.client.get("/v1/search", params={"q": marker}, headers=key)
            assert (answer.status_code, answer.json()["items"]) == (200, []), place
        likely = server.client.post("/v1/claims/similar", json={"text": marker}, headers=reader)
        assert likely.json() == {"items": []}, place
    named = server.client.get("/v1/search", params={"q": '"Protected source 1"'}, headers=reader).json()["items"]
    assert [one["title"] for one in named] == ["Protected source 1"]


def test_what_was_sealed_later_is_in_no_table_and_no_file(hunted: tuple[Server, Planted], common_url: str) -> None:
    _, planted = hunted
    if common_url.startswith("sqlite"):
        from pathlib import Path

        stem = Path(common_url.removeprefix("sqlite:///"))
        files = [stem, stem.with_name(f"{stem.name}-wal")]
        content = b"\n".join(file.read_bytes() for file in files if file.exists())
    else:
        content = _dumped(common_url)
    assert len(content) > 10_000
    assert found_in_bytes(planted, content.replace(b"\0", b"")) == []


def _dumped(url: str) -> bytes:
    """Read every row of every table."""
    import psycopg

    rows: list[str] = []
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            rows += [json.dumps(row, default=str) for row in connection.execute(f'SELECT * FROM "{table}"').fetchall()]
    return "\n".join(rows).encode()


def test_no_refusal_tells_a_key_that_may_write_what_is_sealed(hunted: tuple[Server, Planted]) -> None:
    server, planted = hunted
    editor = make_key(server.client, "editor")
    page, source = planted.ids["documents"][0], planted.ids["sources"][0]
    statement = {"claim": {"id": planted.ids["claims"][0]}, "stance": "affirms"}
    tries: list[tuple[str, str, Any]] = [
        ("POST", "attributions", {**statement, "document": {"id": page}, "quote": {"exact": "zq of the text"}}),
        ("POST", "attributions", {**statement, "document": {"id": page}, "source": {"id": planted.ids["sources"][1]}}),
        ("POST", "sources", {"name": "Protected source 1"}),
        ("POST", f"sources/{source}/same_as", {"other": {"id": source}, "reason": "One."}),
        ("PATCH", f"sources/{source}", {"controlled_by": {"id": source}}),
        ("PATCH", f"sources/{source}", {"name": "Somebody"}),
        ("PATCH", f"documents/{page}", {"text": "Something."}),
        ("PATCH", f"documents/{page}", {"title": 7}),
        ("DELETE", f"sources/{source}?reason=a+trial", None),
        ("DELETE", f"documents/{page}?reason=a+trial", None),
        ("POST", "bundles", {"records": [{"kind": "source", "name": "zq", "ref": "a"}, {"kind": "source"}]}),
    ]  # fmt: skip
    for method, path, body in tries:
        answer = server.client.request(method, f"/v1/{path}", json=body, headers={**editor, "If-Match": "*"})
        assert answer.status_code < 500, answer.text
        assert found_in(planted, answer) == [], (method, path)
    assert found_in_bytes(planted, server.log.read_bytes()) == []
