"""Lines come in each whole or not at all, keep none of the others back, and may come again."""

import csv
import gzip
import io
import json
import tempfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.custody.callers import COMMAND_LINE
from api.transfer.cutting import MOST_LINES, Numbered
from api.transfer.importing import MOST_REFUSED, REHEARSED_LINES, Rehearsal
from api.web.desk import Desk
from api.web.examples import FOLDER
from tests.newsroom import Newsroom
from tests.security.callers import make_key
from tests.storage.test_statements import counted, story
from tests.transfer.lines import NDJSON, Line, exported, imported, sent, written

SOURCE = {"kind": "source", "external_id": "s", "name": "A source"}
CLAIM = {"kind": "claim", "external_id": "c", "text": "P."}
SAID = {
    "kind": "attribution",
    "external_id": "a",
    "claim": {"external_id": "c"},
    "source": {"external_id": "s"},
    "stance": "affirms",
}
ORIGIN = {"version": 3, "recorded_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z"}
FIRST, SECOND = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"


def statuses(results: list[Line]) -> list[str]:
    """List what became of lines."""
    return [one["status"] for one in results]


def test_lines_name_each_other_forwards_too_and_say_what_became_of_them(client: TestClient) -> None:
    results, summary = imported(client, [SAID, CLAIM, SOURCE])

    assert [(one["line"], one["kind"], one["status"], one["version"]) for one in results] == [
        (1, "attribution", "created", 1),
        (2, "claim", "created", 1),
        (3, "source", "created", 1),
    ]
    assert summary == {
        "status": "complete",
        "dry_run": False,
        "created": 3,
        "updated": 0,
        "known": 0,
        "refused": 0,
        "warnings": [],
    }


def test_to_send_again_changes_nothing_and_what_is_new_is_merged(client: TestClient) -> None:
    first, _ = imported(client, [SOURCE, CLAIM, SAID])
    again, _ = imported(client, [SOURCE, {**CLAIM, "place": "Paris"}, SAID])

    assert statuses(again) == ["known", "updated", "known"]
    assert [one["id"] for one in again] == [one["id"] for one in first]
    assert [one["version"] for one in again] == [1, 2, 1]


def test_what_is_refused_says_why_and_keeps_nothing_else_back(client: TestClient) -> None:
    body = (
        written([SOURCE, CLAIM])
        + b"{\n"
        + written(
            [
                {**SOURCE, "external_id": "x", "nmae": "misspelt"},
                {**SAID, "external_id": "b", "source": {"external_id": "nobody"}},
                {"kind": "wish"},
                {"kind": "claim", "text": "Q.", "ref": "q"},
                SAID,
            ]
        )
    )
    results, summary = sent(client, body)

    assert statuses(results) == ["created", "created", "refused", "refused", "refused", "refused", "refused", "created"]
    assert [one["problem"]["status"] for one in results[2:7]] == [400, 422, 422, 422, 422]
    assert [one["problem"]["errors"][0]["pointer"] for one in results[3:7]] == ["/nmae", "/source", "", "/ref"]
    assert (summary["created"], summary["refused"]) == (3, 5)
    assert results[3]["problem"]["detail"] == "There is no field or parameter of this name; check the spelling."


def test_what_names_a_record_that_comes_too_late_is_told_so_and_taken_the_next_time(client: TestClient) -> None:
    lines = [SAID, *({**CLAIM, "external_id": f"c{n}"} for n in range(MOST_LINES)), CLAIM, SOURCE]

    (refused, *_), _ = imported(client, lines)
    (again, *_), _ = imported(client, lines)

    assert refused["problem"]["detail"].endswith("more than 1,000 lines or 4 MiB later, import all of them once more.")
    assert refused["problem"]["errors"][0]["pointer"] == "/claim"
    assert again["status"] == "created"


