"""Say that two records are one, and take it back: the same operations for sources and documents."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from api.custody.roles import Role
from api.errors import Invalid, NotFound
from api.storage.idempotency import Receipt
from api.storage.ledger import Ledger
from api.storage.listing import Slice
from api.storage.reading import Reading
from api.storage.sameness import SameAs, links, page_of_links
from api.web import answers, pages
from api.web.callers import desk, takes
from api.web.examples import shown
from api.web.joining import join
from api.web.keeping import Keeper
from api.web.operations import READ_ONE, WRITE, RecordId, marked
from api.web.paging import Asked, Page
from api.web.records import PortableRecord, recorded
from api.web.references import resolve
from api.web.values import Id, Line, Reference, Value
from api.web.writing import Writing


class SameAsDraft(Value):
    """A finding that this record and another are one."""

    other: Reference
    reason: Line


class SameAsRecord(PortableRecord):
    """A finding that two records are one: in every class and count they are, and both ids stay valid."""

    one: Id
    other: Id
    reason: str


def add_same_as(router: APIRouter, keeper: Keeper[Any, Any, Any], model: type[SameAs]) -> None:
    """Give a kind of record the operations on its `same_as`."""
    kind = keeper.kind

    def join_records(
        request: Request,
        write: Writing,
        id: RecordId,
        draft: Annotated[SameAsDraft, Body(openapi_examples=shown(f"{kind}-same-as"))],
    ) -> Response:
        receipt = write.run(lambda ledger: _join(ledger, keeper, model, id, draft))
        with desk(request).reading() as reading:
            answer = _answer(reading, model, receipt)
        location = f"/v1/{keeper.path}/{id}"  # where it shows: it has no address of its own
        return marked(answers.record(answer, receipt.status, location), receipt)

    def list_joined(request: Request, id: RecordId, asked: Annotated[Asked, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            keeper.row(reading, id)
            found = page_of_links(reading, model, id, pages.cut(request, asked))
            joined = [_shown(reading, row) for row in found.items]
            return pages.page(request, Slice(joined, found.after, reading.certain))

    def part_records(
        request: Request,
        id: RecordId,
        other: Annotated[UUID | None, Query(description="Only what joins it with this one; else all.")] = None,
        reason: Annotated[str, Query(description="Why they are not one.", max_length=2000)] = "undone",
    ) -> Response:
        desk(request).write(lambda ledger: _part(ledger, keeper, model, id, other, reason))
        return Response(status_code=204)

    router.add_api_route(
        "/{id}/same_as",
        list_joined,
        methods=["GET"],
        operation_id=f"list_joined_{kind}s",
        summary=f"Read why this {kind} is one with others",
        response_model=Page[SameAsRecord],
        responses=READ_ONE,
        **takes(Role.READER),
    )
    router.add_api_route(
        "/{id}/same_as",
        join_records,
        methods=["POST"],
        operation_id=f"join_{kind}s",
        status_code=201,
        summary=f"Say that two records are one {kind}",
        response_model=SameAsRecord,
        responses=WRITE,
        description="Two records for one happen, and must not count as two: from now on they are one in every class"
        " and count. Both ids stay valid. DELETE undoes it.",
        **takes(Role.EDITOR),
    )
    router.add_api_route(
        "/{id}/same_as",
        part_records,
        methods=["DELETE"],
        operation_id=f"part_{kind}s",
        status_code=204,
        summary=f"Say that two records are not one {kind} after all",
        responses=WRITE,
        **takes(Role.EDITOR),
    )


def _join(
    ledger: Ledger, keeper: Keeper[Any, Any, Any], model: type[SameAs], record_id: UUID, draft: SameAsDraft
) -> Receipt:
    one = keeper.row(ledger, record_id)
    other = resolve(ledger, keeper.model, draft.other, "/other")
    return Receipt.of(join(ledger, keeper, model, one, other, draft.reason))


def _part(
    ledger: Ledger,
    keeper: Keeper[Any, Any, Any],
    model: type[SameAs],
    record_id: UUID,
    other: UUID | None,
    reason: str,
) -> None:
    keeper.row(ledger, record_id)
    if other == record_id:
        raise Invalid("This is the record itself: name the other one.", parameter="other")
    undone = [link for link in links(ledger, model, record_id) if other in (None, link.one_id, link.other_id)]
    if not undone:
        raise NotFound(f"This {keeper.kind} is not recorded as one with {'any' if other is None else other}.")
    for row in ledger.find_all(model, [link.id for link in undone]):
        ledger.delete(row, reason, row.id)


def _answer(reading: Reading, model: type[SameAs], receipt: Receipt) -> SameAsRecord:
    assert receipt.id is not None
    return _shown(reading, next(one for one in reading.versions(model, receipt.id) if one.version == receipt.version))


def _shown(reading: Reading, row: SameAs) -> SameAsRecord:
    one, other = Id.model_construct(id=row.one_id), Id.model_construct(id=row.other_id)
    return SameAsRecord.model_construct(**recorded(reading, row), one=one, other=other, reason=row.reason)
