"""Every way to fail, one tree.

    Failure                 what a caller can be told about, in words for whoever must act
    ├── Malformed           400  the request is not what HTTP or JSON allows
    ├── Unauthorized        401  a key is missing, or is not one that is valid now
    ├── Forbidden           403  the key does not allow it
    ├── NotFound            404  nothing has this address
    ├── MethodNotAllowed    405  the address does not take this method
    ├── TooSlow             408  the body did not arrive in time
    ├── Conflict            409  it cannot be done as the record stands
    │   ├── Referenced           … because other live records refer to it
    │   ├── Ambiguous            … because sources of that name exist already
    │   └── StillRunning         … because the same Idempotency-Key is being answered
    ├── Gone                410  the record was deleted; says when and why
    ├── Stale               412  the record changed since it was read
    ├── TooLarge            413  the body is over the limit
    ├── UnsupportedMedia    415  the body is of a kind that is not taken here
    ├── Misdirected         421  the request names a host that this server does not answer for
    ├── Invalid             422  a value is wrong; points at it
    │   ├── Absent               … it refers to what is not on record
    │   ├── Contradictory        … several are, each with its pointer
    │   └── KeyReused            … the Idempotency-Key came before with another body
    ├── TagRequired         428  If-Match is missing
    ├── TooMany             429  the key has sent too many requests
    ├── HeadersTooLarge     431  the headers are over the limit
    ├── Internal            500  our own fault
    ├── Unavailable         503  the database is busy or away; try again
    ├── OverBudget          504  it would take more work than one answer may
    └── OutOfTime           504  it would take more time than one answer may

This module knows no HTTP library: `status` is a number that `web` reads.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a JSON Pointer into the body (or a parameter's name) and a sentence."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Failure(Exception):
    """A request that cannot be done, with the sentence that the caller reads."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something failed on our side"
    advice: ClassVar[str] = ""

    def __init__(
        self, detail: str, *, extra: Mapping[str, Any] | None = None, told: Collection[tuple[str, UUID]] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra: dict[str, Any] = dict(extra or {})
        self.headers: dict[str, str] = {}
        self.told = told  # the records, each by kind and id, of which it tells the caller something sealed


class Malformed(Failure):
    """The request is not what HTTP or JSON allows."""

    status = 400
    slug = "malformed"
    title = "The request cannot be read"
    advice = "Send one well-formed JSON document in UTF-8 (RFC 8259): no duplicate keys, no NaN, no control bytes."


class Unauthorized(Failure):
    """A key is missing, or is not one that is valid now."""

    status = 401
    slug = "unauthorized"
    title = "This takes a valid access key"
    advice = "Send Authorization: Bearer whn_… with a key that is neither expired nor revoked; an admin makes them."

    def __init__(self, detail: str, *, invalid: bool = False) -> None:
        super().__init__(detail)
        error = ', error="invalid_token"' if invalid else ""
        self.headers["WWW-Authenticate"] = f'Bearer realm="whence"{error}'


class Forbidden(Failure):
    """The key does not allow it."""

    status = 403
    slug = "forbidden"
    title = "This key does not allow that"
    advice = "Ask an admin for a key with the role or scope that `detail` names. Nothing was stored."


class NotFound(Failure):
    """Nothing has this address."""

    status = 404
    slug = "not-found"
    title = "Nothing is here"
    advice = "Check the id and the path. A record deleted by mistake answers 410 instead, and can be restored."


class MethodNotAllowed(Failure):
    """The address does not take this method."""

    status = 405
    slug = "method-not-allowed"
    title = "This address does not take that method"
    advice = "The Allow header lists every method that it takes."

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        allow = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not one of the methods here: {allow}.")
        self.headers["Allow"] = allow


class TooSlow(Failure):
    """The body did not arrive in time."""

    status = 408
    slug = "too-slow"
    title = "The body did not arrive in time"
    advice = "Send the request again on a new connection, whole. Nothing was stored."

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers["Connection"] = "close"


class Conflict(Failure):
    """It cannot be done as the record stands."""

    status = 409
    slug = "conflict"
    title = "This cannot be done as the record stands"
    advice = "Read the record again: something that it depends on, or that depends on it, is in the way."


class Referenced(Conflict):
    """Other live records refer to it."""

    slug = "referenced"
    title = "Other records refer to this one"
    advice = "Delete what refers to it first, or send cascade=true to delete all of it in one step."

    def __init__(self, detail: str, by: Sequence[Mapping[str, str]], total: int) -> None:
        super().__init__(detail, extra={"referenced_by": [dict(one) for one in by], "total": total})


class Ambiguous(Conflict):
    """Sources of that name exist already."""

    slug = "ambiguous-name"
    title = "A source of this name is on record already"
    advice = "Refer to one of the candidates by id, or say if_named: use (take the only one) or new (another one)."

    def __init__(
        self,
        detail: str,
        candidates: Sequence[Mapping[str, str | None]],
        pointer: str,
        told: Collection[tuple[str, UUID]] = (),
    ) -> None:
        extra = {"candidates": [dict(one) for one in candidates], "pointer": pointer}
        super().__init__(detail, extra=extra, told=told)


class StillRunning(Conflict):
    """The same Idempotency-Key is being answered right now."""

    slug = "still-running"
    title = "The first request with this Idempotency-Key is still running"
    advice = "Wait a second and send it again: the answer of the first request comes back."

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = "1"


class Gone(Failure):
    """The record was deleted."""

    status = 410
    slug = "gone"
    title = "This record was deleted"
    advice = "Its history stays readable; POST …/restore brings it back; known_at before the deletion still answers."


class Stale(Failure):
    """The record changed since it was read."""

    status = 412
    slug = "stale"
    title = "The record has changed since you read it"
    advice = "GET it again, look at what changed, and repeat the edit with the new ETag in If-Match."


class TooLarge(Failure):
    """The body is over the limit."""

    status = 413
    slug = "too-large"
    title = "The body is too large"
    advice = "Send less at once: split a bundle, or keep a long text in the archive and give its archive_url."


class UnsupportedMedia(Failure):
    """The body is of a kind that is not taken here."""

    status = 415
    slug = "unsupported-media-type"
    title = "A body of this kind is not taken here"
    advice = "Send it as `detail` says: mostly as application/json, on PATCH as application/merge-patch+json too."

    def __init__(self, detail: str, header: str, taken: Iterable[str]) -> None:
        super().__init__(detail)
        self.headers[header] = ", ".join(taken)


class Misdirected(Failure):
    """The request names a host that this server does not answer for."""

    status = 421
    slug = "misdirected"
    title = "This server does not answer for that host"
    advice = "Call it by one of its names. The operator lists them in WHENCE_ALLOWED_HOSTS."


class Invalid(Failure):
    """A value is wrong; `errors` says which, each with its JSON Pointer or parameter."""

    status = 422
    slug = "invalid"
    title = "The request says something that cannot be recorded"
    advice = "Each entry of `errors` points at one value and says what to send instead. Nothing was stored."

    def __init__(self, detail: str, pointer: str | None = "", *, parameter: str | None = None) -> None:
        super().__init__(detail)
        self.problems: tuple[Problem, ...] = (
            Problem(detail, parameter=parameter) if parameter else Problem(detail, pointer),
        )


class Absent(Invalid):
    """It refers to a record that is not there, or not yet."""


class Contradictory(Invalid):
    """Several values are wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0].detail if len(problems) == 1 else f"{len(problems)} values cannot be taken as they are."
        super().__init__(first)
        self.problems = tuple(problems)


class KeyReused(Invalid):
    """The Idempotency-Key came before with another body."""

    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"
    advice = "Make a new key for a new request; repeat a key only with the very same body."


class TagRequired(Failure):
    """If-Match is missing."""

    status = 428
    slug = "tag-required"
    title = "If-Match is required"
    advice = "GET the record and send its ETag back in If-Match, so that nobody's edit is overwritten unseen."


class TooMany(Failure):
    """The key, or the address without one, has sent too many requests."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"
    advice = "Wait as long as Retry-After says. RateLimit tells with each answer how many are left."

    def __init__(self, detail: str, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = str(retry_after)


class HeadersTooLarge(Failure):
    """The headers are over the limit."""

    status = 431
    slug = "headers-too-large"
    title = "The headers are too large"
    advice = "Send fewer or shorter headers, and put what you look for into the body or several requests."


class Internal(Failure):
    """Our own fault."""

    advice = "Repeat the request, a POST with the same Idempotency-Key; if it fails again, report the request id."


class Unavailable(Failure):
    """The database is busy or away."""

    status = 503
    slug = "unavailable"
    title = "The database cannot take this now"
    advice = (
        "Wait as long as Retry-After says and send the request again, a POST with the same Idempotency-Key: the"
        " database may have gone away after it had stored what came with the first try."
    )

    def __init__(self, detail: str, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = str(retry_after)


class OverBudget(Failure):
    """It would take more work than one answer may."""

    status = 504
    slug = "over-budget"
    title = "This would take more work than one answer may"
    advice = "GET …/provenance still shows the graph, part by part. The operator can raise WHENCE_GRAPH_BUDGET."


class OutOfTime(Failure):
    """It would take more time than one answer may."""

    status = 504
    slug = "out-of-time"
    title = "This would take more time than one answer may"
    advice = "Ask for less at once, or again when less is going on. The operator can raise WHENCE_GRAPH_SECONDS."


@contextmanager
def under(pointer: str) -> Iterator[None]:
    """Put this pointer before those of what is raised inside, so that they lead from the body's root."""
    try:
        yield
    except Invalid as wrong:
        wrong.problems = tuple(
            Problem(one.detail, pointer + (one.pointer or ""), None) if one.parameter is None else one
            for one in wrong.problems
        )
        raise
    except (Conflict, Forbidden) as refused:
        refused.extra["pointer"] = pointer + refused.extra.get("pointer", "")
        raise


def every_failure() -> Iterator[type[Failure]]:
    """Walk the tree, each kind of failure once, parents first."""
    waiting: list[type[Failure]] = [Failure]
    while waiting:
        kind = waiting.pop(0)
        if kind is not Failure:
            yield kind
        waiting.extend(kind.__subclasses__())