def test_of_a_line_that_is_refused_nothing_is_left(client: TestClient) -> None:
    nested = {**SAID, "document": {"title": "A page", "publisher": {"name": "Somebody else"}}, "claim": {"text": "Q."}}

    results, _ = imported(client, [SOURCE, nested, CLAIM])

    assert statuses(results) == ["created", "refused", "created"]
    assert "not “A source”'s own" in results[1]["problem"]["detail"]
    assert client.get("/v1/documents").json()["items"] == []
    assert [one["name"] for one in client.get("/v1/sources").json()["items"]] == ["A source"]


def test_of_many_lines_that_fail_half_done_each_is_told_why_and_nothing_is_left(client: TestClient) -> None:
    page = {"title": "A page", "publisher": {"name": "Somebody else"}}
    wrong = [{**SAID, "external_id": f"w{n}", "document": page, "claim": {"text": f"Q{n}."}} for n in range(64)]

    results, _ = imported(client, [SOURCE, *wrong, CLAIM, SAID])

    assert statuses(results) == ["created", *["refused"] * len(wrong), "created", "created"]
    assert all("not “A source”'s own" in one["problem"]["detail"] for one in results[1:-2])
    assert [one["text"] for one in client.get("/v1/claims").json()["items"]] == ["P."]
    rehearsed, _ = imported(client, [SOURCE, *wrong, CLAIM, SAID], dry_run=True)
    assert statuses(rehearsed) == ["known", *["refused"] * len(wrong), "known", "known"]


@dataclass(frozen=True)
class Counting(Desk):
    """A desk that remembers what was written at it."""

    writes: list[Any] = field(default_factory=list)

    def write(self, work: Any) -> Any:
        self.writes.append(work)
        return super().write(work)


def test_a_rehearsal_takes_few_writes_however_many_lines_fail_half_done(client: TestClient) -> None:
    page = {"title": "A page", "publisher": {"name": "Somebody else"}}
    wrong = [{**SAID, "external_id": f"w{n}", "document": page, "claim": {"text": f"Q{n}."}} for n in range(32)]
    desk = Counting(client.app.state.database, COMMAND_LINE, "whence import")  # type: ignore[attr-defined]

    run = Rehearsal(desk)
    run.take([Numbered(number, json.dumps(line).encode()) for number, line in enumerate([SOURCE, *wrong], 1)])

    assert [one.status for one in run.finish()] == ["created"] + ["refused"] * 32
    assert len(desk.writes) == 2


def test_what_stumbles_over_a_line_that_is_half_done_is_taken_without_it(client: TestClient) -> None:
    other = {"name": "Other", "external_id": "other"}
    wrong = {**SAID, "external_id": "w", "document": {"title": "A page", "publisher": other}}
    fine = {
        **SAID,
        "external_id": "f",
        "source": {"external_id": "other", "name": "Another name"},
        "document": {"title": "Its page", "publisher": {"external_id": "other", "name": "Another name"}},
    }

    results, _ = imported(client, [SOURCE, CLAIM, wrong, fine])

    assert statuses(results) == ["created", "created", "refused", "created"]
    assert client.get("/v1/sources", params={"external_id": "other"}).json()["items"][0]["name"] == "Another name"


def ring(kind: str, field: str, *keys: str) -> list[Line]:
    """Make records of which each refers by a field to the next, and the last to the first."""
    said = {"name": "One of several", "if_named": "new"} if kind == "source" else SAID
    following = zip(keys, (*keys[1:], keys[0]), strict=True)
    return [{**said, "kind": kind, "external_id": key, field: {"external_id": needed}} for key, needed in following]


@pytest.mark.parametrize(("kind", "field"), [("source", "controlled_by"), ("attribution", "responds_to")])
@pytest.mark.parametrize("dry_run", [False, True])
def test_what_refers_to_itself_in_a_circle_is_refused_alone(
    client: TestClient, kind: str, field: str, dry_run: bool
) -> None:
    alone, *three = ring(kind, field, "1"), *ring(kind, field, "2", "3", "4")
    needing = {**ring(kind, field, "5")[0], field: {"external_id": "6"}}
    needed = {name: value for name, value in {**needing, "external_id": "6"}.items() if name != field}
    rest = [SAID, CLAIM, SOURCE]

    results, _ = imported(client, [needing, *three, *alone, needed, *rest], dry_run=dry_run)

    assert statuses(results) == ["created", *["refused"] * 4, *["created"] * 4]
    assert [one["problem"]["errors"][0]["pointer"] for one in results[1:5]] == [f"/{field}"] * 4
    assert all("refers to itself" in one["problem"]["detail"] for one in results[1:5])


