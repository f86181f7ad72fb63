"""Send answers: with a tag that tells whether anything changed, and not at all where nothing did (RFC 9110)."""

from hashlib import sha256

from fastapi import Request, Response
from pydantic import BaseModel

from api.web.records import Record

JSON = "application/json"


def record(answer: Record, status: int = 200, location: str | None = None) -> Response:
    """Answer one record, under its own version."""
    return versioned(answer, answer.version, status, location)


def versioned(answer: BaseModel, version: int, status: int = 200, location: str | None = None) -> Response:
    """Answer what has a version, or belongs to a record that has one.

    The tag begins with the version, which is all that If-Match looks at; a digest follows, because what is derived can
    change while the version stands.
    """
    content = answer.model_dump_json().encode()
    headers = {"Location": location} if location else {}
    return _send(content, f'"{version}.{_digest(content)}"', status, headers)


def computed(answer: BaseModel, link: str | None = None) -> Response:
    """Answer what was worked out, under a tag of its own."""
    content = answer.model_dump_json().encode()
    return _send(content, f'"{_digest(content)}"', 200, {"Link": link} if link else {})


def text(words: str) -> Response:
    """Answer plain text, under a tag of its own."""
    content = words.encode()
    return _send(content, f'"{_digest(content)}"', 200, {}, "text/plain; charset=utf-8")


def in_language(response: Response, language: str) -> Response:
    """Say in which language an answer's sentences are, and that it was the reader's choice."""
    response.headers["Content-Language"] = language
    response.headers.append("Vary", "Accept-Language")
    return response


def _send(content: bytes, tag: str, status: int, headers: dict[str, str], media_type: str = JSON) -> Response:
    return Response(content, status, {**headers, "ETag": tag}, media_type=media_type)


def conditional(request: Request, response: Response) -> Response:
    """Leave out an answer that whoever asks already has."""
    sent, tag = request.headers.get("if-none-match"), response.headers.get("etag")
    if sent is None or tag is None or request.method not in ("GET", "HEAD") or not _known(sent, tag):
        return response
    kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(status_code=304, headers=kept)


def _known(sent: str, tag: str) -> bool:
    tags = {one.strip().removeprefix("W/") for one in sent.split(",")}
    return "*" in tags or tag in tags


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
