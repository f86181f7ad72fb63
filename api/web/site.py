"""The pages that people read: start, API docs, the guides, the kinds of problem. All of it is served from here."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from inspect import getdoc
from os.path import normpath
from pathlib import Path
from string import Template
from typing import Any

from fastapi import FastAPI, Request, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from api.errors import Failure, NotFound, every_failure
from api.web.ladder import filled_in

TEXTS = Path(__file__).parent / "docs"
STATIC = Path(__file__).parent / "static"
# After the language of a code block: what it is sent to, and whether that is refused.
REQUEST = re.compile(r"(?P<language>\w+) (?P<request>[A-Z]+ /\S*)(?: refused (?P<status>\d{3}))?")


def add_site(app: FastAPI) -> None:
    """Give the application its pages; they are no part of the contract."""
    pages: dict[str, Callable[..., Any]] = {
        "/": _start,
        "/docs": _docs,
        "/docs/recording": _guide,
        "/docs/confidence": _confidence,
        "/problems": _problems,
        "/problems/{slug}": _problem,
        "/static/{path:path}": _file,
    }
    for address, answer in pages.items():
        app.add_api_route(address, answer, include_in_schema=False, response_model=None)


def kinds_of_problem() -> dict[str, type[Failure]]:
    """Return every kind of problem by the last part of its address; of kinds that share one, the most general."""
    found: dict[str, type[Failure]] = {}
    for kind in every_failure():
        found.setdefault(kind.slug, kind)
    return found


def _start() -> Response:
    return _answer(page(_text("start.md"), "/"))


def _docs() -> Response:
    return _answer(_text("docs.html"))


def _guide() -> Response:
    return _answer(page(_text("recording.md"), "/docs/recording"))


def _confidence() -> Response:
    return _answer(page(_worked_out("confidence.md"), "/docs/confidence"))


def _problems() -> Response:
    return _answer(page("\n".join(_list_of_problems())))


def _problem(slug: str) -> Response:
    kind = kinds_of_problem().get(slug)
    if kind is None:
        raise NotFound(f"There is no kind of problem “{slug[:100]}”; GET /problems lists them all.")
    return _answer(page(_described(kind)))


async def _file(request: Request, path: str) -> Response:
    return await StaticFiles(directory=STATIC).get_response(normpath(path), request.scope)


def _answer(html: str) -> Response:
    return HTMLResponse(html)


@cache
def _text(name: str) -> str:
    return (TEXTS / name).read_text("utf-8")


@cache
def _worked_out(name: str) -> str:
    return filled_in(_text(name))


@cache
def page(text: str, address: str | None = None) -> str:
    """Put a Markdown text into the frame that all pages share; `address` is marked as where the reader is."""
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.add_render_rule("fence", _code)
    tokens = markdown.parse(text)
    headings = [(opening, tokens[place + 1]) for place, opening in enumerate(tokens) if opening.type == "heading_open"]
    for opening, words in headings:
        opening.attrSet("id", re.sub(r"\W+", "-", words.content.lower()).strip("-"))
    title = escape(headings[0][1].content)
    main = markdown.renderer.render(tokens, markdown.options, {})
    html = Template(_text("page.html")).substitute(title=title if address == "/" else f"{title} · Whence", main=main)
    return html.replace(f'<a href="{address}">', f'<a href="{address}" aria-current="page">')


def _code(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    """Show a code block, with what it is sent to above it."""
    block = tokens[place]
    code = escape(block.content, quote=False)
    named = REQUEST.fullmatch(block.info.strip())
    if named is None:
        language = escape(block.info.strip())
        return f'<pre><code class="language-{language}">{code}</code></pre>\n'
    refused = f" · refused with {named['status']}" if named["status"] else ""
    shown = f'<p class="request{" refused" if refused else ""}">{escape(named["request"])}{refused}</p>'
    return f'{shown}\n<pre><code class="language-{named["language"]}">{code}</code></pre>\n'


def _list_of_problems() -> Iterator[str]:
    yield "# Problems\n"
    yield (
        "Every error is answered with a problem document (RFC 9457), `application/problem+json`. Its `type` is the"
        " address of one of these pages, its `detail` says what went wrong this time. Where a request says something"
        " that cannot be recorded, `errors` points at each value.\n"
    )
    yield "| status | problem | it means |"
    yield "| --- | --- | --- |"
    for slug, kind in kinds_of_problem().items():
        yield f"| {kind.status} | [{kind.title}](/problems/{slug}) | {getdoc(kind)} |"


def _described(kind: type[Failure]) -> str:
    means = (getdoc(kind) or "").partition("\n\n")[0]
    return (
        f"# {kind.title}\n\n**Status {kind.status}.** {means}\n\n## What to do\n\n{kind.advice}\n\n"
        f"The `type` of these problem documents is `/problems/{kind.slug}`. [All problems](/problems)\n"
    )
