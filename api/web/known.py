"""Tell a draft of a new record from one of a known record, for which its key and what changes are enough."""

from collections.abc import Mapping
from copy import copy
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, GetCoreSchemaHandler, Tag, create_model
from pydantic_core import CoreSchema

from api.errors import Contradictory, Problem
from api.formats.json import pointer
from api.web.records import Draft
from api.web.values import DRAFT, REFERENCE, ExternalId, Reference, looks_like

KNOWN = "‹known›"


class AboutKnown:
    """Drafts of one type that can only be about known records: they have a key, and leave out what a new one needs."""

    def __init__(self, whole: type[Draft], *always: str) -> None:
        """Make their type, of which only `external_id` and the fields `always` are required."""
        needed = {name: field for name, field in required(whole).items() if name not in always}
        self._needed = set(needed.values())
        fields: dict[str, Any] = {"external_id": (ExternalId, ...)}
        for name in needed:
            field = copy(whole.model_fields[name])
            field.default_factory = _nothing
            fields[name] = (field.annotation, field)
        self.draft = create_model(
            f"Known{whole.__name__.removesuffix('Draft')}",
            __base__=whole,
            __module__=whole.__module__,
            __doc__="A draft of the record that has this `external_id`; a new one needs more.",
            **fields,
        )

    def tells(self, sent: Any) -> bool:
        """Say whether what was sent can only be about a known record."""
        return isinstance(sent, dict) and sent.get("external_id") is not None and not self._needed <= sent.keys()


def _nothing() -> Any:
    """Stand for what a draft of a known record leaves out; nothing that is required can be null."""
    return None


def sent_as(draft: type[Draft]) -> Any:
    """Return the type of what is sent to have a record made, or changed where its external_id is known."""
    if not required(draft):
        return draft
    about = _about_known(draft)
    return Annotated[
        Annotated[draft, Tag(DRAFT)] | Annotated[about.draft, Tag(KNOWN)],
        Discriminator(lambda sent: KNOWN if about.tells(sent) else DRAFT),
    ]


class Nested:
    """What stands for a record in another's draft: a reference, or a draft.

    A draft that leaves out what a new record needs can only mean the known one of its key: it becomes a reference.
    """

    def __init__(self, draft: type[Draft]) -> None:
        self._ways: Any = Annotated[Reference, Tag(REFERENCE)] | Annotated[draft, Tag(DRAFT)]
        self._about = _about_known(draft) if required(draft) else None
        if self._about is not None:
            self._ways |= Annotated[self._about.draft, AfterValidator(_meant), Tag(KNOWN)]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(Annotated[self._ways, Discriminator(self._tag)])

    def _tag(self, sent: Any) -> str:
        tag = looks_like(sent)
        return KNOWN if tag == DRAFT and self._about is not None and self._about.tells(sent) else tag


@cache
def _about_known(draft: type[Draft]) -> AboutKnown:
    return AboutKnown(draft)


def _meant(draft: Draft) -> Reference:
    return Reference.model_construct(external_id=draft.external_id)


@cache
def required(draft: type[Draft]) -> Mapping[str, str]:
    """Name the fields that a draft of a new record needs, each as it is written."""
    return {name: field.alias or name for name, field in draft.model_fields.items() if field.is_required()}


def require_whole(draft: Draft, whole: type[Draft], kind: str) -> None:
    """Refuse a draft of a new record that leaves something out. Raises `Contradictory`, which points at each field."""
    absent = [written for name, written in required(whole).items() if getattr(draft, name) is None]
    if absent:
        wrong = f"This is required: no {kind} has the external_id “{draft.external_id}” yet."
        raise Contradictory([Problem(wrong, pointer(written)) for written in absent])