def test_a_circle_of_what_is_on_record_is_known_like_anything_else(newsroom: Newsroom) -> None:
    claim = newsroom.claim(external_id="c")
    source = newsroom.source("A source", external_id="s")
    first = newsroom.say(claim, source, external_id="first")
    newsroom.say(claim, source, external_id="second", replaces=first)
    newsroom.edit(first, responds_to={"external_id": "second"})
    circle = [
        {**SAID, "external_id": "first", "responds_to": {"external_id": "second"}},
        {**SAID, "external_id": "second", "replaces": {"external_id": "first"}},
    ]

    results, _ = imported(newsroom.client, circle)

    assert statuses(results) == ["known", "known"]


def test_a_line_that_takes_a_higher_role_is_refused_alone(client: TestClient) -> None:
    contributor = make_key(client, "contributor")
    rating = {
        "kind": "assessment",
        "target": {"kind": "source", "external_id": "s"},
        "scale": "admiralty_reliability",
        "value": "B",
    }
    answer = client.post("/v1/import", content=written([SOURCE, rating]), headers={**NDJSON, **contributor})

    results = [json.loads(line) for line in answer.text.splitlines()][:-1]

    assert statuses(results) == ["created", "refused"]
    assert results[1]["problem"]["status"] == 403


def test_a_record_without_a_key_is_known_by_its_origin_and_so_is_what_refers_to_it(client: TestClient) -> None:
    claim = {"kind": "claim", "text": "P.", "origin": {"id": FIRST, **ORIGIN}}
    said = {"kind": "attribution", "claim": {"id": FIRST}, "stance": "affirms", "origin": {"id": SECOND, **ORIGIN}}

    first, _ = imported(client, [claim])
    second, _ = imported(client, [said])
    again, summary = imported(client, [claim, said])

    assert statuses(first + second) == ["created", "created"]
    assert statuses(again) == ["known", "known"]
    assert len(summary["warnings"]) == 1, "an export has a last line"
    shown = client.get(f"/v1/claims/{first[0]['id']}").json()
    assert shown["origin"] == {"id": FIRST, **ORIGIN, "recorded_by": None, "updated_by": None, "origin": None}
    assert client.get(f"/v1/attributions/{second[0]['id']}").json()["claim"]["id"] == first[0]["id"]
    assert client.patch(f"/v1/claims/{first[0]['id']}", json=shown, headers={"If-Match": "*"}).json() == shown


def test_an_invented_origin_spares_nobody_the_checks(client: TestClient) -> None:
    other = {**SOURCE, "external_id": "other", "name": "Another"}
    page = {"kind": "document", "external_id": "d", "text": "What it says.", "publisher": {"external_id": "s"}}
    imported(client, [SOURCE, other, CLAIM, page, {**SAID, "external_id": "earlier"}])
    origin = {"id": FIRST, **ORIGIN}
    quoting = {**SAID, "document": {"external_id": "d"}, "quote": {"exact": "Never said."}, "origin": origin}
    correcting = {
        **{**SAID, "external_id": "b", "source": {"external_id": "other"}, "replaces": {"external_id": "earlier"}},
        "origin": {**origin, "id": SECOND},
    }
    lines = written([quoting, correcting])

    contributor = client.post("/v1/import", content=lines, headers={**NDJSON, **make_key(client, "contributor")})
    editor = client.post("/v1/import", content=lines, headers={**NDJSON, **make_key(client, "editor")})

    assert [json.loads(line)["status"] for line in contributor.text.splitlines()][:2] == ["refused", "refused"]
    assert [json.loads(line)["status"] for line in editor.text.splitlines()][:2] == ["created", "refused"]


