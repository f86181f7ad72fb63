"""The operations that every kind of record has, made once, so that they cannot differ."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from api import errors
from api.custody.roles import Role
from api.storage import deletion
from api.storage.history import table_of
from api.storage.idempotency import Receipt
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.rows import by_kind
from api.web import answers, pages
from api.web.brief import brief
from api.web.callers import desk, takes
from api.web.desk import Desk
from api.web.examples import shown
from api.web.keeping import Keeper, Keepers
from api.web.known import sent_as
from api.web.memory import lasting
from api.web.operations import EDIT, READ, READ_ONE, WRITE, KnownAt, Reason, RecordId, marked
from api.web.paging import Asked, Page
from api.web.problems import responses
from api.web.records import Draft, HistoryEntry, Record
from api.web.requests import PATCHES, StrictRoute
from api.web.writing import IfMatch, Writing

Cascade = Annotated[bool, Query(description="Take along every live record that refers to it.")]
RestoreAll = Annotated[bool, Query(description="Bring back everything that the same request deleted.")]


@dataclass(frozen=True, slots=True)
class Words:
    """How the documentation speaks of a kind of record."""

    singular: str
    plural: str
    tag: str
    what: str
    examples: tuple[str, ...]
    how_to_list: str = ""


class Lists(Protocol):
    """Who reads the list of a kind: its keeper, or somebody who knows more about many than a record says."""

    @property
    def listed(self) -> type[Any]:
        """Name what the items are."""

    def page(self, desk: Desk, filters: Any, cut: Cut) -> Slice[Any]:
        """Return one page."""


def resource(keeper: Keeper[Any, Any, Any], filters: type[Any], words: Words, lists: Lists | None = None) -> APIRouter:
    """Make the operations of one kind of record: list, record, read, edit, delete, restore and its history."""
    router = APIRouter(prefix=f"/v1/{keeper.path}", tags=[words.tag], route_class=StrictRoute)
    _add_collection(router, keeper, filters, words, lists or keeper)
    _add_item(router, keeper, words)
    _add_past(router, keeper, words)
    return router


def _add_collection(
    router: APIRouter, keeper: Keeper[Any, Any, Any], filters: type[Any], words: Words, lists: Lists
) -> None:
    """Add what is asked of all records of a kind: list them, record another one."""

    def list_records(request: Request, asked: Any) -> Response:
        return pages.page(request, lists.page(desk(request), asked, pages.cut(request, asked)))

    def add_record(request: Request, write: Writing, draft: Any) -> Response:
        receipt = write.run(lambda ledger: recorded(ledger, keeper, draft))
        return answer_receipt(request, keeper, receipt)

    item: Any = lists.listed
    typed(list_records, asked=Annotated[filters, Query()])
    typed(add_record, draft=Annotated[sent_as(keeper.draft), Body(openapi_examples=shown(*words.examples))])
    router.add_api_route(
        "",
        list_records,
        methods=["GET"],
        operation_id=f"list_{keeper.path}",
        summary=f"List {words.plural}",
        description=words.how_to_list or f"A page of {words.plural}, filtered and sorted.",
        response_model=Page[item],
        responses=READ,
        **takes(Role.READER),
    )
    router.add_api_route(
        "",
        add_record,
        methods=["POST"],
        operation_id=f"record_{keeper.kind}",
        summary=f"Record {words.singular}",
        description=words.what,
        status_code=201,
        response_model=keeper.answer,
        responses={
            200: {"model": keeper.answer, "description": "Its external_id was known: merged into that record."},
            **WRITE,
        },
        **takes(keeper.role),
    )


def _add_item(router: APIRouter, keeper: Keeper[Any, Any, Any], words: Words) -> None:
    """Add what is asked of one record: read it, edit it if its kind is ever edited, delete it."""

    def get_record(request: Request, id: RecordId, known_at: KnownAt = None) -> Response:
        with desk(request).reading(known_at) as reading:
            return answers.record(keeper.get(reading, id))

    def edit_record(
        request: Request, id: RecordId, patch: Annotated[dict[str, Any], Body()], if_match: IfMatch = None
    ) -> Response:
        receipt = desk(request).write(lambda ledger: Receipt.of(keeper.edit(ledger, id, patch, if_match), 200))
        return answer_receipt(request, keeper, receipt)

    def delete_record(
        request: Request, id: RecordId, reason: Reason, cascade: Cascade = False, if_match: IfMatch = None
    ) -> Response:
        desk(request).write(lambda ledger: keeper.delete(ledger, id, if_match, reason, cascade).id)
        return Response(status_code=204)

    router.add_api_route(
        "/{id}",
        lasting(brief(get_record) if keeper.brief else get_record),
        methods=["GET"],
        operation_id=f"get_{keeper.kind}",
        summary=f"Read {words.singular}",
        response_model=keeper.answer,
        responses=READ_ONE,
        **takes(Role.READER),
    )
    if keeper.editable:
        router.add_api_route(
            "/{id}",
            edit_record,
            methods=["PATCH"],
            operation_id=f"edit_{keeper.kind}",
            summary=f"Correct {words.singular}",
            description="A JSON merge patch (RFC 7396): send the fields to change. What you read and send back"
            " unchanged is ignored, so get, edit, patch works. Every change makes a new version.",
            response_model=keeper.answer,
            responses=EDIT,
            **takes(keeper.role, **_patch_body(keeper)),
        )
    router.add_api_route(
        "/{id}",
        delete_record,
        methods=["DELETE"],
        operation_id=f"delete_{keeper.kind}",
        summary=f"Delete {words.singular} recorded in error",
        description="Our own act, for a record made in error; it can be restored, and its history stays. When the"
        " *source* withdraws what it said, record a retraction instead.",
        status_code=204,
        responses={**EDIT, **responses(errors.Referenced)},
        **takes(Role.EDITOR),
    )


def _add_past(router: APIRouter, keeper: Keeper[Any, Any, Any], words: Words) -> None:
    """Add what is asked of a record's past: bring it back, read what it was."""

    def restore_record(request: Request, write: Writing, id: RecordId, cascade: RestoreAll = False) -> Response:
        keepers: Keepers = request.app.state.keepers
        receipt = write.run(lambda ledger: restored(ledger, keeper, keepers, id, cascade))
        return answer_receipt(request, keeper, receipt)

    def get_history(request: Request, id: RecordId, asked: Annotated[Asked, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            return pages.page(request, keeper.history(reading, id, pages.cut(request, asked)))

    answer: Any = keeper.answer
    router.add_api_route(
        "/{id}/restore",
        restore_record,
        methods=["POST"],
        operation_id=f"restore_{keeper.kind}",
        summary=f"Bring {words.singular} back that was deleted",
        status_code=200,
        response_model=answer,
        responses=WRITE,
        **takes(Role.EDITOR),
    )
    router.add_api_route(
        "/{id}/history",
        get_history,
        methods=["GET"],
        operation_id=f"get_{keeper.kind}_history",
        summary=f"Read every version of {words.singular}",
        description="Oldest first, deletions and restorings included.",
        response_model=Page[HistoryEntry[answer]],
        responses=READ,
        **takes(Role.READER),
    )


def recorded(ledger: Ledger, keeper: Keeper[Any, Any, Any], draft: Draft) -> Receipt:
    """Record a draft and say what came of it: 201 for a new record, 200 for a known one."""
    row = keeper.record(ledger, draft)
    return Receipt.of(row, 201 if ledger.is_new(row) else 200)


def restored(
    ledger: Ledger, keeper: Keeper[Any, Any, Any], keepers: Keepers, record_id: UUID, cascade: bool
) -> Receipt:
    """Bring a record back, and check what came back against the rules as the record stands now."""
    row = keeper.deleted(ledger, record_id)
    bring_back = deletion.restore_with_all if cascade else deletion.restore
    back = bring_back(ledger, row)
    ledger.flush()
    for model, rows in by_kind(back).items():
        kind = table_of(model).name
        if kind in keepers:
            keepers[kind].check_restored(ledger, rows)
    return Receipt.of(row, 200)


def answer_receipt(request: Request, keeper: Keeper[Any, Any, Any], receipt: Receipt) -> Response:
    """Build the answer of a write again from what its receipt says."""
    with desk(request).reading() as reading:
        answer = _at_version(reading, keeper, receipt)
    location = f"/v1/{keeper.path}/{receipt.id}" if receipt.status == 201 else None
    return marked(answers.record(answer, receipt.status, location), receipt)


def typed(endpoint: Callable[..., Any], **annotations: Any) -> None:
    """Give an endpoint the types of its kind; FastAPI reads them, and validates and documents by them."""
    endpoint.__annotations__ |= annotations


def _at_version(reading: Reading, keeper: Keeper[Any, Any, Any], receipt: Receipt) -> Record:
    assert receipt.id is not None
    reading.expect_numbered(keeper.model, [receipt.id])
    row = reading.find(keeper.model, receipt.id)
    if row is None or row.version != receipt.version:
        row = next(one for one in reading.versions(keeper.model, receipt.id) if one.version == receipt.version)
        before: Record = keeper.as_of(reading, row)
        return before
    answer: Record = keeper.answers(reading, [row])[0]
    return answer


def _patch_body(keeper: Keeper[Any, Any, Any]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{keeper.draft.__name__.replace('Draft', 'Patch')}"}
    taken = {"schema": schema, "examples": shown(f"{keeper.kind}-patch")}
    return {"requestBody": {"required": True, "content": dict.fromkeys(PATCHES, taken)}}
