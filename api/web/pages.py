"""Pages of a list: opaque cursors that continue after the last item, however the list has changed since."""

import base64
import binascii
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlencode

from fastapi import Request, Response

from api.errors import Invalid
from api.formats.json import read, write
from api.storage.listing import Cut, Slice
from api.web import answers
from api.web.paging import Page


class Paged(Protocol):
    """What asks for a page of a list."""

    limit: int | None
    cursor: str | None


def cut(request: Request, asked: Paged) -> Cut:
    """Read which page a request wants; the size is clamped to what the settings allow."""
    settings = request.app.state.settings
    size = settings.page_size if asked.limit is None else asked.limit
    after = None if asked.cursor is None else _open(asked.cursor, _question(request))
    return Cut(max(1, min(size, settings.page_size_max)), after, getattr(asked, "sort", "recorded_at"))


def page(request: Request, part: Slice[Any], shape: type[Page[Any]] = Page[Any], **beside: Any) -> Response:
    """Answer a page, with its Link header (RFC 8288); another shape of page says more `beside` the items."""
    following = None if part.after is None else _seal(part.after, _question(request))
    link = None if following is None else onward(request, "cursor", following)
    answer = shape.model_construct(items=part.items, next=following, settled=part.settled, stale=part.stale, **beside)
    return answers.computed(answer, link)


def onward(request: Request, name: str, value: str) -> str:
    """Write the Link header that leads to the following page: what was asked, with another value of one parameter."""
    query = [(other, kept) for other, kept in request.query_params.multi_items() if other != name]
    return f'<{request.scope["path"]}?{urlencode([*query, (name, value)])}>; rel="next"'


def _question(request: Request) -> str:
    """Digest what was asked, so that a cursor is not used to continue another list."""
    asked = sorted(
        (name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "limit")
    )
    return sha256(write([request.scope["path"], asked])).hexdigest()[:12]


def _seal(after: list[Any], question: str) -> str:
    return base64.urlsafe_b64encode(write([question, after])).decode().rstrip("=")


def _open(cursor: str, question: str) -> list[Any]:
    try:
        opened = read(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        opened = None
    match opened:
        case [asked, list(after)] if asked == question:
            return after
        case [str(), list()]:
            raise Invalid("This cursor belongs to a list with other filters: begin without it.", parameter="cursor")
        case _:
            raise Invalid("This is no cursor: send back `next` as it came.", parameter="cursor")
