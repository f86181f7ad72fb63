"""Bundles over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response
from pydantic import TypeAdapter

from api.bundles.schemas import Bundle, BundleResult
from api.bundles.service import record_bundle
from api.custody.roles import Role
from api.storage.idempotency import Receipt
from api.storage.ledger import Ledger
from api.web.callers import takes
from api.web.examples import shown
from api.web.operations import WRITE, marked
from api.web.requests import StrictBundleRoute
from api.web.writing import Writing

RESULTS = TypeAdapter(list[BundleResult])


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1/bundles", tags=["Bundles"], route_class=StrictBundleRoute)

    @routes.post(
        "",
        operation_id="record_bundle",
        summary="Record many things at once, or nothing",
        status_code=201,
        response_model=list[BundleResult],
        responses={200: {"model": list[BundleResult], "description": "dry_run: nothing was stored."}, **WRITE},
        description="Records of any kind, citations and retractions included, up to 10,000, in one atomic"
        ' request. They name each other by `{"$ref": …}`, which is the `ref` of one of them, or by `external_id`,'
        " forwards too. A record whose `external_id` is known is merged into the one on record, so a bundle can be"
        " sent again. Errors point into `/records/3/…`. Sources, documents, relations and citations have a kind of"
        " their own: here it stands in `source_kind`, `document_kind`, `relation_kind`, `citation_kind`.",
        **takes(Role.CONTRIBUTOR),
    )
    def post_bundle(
        write: Writing,
        bundle: Annotated[Bundle, Body(openapi_examples=shown("bundle"))],
        dry_run: Annotated[bool, Query(description="Answer the same, with 200, and store nothing.")] = False,
    ) -> Response:
        if dry_run:
            receipt = write.desk.rehearse(lambda ledger: _receipt(ledger, bundle, 200))
        else:
            receipt = write.run(lambda ledger: _receipt(ledger, bundle, 201))
        # The names are the caller's own: they come with each request, and are not kept.
        named = [{"ref": entry.ref, **one} for entry, one in zip(bundle.records, receipt.result or (), strict=True)]
        content = RESULTS.dump_json(RESULTS.validate_python(named))
        return marked(Response(content, receipt.status, media_type="application/json"), receipt)

    return routes


def _receipt(ledger: Ledger, bundle: Bundle, status: int) -> Receipt:
    results = record_bundle(ledger, bundle)
    ledger.flush()
    return Receipt(status, result=[one.model_dump(mode="json", exclude={"ref"}) for one in results])