def test_an_origin_that_names_a_record_of_ours_is_checked_like_any_change(client: TestClient) -> None:
    page = {"kind": "document", "external_id": "d", "text": "What it says.", "publisher": {"external_id": "s"}}
    *_, said = imported(client, [SOURCE, CLAIM, page, {**SAID, "document": {"external_id": "d"}}])[0]
    line = {**SAID, "quote": {"exact": "Never said."}, "origin": {"id": said["id"], **ORIGIN}}
    del line["external_id"]

    results, _ = imported(client, [line])

    assert statuses(results) == ["refused"]


@pytest.mark.parametrize("name", ["recorded_at", "updated_at"])
def test_an_origin_that_is_still_to_come_is_refused(client: TestClient, name: str) -> None:
    origin = {"id": FIRST, **ORIGIN, name: "2999-01-01T00:00:00Z"}

    results, _ = imported(client, [{**CLAIM, "origin": origin}])

    assert results[0]["problem"]["errors"][0]["pointer"] == f"/origin/{name}"


def test_what_was_deleted_here_does_not_come_back(client: TestClient) -> None:
    lines = [CLAIM, {"kind": "claim", "text": "Q.", "origin": {"id": FIRST, **ORIGIN}}]
    for one in imported(client, lines)[0]:
        client.delete(f"/v1/claims/{one['id']}", params={"reason": "wrong"}, headers={"If-Match": "*"})

    results, _ = imported(client, lines)

    assert statuses(results) == ["refused", "refused"]
    assert [one["problem"]["status"] for one in results] == [409, 409]


def test_a_rehearsal_answers_the_same_and_stores_nothing(client: TestClient) -> None:
    lines: list[Line] = [
        SOURCE,
        CLAIM,
        SAID,
        {"kind": "wish"},
        *({**CLAIM, "external_id": f"c{n}"} for n in range(MOST_LINES)),
    ]
    lines.append({**SAID, "external_id": "b"})

    rehearsed, summary = imported(client, lines, dry_run=True)
    nothing = client.get("/v1/claims").json()["items"]
    results, _ = imported(client, lines)

    assert nothing == []
    assert summary["dry_run"]
    assert statuses(rehearsed) == statuses(results)
    too_many = client.post(
        "/v1/import", content=b"{}\n" * (REHEARSED_LINES + 1), params={"dry_run": True}, headers=NDJSON
    )
    assert too_many.status_code == 413


def test_it_goes_on_from_a_line(client: TestClient) -> None:
    results, _ = imported(client, [{"kind": "wish"}, CLAIM, SOURCE], from_line=2)

    assert [(one["line"], one["status"]) for one in results] == [(2, "created"), (3, "created")]


def test_a_line_that_is_too_long_is_refused_alone(client: TestClient) -> None:
    long = b'{"kind": "claim", "text": "' + b"x" * 17 * 2**20 + b'"}\n'
    table = b"text\r\nP.\r\n" + b"x" * 17 * 2**20 + b"\r\nQ.\r\n"
    csv = {"headers": {"Content-Type": "text/csv"}, "params": {"kind": "claim"}}

    results, summary = sent(client, written([SOURCE]) + long + written([CLAIM]))
    rows = [json.loads(one) for one in client.post("/v1/import", content=table, **csv).text.splitlines()]

    assert [(one["line"], one["status"]) for one in results] == [(1, "created"), (2, "refused"), (3, "created")]
    assert (results[1]["problem"]["status"], summary["status"]) == (413, "complete")
    assert [one["status"] for one in rows] == ["created", "refused", "created", "complete"]
    assert statuses(sent(client, written([SOURCE]) + long + written([CLAIM]), from_line=3)[0]) == ["known"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'[{"kind": "claim"},\n{"kind": "claim"}]\n', "JSON array"),
        (b'{"records": [{"kind": "claim"}]}\n', "bundle"),
        (b'{\n  "records": []\n}\n', "bundle"),
        (written([CLAIM]).decode().encode("utf-16"), "UTF-16"),
        (written([CLAIM]).decode().encode("utf-16-le"), "UTF-16"),
    ],
    ids=["array", "bundle", "over lines", "marked", "unmarked"],
)
def test_what_holds_no_lines_of_json_is_refused_once_with_what_it_is(
    client: TestClient, body: bytes, told: str
) -> None:
    answer = client.post("/v1/import", content=body, headers=NDJSON)

    assert (answer.status_code, told in answer.json()["detail"]) == (400, True)


