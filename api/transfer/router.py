"""Everything out and in, over HTTP: lines of JSON, or rows of a table."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import errors
from api.custody.roles import Role
from api.provenance.loading import Horizon
from api.storage.deadline import Deadline
from api.transfer import rows
from api.transfer.exporting import Export
from api.transfer.importing import Import, Rehearsal, begin
from api.transfer.receiving import Receiving
from api.transfer.sending import lines_sent, rows_sent
from api.web.callers import desk, takes
from api.web.examples import FOLDER
from api.web.middleware import ASKED
from api.web.operations import KnownAt
from api.web.problems import responses
from api.web.requests import StreamedRoute, StrictRoute, media_type_of, not_taken, require_plain, steadily

NDJSON, CSV = "application/x-ndjson", "text/csv"
LINES = frozenset({NDJSON, "application/ndjson", "application/jsonl"})
EXAMPLES = {NDJSON: "import.ndjson", CSV: "sources.csv"}
HOW_TO_EXPORT = (
    "Everything on record, or what one claim's graph rests on, as it stood at one instant: a line of JSON for "
    "each record, as a bundle has it, what is referred to first, with its `id`, `version` and times under "
    '`origin`. What is sealed is redacted, unless the key may reveal it. The last line is `{"kind": "end", …}`: '
    "where it is missing, the export was cut short. With `format=csv`, sources, documents or claims as a table, "
    "whose cells no spreadsheet takes for formulas."
)
HOW_TO_IMPORT = (
    "A line of JSON for each record, as a bundle has it and as an export writes it, of any number. Records name "
    "each other by `external_id`, or by the `id` that they had where they come from; what is referred to comes "
    "first, or within the same thousand lines or 4 MiB: what comes later is found when all are sent once more. Each "
    "line is recorded whole or refused, and keeps none of the others back. The answer is a line for each, and a "
    "summary, whose `status` is `complete` unless an export was cut short or the import was stopped. It is safe to "
    "send the same lines again, and takes no Idempotency-Key: what is known already changes nothing. A record from "
    "elsewhere is known by the `id` that any of the stores in its `origin` has for it, so that what comes by two "
    "ways, or comes back, is not recorded twice. Of a `version` that an editor has brought already, what was "
    "changed here since stays; of a later one what its store has changed is merged, and stands under `origin` from "
    "then on. What was redacted in an export is taken as unknown. After 10,000 refused lines it is stopped, and the "
    "summary says where: send the lines from there on once you know what is wrong."
)
EXPORTED = (
    "The lines, as they come; of JSON the last one says how many `records` there were, the instant `known_at` as of "
    "which they are, and whether they are `settled`."
)
IMPORTED = (
    "What became of each line, in order: its number (`line`), its `kind`, `id` and `version`, and whether it was "
    "`created`, `updated`, `known` (it says nothing new) or `refused` (`status`), then with a problem document "
    "(`problem`), whose pointers lead into the line. The last line is the summary: how many were `created`, `updated`, "
    "`known` and `refused`; its `status`, `complete`, `incomplete` (the export that the lines are from is not all "
    "there, as `warnings` say) or `stopped` (with `problem`, and the line to `resume_from`); and `dry_run`."
)


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1", tags=["Transfer"], route_class=StrictRoute)
    incoming = APIRouter(prefix="/v1", tags=["Transfer"], route_class=StreamedRoute)

    @routes.get(
        "/export",
        operation_id="export_records",
        summary="Take everything out, or one claim's graph",
        description=HOW_TO_EXPORT,
        response_class=StreamingResponse,
        responses={
            200: {"description": EXPORTED, "content": _texts(NDJSON, CSV)},
            **responses(errors.NotFound, errors.Gone, errors.Invalid, errors.Internal, errors.Unavailable),
            **responses(errors.OverBudget, errors.OutOfTime),
        },
        **takes(Role.READER),
    )
    def export_records(
        request: Request,
        claim: Annotated[UUID | None, Query(description="Only what this claim's graph rests on.")] = None,
        known_at: KnownAt = None,
        format: Annotated[Literal["ndjson", "csv"], Query(description="Lines of JSON, or a table.")] = "ndjson",
        kind: Annotated[rows.Flat | None, Query(description="With `format=csv`: what the rows are.")] = None,
    ) -> Response:
        table = rows.kind_of_table(kind, format)
        settings = request.app.state.settings
        horizon = Horizon(settings.graph_budget, deadline=Deadline.after(settings.graph_seconds))
        export = Export.begin(desk(request), known_at, claim, horizon)
        if table is None:
            return _streamed(request, lines_sent(export), NDJSON)
        return _streamed(request, rows_sent(export, table), CSV)

    @incoming.post(
        "/import",
        operation_id="import_records",
        summary="Bring many records in, line by line",
        description=HOW_TO_IMPORT,
        response_class=StreamingResponse,
        responses={
            200: {"description": IMPORTED, "content": _texts(NDJSON)},
            **responses(errors.Malformed, errors.TooSlow, errors.TooLarge, errors.UnsupportedMedia, errors.Invalid),
            **responses(errors.Internal, errors.Unavailable),
        },
        **takes(Role.CONTRIBUTOR, requestBody=_body()),
    )
    async def import_records(
        request: Request,
        dry_run: Annotated[
            bool, Query(description="Answer the same, of 10,000 lines at most, and store nothing.")
        ] = False,
        from_line: Annotated[int, Query(ge=1, lt=2**31, description="Leave out the lines before this one.")] = 1,
        kind: Annotated[rows.Flat | None, Query(description="With text/csv: what the rows are.")] = None,
    ) -> Response:
        table = rows.kind_of_table(kind, "csv" if _media_type(request) == CSV else "ndjson")
        longest: int = request.app.state.settings.max_bundle_bytes
        cutter, run = begin(Rehearsal if dry_run else Import, desk(request), table, from_line, longest)
        return StreamingResponse(await Receiving(cutter, run).take_all(steadily(request)), media_type=NDJSON)

    routes.routes.extend(incoming.routes)
    return routes


def _streamed(request: Request, pieces: Iterator[bytes], media_type: str) -> Response:
    """Answer piece by piece; of what HEAD would throw away nothing is made."""
    asked = request.scope.get(ASKED, request.method)
    return StreamingResponse(iter(()) if asked == "HEAD" else pieces, media_type=media_type)


def _media_type(request: Request) -> str:
    """Return what kind of lines are sent. Raises `UnsupportedMedia`."""
    kind = media_type_of(request)
    if kind not in LINES | {CSV}:
        raise not_taken(kind, (NDJSON, CSV))
    require_plain(request)
    return kind


def _texts(*media_types: str) -> dict[str, Any]:
    return {one: {"schema": {"type": "string"}} for one in media_types}


def _body() -> dict[str, Any]:
    content = _texts(*EXAMPLES)
    for media_type, file in EXAMPLES.items():
        shown = {"summary": file, "value": (FOLDER / file).read_text("utf-8")}
        content[media_type]["examples"] = {file.partition(".")[0]: shown}
    return {"required": True, "content": content}
