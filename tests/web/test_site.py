"""The pages that people read."""

import re
from collections.abc import Callable
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.confidence.cases import cases
from api.confidence.ladder import judge
from api.confidence.policy import DEFAULT, Level
from api.confidence.sentences import LANGUAGES
from api.errors import every_failure
from api.web.site import TEXTS, kinds_of_problem, page

PAGES = [
    "/",
    "/docs",
    "/docs/recording",
    "/docs/confidence",
    "/problems",
    *(f"/problems/{slug}" for slug in kinds_of_problem()),
]


@pytest.fixture(scope="module")
def status(front: TestClient) -> Callable[[str], int]:
    """Ask for an address, once, and return the status of the answer."""
    return cache(lambda address: front.get(address).status_code)


class Addresses(HTMLParser):
    """Collects what a page links to, loads, and runs or styles within itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.inline: list[str] = []
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found |= {value for name in ("href", "src") if (value := given.get(name))}
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_needs_nothing_from_elsewhere(front: TestClient, status: Callable[[str], int], address: str) -> None:
    answer = front.get(address)

    assert answer.status_code == 200, answer.text
    addresses = Addresses(answer.text)
    assert not addresses.inline
    for found in addresses.found:
        assert found.startswith(("/", "#")), found
        assert not found.startswith("//"), found
        assert status(found) == 200, found


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_guarded(front: TestClient, address: str) -> None:
    headers = front.get(address).headers

    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_pages_are_no_part_of_the_contract(front: TestClient) -> None:
    paths = front.get("/openapi.json").json()["paths"]

    assert not [path for path in paths if path.startswith(("/docs", "/problems", "/static"))]
    assert "/" not in paths


def test_every_kind_of_problem_has_a_page(front: TestClient) -> None:
    for kind in every_failure():
        answer = front.get(f"/problems/{kind.slug}")

        assert answer.status_code == 200, kind
        assert str(kind.status) in answer.text


def test_a_problem_page_says_what_to_do(front: TestClient) -> None:
    text = front.get("/problems/stale").text

    assert "The record has changed since you read it" in text
    assert "412" in text
    assert "GET it again" in text


def test_an_unknown_kind_of_problem_is_a_problem(front: TestClient) -> None:
    answer = front.get("/problems/never-heard-of")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert front.get(answer.json()["type"]).status_code == 200


def test_an_address_of_an_operation_leads_to_it_and_the_page_has_one_main_part(front: TestClient) -> None:
    sheet = front.get("/static/whence.css").text

    assert "scroll-behavior" not in sheet  # Swagger UI scrolls step by step, and would not get anywhere
    assert "<main" not in front.get("/docs").text  # it brings one along


def test_all_pages_share_one_header() -> None:
    headers = {_header(file) for file in TEXTS.glob("*.html")}

    assert len(headers) == 1


def _header(file: Path) -> str:
    found = re.search(r"<header>.*</header>", file.read_text("utf-8"), re.DOTALL)
    assert found is not None, file
    return found[0].replace(' aria-current="page"', "")


def test_the_guide_shows_where_each_example_goes(front: TestClient) -> None:
    text = front.get("/docs/recording").text

    assert '<p class="request">POST /v1/bundles</p>\n<pre><code class="language-json">' in text
    assert '<p class="request refused">POST /v1/attributions · refused with 422</p>' in text
    assert text.count("<pre>") == (TEXTS / "recording.md").read_text("utf-8").count("\n```json")
    assert "```" not in text


def test_the_guide_can_be_linked_by_section(front: TestClient) -> None:
    assert '<h2 id="a-law-or-a-resolution">' in front.get("/docs/recording").text


def test_the_page_about_confidence_works_its_rows_out(front: TestClient) -> None:
    text = front.get("/docs/confidence").text

    assert "They agree in 17 of 17." in text
    for case in cases():
        verdict = judge(case.graph, case.question, case.ratings)
        sentence = escape(LANGUAGES["en"].verdict(verdict, case.names), quote=False)
        assert f"<td>{case.number}</td>\n<td>{escape(case.situation, quote=False)}</td>" in text
        assert f"<td>{sentence}</td>" in text


def test_the_page_about_confidence_says_what_each_row_hangs_on(front: TestClient) -> None:
    page = front.get("/docs/confidence").text
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in page.split("<tr>")]
    hanging = [row[4] for row in rows if len(row) == 6]

    assert hanging == [
        "nothing",
        "KCNA: the single point of failure",
        "KCNA: the single point of failure",
        "1 line",
        "2 independent lines",
        "KCNA: the single point of failure",
        "US spokesman: the single point of failure",
        "US spokesman: the single point of failure",
        "2 independent lines",
        "South Korea’s service and US spokesman: the single point of failure",
        "Outlet A: the single point of failure",
        "3 cite each other",
        "Reporter A: the single point of failure",
        "2 independent lines",
        "3 independent lines",
        "4 independent lines",
        "12 cut off",
    ]
    assert "make 2 lines, and the claim\nis still VERY_LOW" in page


def test_the_page_about_confidence_leaves_nothing_to_fill_in(front: TestClient) -> None:
    text = front.get("/docs/confidence").text

    assert "$" not in text
    assert "None" not in text
    assert '<blockquote lang="fr"><p>2 origines indépendantes' in text


def test_the_page_about_confidence_shows_the_policy_that_is_applied(front: TestClient) -> None:
    text = front.get("/docs/confidence").text

    assert DEFAULT.id in text
    for word, limit in DEFAULT.modality.items():
        assert re.search(rf"<td>{word}, [^<]+</td>\n<td>{limit.name}</td>", text), word
    for level, steps in enumerate(DEFAULT.penalty):
        assert f"<td>{Level(level).name}</td>\n<td>{steps}</td>" in text


def test_a_page_marks_where_the_reader_is(front: TestClient) -> None:
    assert '<a href="/docs/recording" aria-current="page">' in front.get("/docs/recording").text


def test_what_a_text_says_is_never_markup() -> None:
    html = page("# <b>&\n\n```json POST /<i>\n<u>\n```\n")

    assert "<title>&lt;b&gt;&amp; · Whence</title>" in html
    assert "POST /&lt;i&gt;" in html
    assert "&lt;u&gt;" in html


@pytest.mark.parametrize(
    "path", ["", "%2e%2e", "%2e%2e/site.py", "%2e%2e%2fsite.py", "swagger-ui", "nothing.js", "/etc/passwd"]
)
def test_static_serves_its_own_files_only(front: TestClient, path: str) -> None:
    answer = front.get(f"/static/{path}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_static_file_is_not_sent_twice(front: TestClient) -> None:
    first = front.get("/static/whence.css")

    again = front.get("/static/whence.css", headers={"If-None-Match": first.headers["etag"]})

    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/css")
    assert first.headers["x-content-type-options"] == "nosniff"
    assert again.status_code == 304
    assert again.content == b""


def test_a_page_takes_no_other_method(front: TestClient) -> None:
    answer = front.post("/static/whence.css")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "POST" not in answer.headers["allow"]