def test_what_is_wrong_in_a_line_is_not_said_to_be_in_the_first(client: TestClient) -> None:
    results, _ = sent(client, written([CLAIM]) + b'{"kind": claim}\n')

    assert "column 10" in results[1]["problem"]["detail"]
    assert "line 1" not in results[1]["problem"]["detail"]


def test_where_there_is_no_line_it_is_said(client: TestClient) -> None:
    assert imported(client, [CLAIM], from_line=5)[1]["warnings"] == ["There is no line from line 5 on."]
    assert imported(client, [])[1]["warnings"] == ["There is no line."]
    assert imported(client, [CLAIM])[1]["warnings"] == []


def test_after_very_many_refused_lines_it_is_stopped_where_it_can_go_on(client: TestClient) -> None:
    results, summary = sent(client, b"{}\n" * (MOST_REFUSED + MOST_LINES) + written([CLAIM]))

    assert len(results) == summary["refused"] == MOST_REFUSED
    assert (summary["status"], summary["resume_from"]) == ("stopped", MOST_REFUSED + 1)
    assert "10,000 lines are refused" in summary["problem"]["detail"]


def test_where_there_is_no_room_for_the_answer_it_is_said_and_what_is_recorded_stays(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # as on a disk that is full
    answer = client.post("/v1/import", content=written([CLAIM]) + b"{}\n" * MOST_REFUSED, headers=NDJSON)

    assert answer.status_code == 503
    assert "no room for what became of these lines" in answer.json()["detail"]
    assert imported(client, [CLAIM])[1]["known"] == 1


def test_an_export_that_was_cut_short_is_noticed(client: TestClient) -> None:
    lines = [{**CLAIM, "origin": {"id": FIRST, **ORIGIN}}]
    end = {"kind": "end", "records": 2, "known_at": "2026-01-01T00:00:00Z", "settled": True}

    cut, short, whole = (imported(client, some)[1] for some in (lines, [*lines, end], [*lines, {**end, "records": 1}]))

    assert [one["status"] for one in (cut, short, whole)] == ["incomplete", "incomplete", "complete"]
    assert "cut short" in cut["warnings"][0]
    assert "1 of the lines" in short["warnings"][0]
    assert whole["warnings"] == []


def test_of_two_exports_in_one_each_may_be_cut_short(client: TestClient) -> None:
    first = [{**CLAIM, "origin": {"id": FIRST, **ORIGIN}}]
    second = [{**CLAIM, "origin": {"id": SECOND, **ORIGIN}}]
    end = {"kind": "end", "records": 1, "known_at": "2026-01-01T00:00:00Z", "settled": True}

    both = [
        imported(client, some)[1]
        for some in (
            [*first, end, *second, end],
            [*first, end, *second],
            [*first, {**end, "records": 2}, *second, end],
        )
    ]

    assert [one["status"] for one in both] == ["complete", "incomplete", "incomplete"]
    assert both[2]["warnings"] == ['1 of the lines that {"kind": "end"} speaks of did not come.']


@pytest.mark.dealt
@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"Content-Type": "application/json"}, {}, 415),
        ({}, {}, 415),
        ({**NDJSON, "Content-Encoding": "gzip"}, {}, 415),
        ({"Content-Type": "text/csv"}, {}, 422),
        (NDJSON, {"kind": "claim"}, 422),
        (NDJSON, {"limmit": 1}, 422),
        (NDJSON, {"from_line": 0}, 422),
    ],
)
def test_what_is_no_import_is_refused(client: TestClient, headers: Any, query: Any, status: int) -> None:
    body = gzip.compress(written([CLAIM])) if "Content-Encoding" in headers else written([CLAIM])

    assert client.post("/v1/import", content=body, headers=headers, params=query).status_code == status


