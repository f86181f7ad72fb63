"""The verifiable log over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.custody.roles import Role
from api.log import service
from api.log.schemas import ConsistencyProof, Disclosure, EntryAnswer, InclusionProof
from api.web import answers
from api.web.callers import desk, takes
from api.web.operations import READ
from api.web.requests import StrictRoute

TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "As text."}
}
Index = Annotated[int, Path(ge=0, lt=2**63 - 1, description="The first entry has 0: its sequence number less one.")]
Size = Annotated[int, Query(ge=0, lt=2**63 - 1, description="How many entries the tree has.")]


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1/log", tags=["Log"], route_class=StrictRoute)

    @routes.get(
        "/checkpoint",
        operation_id="get_checkpoint",
        summary="Get what the log has signed last",
        description="Its size and the root of the Merkle tree over all its entries, as a signed note (C2SP"
        " tlog-checkpoint). Keep it elsewhere: a log that agrees with it later has lost or altered nothing since.",
        response_class=Response,
        responses={**TEXT, **READ},
        **takes(Role.READER),
    )
    def get_checkpoint(request: Request) -> Response:
        with desk(request).reading() as reading:
            return answers.text(service.latest_checkpoint(reading))

    @routes.get(
        "/key",
        operation_id="get_log_key",
        summary="Get the key that checks the log's signatures",
        description="The public key as a C2SP verifier key: name, hash and Ed25519 key. Get it once from somebody whom"
        " you trust: a key from the log itself only shows that the log agrees with itself.",
        response_class=Response,
        responses={**TEXT, **READ},
        **takes(Role.READER),
    )
    def get_log_key(request: Request) -> Response:
        return answers.text(request.app.state.database.verifier.vkey + "\n")

    @routes.get(
        "/entries/{index}",
        operation_id="get_log_entry",
        summary="Read an entry of the log",
        description="Who did what to which record, when, with a salted commitment to each value: what the tree is built"
        " over. The values are not in it.",
        response_model=EntryAnswer,
        responses=READ,
        **takes(Role.READER),
    )
    def get_log_entry(request: Request, index: Index) -> Response:
        with desk(request).reading() as reading:
            return answers.computed(service.entry(reading, index))

    @routes.get(
        "/entries/{index}/disclosure",
        operation_id="disclose_log_entry",
        summary="Get what opens an entry's commitments",
        description="Values and their salts, one by one: hand on those that a stranger may check, and no others.",
        response_model=Disclosure,
        responses=READ,
        **takes(Role.READER),
    )
    def disclose_log_entry(request: Request, index: Index) -> Response:
        with desk(request).reading() as reading:
            return answers.computed(service.disclosure(reading, index))

    @routes.get(
        "/proof/inclusion",
        operation_id="prove_inclusion",
        summary="Prove that an entry is in the log",
        response_model=InclusionProof,
        responses=READ,
        **takes(Role.READER),
    )
    def prove_inclusion(
        request: Request,
        index: Annotated[int, Query(ge=0, lt=2**63 - 1, description="Which entry.")],
        size: Size,
    ) -> Response:
        with desk(request).reading() as reading:
            return answers.computed(service.inclusion(reading, index, size))

    @routes.get(
        "/proof/consistency",
        operation_id="prove_consistency",
        summary="Prove that the log only grew",
        response_model=ConsistencyProof,
        responses=READ,
        **takes(Role.READER),
    )
    def prove_consistency(request: Request, first: Size, second: Size) -> Response:
        with desk(request).reading() as reading:
            return answers.computed(service.consistency(reading, first, second))

    return routes