def test_the_examples_are_taken(client: TestClient) -> None:
    lines = client.post("/v1/import", content=(FOLDER / "import.ndjson").read_bytes(), headers=NDJSON)
    rows = client.post(
        "/v1/import",
        content=(FOLDER / "sources.csv").read_bytes(),
        params={"kind": "source"},
        headers={"Content-Type": "text/csv"},
    )

    assert [json.loads(line)["status"] for line in lines.text.splitlines()] == ["created"] * 3 + ["complete"]
    assert [json.loads(line)["status"] for line in rows.text.splitlines()] == ["created", "complete"]


def test_a_table_comes_in_and_goes_out_as_it_was(newsroom: Newsroom) -> None:
    source = newsroom.source("=cmd|' /C calc'!A0", aliases=["'+1", "a,b"], description="two\nlines", kind="person")
    newsroom.source("Outlet", controlled_by=source)
    table = newsroom.client.get("/v1/export", params={"format": "csv", "kind": "source"}).content
    csv = {"Content-Type": "text/csv"}

    again = newsroom.client.post("/v1/import", content=table, params={"kind": "source"}, headers=csv).text.splitlines()
    new = newsroom.client.post("/v1/import", content=b"name,wish\r\nx,y\r\n", params={"kind": "source"}, headers=csv)
    plain = newsroom.client.post(
        "/v1/import", content=b"name,controlled_by\r\nx,KCNA\r\n", params={"kind": "source"}, headers=csv
    )
    assert "Write it as an exported table has it." in plain.text

    assert [json.loads(line)["status"] for line in again] == ["known", "known", "complete"]
    assert json.loads(again[-1])["warnings"] == [], "a table has no last line"
    assert newsroom.client.get("/v1/export", params={"format": "csv", "kind": "source"}).content == table
    assert b",'=cmd|' /C calc'!A0," in table
    assert (new.status_code, "wish" in new.json()["detail"]) == (422, True)


def test_a_table_that_a_spreadsheet_saved_comes_in(newsroom: Newsroom) -> None:
    source = newsroom.source("Jöran; a person, perhaps", protected=True, aliases=["A", "B"])
    exported_table = newsroom.client.get("/v1/export", params={"format": "csv", "kind": "source"}).content
    rows = list(csv.reader(io.StringIO(exported_table.decode(), newline="")))
    saved = io.StringIO(newline="")
    shouted = [[{"true": "TRUE"}.get(cell, cell) for cell in row] for row in rows]
    csv.writer(saved, delimiter=";", lineterminator="\r\n").writerows(shouted)
    headers = {"Content-Type": "text/csv"}

    answer = newsroom.client.post(
        "/v1/import", content=saved.getvalue().encode("utf-8-sig"), params={"kind": "source"}, headers=headers
    )

    assert "TRUE" in saved.getvalue()
    assert [json.loads(line).get("id") for line in answer.text.splitlines()] == [source.id, None]
    assert json.loads(answer.text.splitlines()[0])["status"] == "known"


def test_a_row_that_has_a_nul_is_refused_alone(client: TestClient) -> None:
    table = b"external_id,text\r\na,P\0.\r\nb\0,P.\r\nc,P.\r\n"

    answer = client.post(
        "/v1/import", content=table, params={"kind": "claim"}, headers={"Content-Type": "text/csv"}
    ).text.splitlines()

    *results, summary = map(json.loads, answer)
    assert statuses(results) == ["refused", "refused", "created"]
    assert [("NUL" in one["problem"]["detail"]) for one in results[:2]] == [True, True]
    assert summary["status"] == "complete"


def test_many_lines_take_few_statements(client: TestClient) -> None:
    lines = [{name: _by_key(value) for name, value in one.items() if name != "ref"} for one in story("many", 120)]
    for _ in ("new", "on record already"):
        with counted() as statements:
            results, _ = imported(client, lines)
        assert "refused" not in statuses(results)
        assert len(statements) <= 80


def _by_key(value: Any) -> Any:
    return {"external_id": value["$ref"]} if isinstance(value, dict) and "$ref" in value else value


def test_what_was_redacted_comes_in_as_unknown(newsroom: Newsroom) -> None:
    source = newsroom.source("Jane Doe", kind="anonymous", protected=True)
    claim = newsroom.claim("P.")
    newsroom.say(claim, source, cue="says", document=newsroom.document("What Jane Doe says.", publisher=source))
    reader = make_key(newsroom.client, "reader")
    lines = [json.loads(one) for one in newsroom.client.get("/v1/export", headers=reader).text.splitlines()]
    assert "Jane" not in json.dumps(lines)
    for line in lines[:-1]:  # as if it had been another store's
        line["origin"]["id"] = f"02{line['origin']['id'][2:]}"
        for name in ("source", "claim", "document", "publisher"):
            if isinstance(line.get(name), dict):
                line[name]["id"] = f"02{line[name]['id'][2:]}"

    results, _ = imported(newsroom.client, lines)

    assert statuses(results) == ["created"] * (len(lines) - 1)
    assert newsroom.ask(f"/v1/sources/{results[0]['id']}")["name"] == "Redacted"


def test_what_was_redacted_does_not_replace_what_is_known(newsroom: Newsroom) -> None:
    newsroom.source("Jane Doe", kind="anonymous", external_id="jane")
    newsroom.claim("P.", external_id="p")
    hidden = {"redacted": "protected"}
    lines = [
        {"kind": "source", "external_id": "jane", "name": hidden, "description": "new"},
        {"kind": "claim", "external_id": "p", "text": hidden},
    ]

    results, _ = imported(newsroom.client, lines)

    assert statuses(results) == ["updated", "known"]
    source = newsroom.ask(f"/v1/sources/{results[0]['id']}")
    assert (source["name"], source["description"]) == ("Jane Doe", "new")
    table = b"external_id,name,description\r\njane,Redacted,newer\r\n"
    answer = newsroom.client.post(
        "/v1/import", content=table, params={"kind": "source"}, headers={"Content-Type": "text/csv"}
    )
    assert '"updated"' in answer.text
    assert newsroom.ask(f"/v1/sources/{results[0]['id']}")["name"] == "Jane Doe"


def test_everything_that_is_revealed_is_on_record_first(newsroom: Newsroom) -> None:
    source = newsroom.source("Jane Doe", protected=True)
    newsroom.claim("P.")

    lines = exported(newsroom.client)

    (event, *_) = newsroom.ask("/v1/reveals", sort="-recorded_at")["items"]
    assert lines[0]["name"] == "Jane Doe"
    assert event["request"] == "GET /v1/export"
    assert event["records"] == [{"kind": "source", "id": source.id}]


@pytest.mark.parametrize("if_named", ["use", "refuse"])
def test_what_a_rehearsal_tells_of_what_is_sealed_is_on_record(newsroom: Newsroom, if_named: str) -> None:
    source = newsroom.source("Jane Doe", protected=True)
    guess = {"kind": "source", "name": "Jane Doe", "if_named": if_named}
    before = newsroom.ask("/v1/reveals")["items"]

    imported(newsroom.client, [guess], dry_run=True)
    newsroom.client.post("/v1/bundles", json={"records": [guess]}, params={"dry_run": True})

    events = newsroom.ask("/v1/reveals", sort="-recorded_at")["items"]
    told = [one for one in events if one not in before]
    assert [one["request"] for one in told] == ["POST /v1/bundles", "POST /v1/import"]
    assert all(one["records"] == [{"kind": "source", "id": source.id}] for one in told)
